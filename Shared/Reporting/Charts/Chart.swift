/// A chart over time: lines and areas over round numbers, with labels beside the drawing.
///
/// The drawing is a thousand wide and is stretched to the page, so it fits a telephone as well as a screen; labels are
/// no part of it, and keep their size.
struct Chart {
    struct Line {
        var name: String
        var values: [Double]
        /// The class that gives it its colour.
        var colour: String
        var isFilled = false
        /// Shown when a person points at it, but not drawn.
        var isHidden = false
    }

    /// Something that is drawn over the lines: the trades on a price.
    struct Mark {
        var colour: String
        var path: String
    }

    var title: String
    var note = ""
    var axis: TimeAxis
    /// The name of the axis in the script of the page, where several charts share it.
    var axisName: String
    var unit: Unit
    var lines: [Line]
    var height = 220.0
    var isLogarithmic = false
    /// A value that is always shown, and is marked.
    var base: Double?
    var bands: [ClosedRange<Int>] = []
    var marks: (Scale) -> [Mark] = { _ in [] }

    func write(to page: inout Html) {
        let shown = lines.filter { !$0.isHidden }
        let scale = Scale(
            holding: shown.lazy.flatMap(\.values).map { $0 } + (base.map { [$0] } ?? []),
            isLogarithmic: isLogarithmic)
        let marks = marks(scale)
        page.add("<figure><figcaption><h3>\(Html.escaped(title))</h3>")
        legend(&page)
        page.add("</figcaption>")
        let labels = scale.ticks.map { unit.label($0, step: scale.step) }
        // Charts below each other begin at the same place.
        let margin = max(7, (labels.map(\.count).max() ?? 1) + 1)
        page.add("<div class=plot style=\"height:\(Int(height))px;margin-left:\(margin)ch\" ")
        page.add("data-axis=\"\(axisName)\" data-unit=\(unit.rawValue)>")
        page.add("<svg viewBox=\"0 0 1000 \(Int(height))\" preserveAspectRatio=none aria-hidden=true>")
        grid(scale, &page)
        for band in bands {
            let (from, to) = (axis.part(band.lowerBound) * 1000, axis.part(band.upperBound) * 1000)
            page.add("<rect class=band x=\(Digits.place(from)) y=0 width=\(Digits.place(max(to - from, 1))) ")
            page.add("height=\(Int(height))></rect>")
        }
        for line in shown { draw(line, scale, &page) }
        for mark in marks { page.add("<path class=\"\(mark.colour)\" d=\"\(mark.path)\"></path>") }
        page.add("</svg>")
        axes(scale, labels, &page)
        page.add("</div>")
        data(&page)
        if !note.isEmpty { page.element("p", note, "class=note") }
        page.add("</figure>\n")
    }

    private func legend(_ page: inout Html) {
        guard lines.count(where: { !$0.isHidden && !$0.name.isEmpty }) > 1 else { return }
        page.add("<p class=legend>")
        for line in lines where !line.isHidden {
            page.add("<span class=\"key \(line.colour)\"></span>")
            page.element("span", line.name)
        }
        page.add("</p>")
    }

    private func grid(_ scale: Scale, _ page: inout Html) {
        var path = ""
        for tick in scale.ticks { path += "M0 \(Digits.place(height * (1 - scale.height(tick))))H1000" }
        for tick in axis.ticks { path += "M\(Digits.place(axis.part(tick.place) * 1000)) 0V\(Int(height))" }
        page.add("<path class=grid d=\"\(path)\"></path>")
        if let base {
            page.add(
                "<path class=base d=\"M0 \(Digits.place(height * (1 - scale.height(base))))H1000\"></path>")
        }
    }

    private func draw(_ line: Line, _ scale: Scale, _ page: inout Html) {
        let trace = Trace(line.values)
        if line.isFilled {
            let base = min(max(base ?? scale.low, scale.low), scale.high)
            let area = trace.area(scale, height: height, base: base)
            page.add("<path class=\"area \(line.colour)\" d=\"\(area)\"></path>")
        }
        let isDot = trace.points.count == 1
        page.add("<path class=\"line \(line.colour)\(isDot ? " dot" : "")\" ")
        page.add("d=\"\(trace.path(scale, height: height))\"></path>")
    }

    private func axes(_ scale: Scale, _ labels: [String], _ page: inout Html) {
        page.add("<div class=y>")
        for (tick, label) in zip(scale.ticks, labels) {
            page.add("<span style=\"top:\(Digits.place(100 * (1 - scale.height(tick))))%\">\(label)</span>")
        }
        page.add("</div><div class=x>")
        for tick in axis.ticks {
            let part = axis.part(tick.place) * 100
            var classes = part < 3 ? ["first"] : part > 97 ? ["last"] : []
            if tick.isMinor { classes.append("minor") }
            let attribute = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
            page.add("<span\(attribute) style=\"left:\(Digits.place(part))%\">\(tick.label)</span>")
        }
        page.add("</div>")
    }

    /// What a person is shown who points at the chart.
    private func data(_ page: inout Html) {
        guard axis.count > 1 else { return }
        let places = Chart.places(axis.count)
        page.add("<script type=\"application/json\">{\"lines\":[")
        for (number, line) in lines.enumerated() {
            page.add("\(number > 0 ? "," : "")[\(Html.quoted(line.name)),[")
            page.add(places.map { Digits.data(line.values[$0]) }.joined(separator: ","))
            page.add("]]")
        }
        page.add("]}</script>")
    }

    /// The places of an axis that the script knows: all, or a few hundred.
    static func places(_ count: Int) -> [Int] {
        let shown = min(count, 500)
        return (0..<shown).map { shown < 2 ? 0 : $0 * (count - 1) / (shown - 1) }
    }
}

extension TimeAxis {
    /// The axis for the script of the page.
    func script(named name: String) -> String {
        let labels = Chart.places(count).map { Html.quoted(label($0)) }.joined(separator: ",")
        return "axes[\(Html.quoted(name))]=[\(labels)];\n"
    }
}
