/// A row of values as the outline of a drawing a thousand wide.
///
/// Where there are more values than the drawing has columns, each column shows its first, least, greatest and last
/// value: no peak and no trough is lost, as it would be if some values were left out.
struct Trace {
    static let width = 1000.0
    /// So many columns are told apart on a wide screen.
    private static let columns = 1000

    private(set) var points: [(x: Double, y: Double)] = []
    private var breaks: Set<Int> = []

    /// What is not finite leaves a gap.
    init(_ values: [Double]) {
        let last = max(values.count - 1, 1)
        func x(_ index: Int) -> Double {
            values.count == 1 ? Trace.width / 2 : Double(index) / Double(last) * Trace.width
        }
        var isBroken = true
        func add(_ index: Int, _ trace: inout Trace) {
            if isBroken { trace.breaks.insert(trace.points.count) }
            isBroken = false
            trace.points.append((x(index), values[index]))
        }
        if values.count <= Trace.columns * 2 {
            for index in values.indices {
                if values[index].isFinite { add(index, &self) } else { isBroken = true }
            }
            return
        }
        for column in 0..<Trace.columns {
            let range = column * values.count / Trace.columns..<(column + 1) * values.count / Trace.columns
            let finite = range.filter { values[$0].isFinite }
            guard let first = finite.first, let end = finite.last else {
                isBroken = true
                continue
            }
            let least = finite.min { values[$0] < values[$1] } ?? first
            let most = finite.max { values[$0] < values[$1] } ?? first
            var before = -1
            for index in [first, min(least, most), max(least, most), end] where index > before {
                add(index, &self)
                before = index
            }
        }
    }

    /// The outline for `d` of a path.
    func path(_ scale: Scale, height: Double) -> String {
        var path = ""
        for (index, point) in points.enumerated() {
            path += breaks.contains(index) ? "M" : "L"
            path += "\(Digits.place(point.x)) \(Digits.place(height * (1 - scale.height(point.y))))"
        }
        // A dot, where there is but one.
        if points.count == 1 { path += "h0" }
        return path
    }

    /// The outline closed along a base line.
    func area(_ scale: Scale, height: Double, base: Double) -> String {
        let floor = Digits.place(height * (1 - scale.height(base)))
        var path = ""
        for (index, point) in points.enumerated() {
            let isStart = breaks.contains(index)
            if isStart {
                if index > 0 { path += "V\(floor)Z" }
                path += "M\(Digits.place(point.x)) \(floor)"
            }
            path += "L\(Digits.place(point.x)) \(Digits.place(height * (1 - scale.height(point.y))))"
        }
        return points.isEmpty ? "" : path + "V\(floor)Z"
    }
}
