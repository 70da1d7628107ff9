import Domain

/// The moments of a chart, side by side: a night or a week-end takes no room, so every step is one of trading.
struct TimeAxis: Sendable {
    struct Tick: Sendable {
        var place: Int
        var label: String
        /// Left out where there is little room.
        var isMinor = false
    }

    let moments: [Timestamp]
    /// Whether the time of day matters.
    let isIntraday: Bool
    let ticks: [Tick]

    /// No chart has more marks than these.
    static let ticksMax = 9

    init(_ moments: [Timestamp], isIntraday: Bool) {
        self.moments = moments
        self.isIntraday = isIntraday
        ticks = TimeAxis.ticks(moments, isIntraday)
    }

    var count: Int { moments.count }

    /// Where a moment lies, from 0 at the left to 1 at the right.
    func part(_ place: Int) -> Double { count < 2 ? 0.5 : Double(place) / Double(count - 1) }

    func label(_ place: Int) -> String {
        let moment = moments[place]
        return isIntraday
            ? "\(moment.dateUTC) \(TimeAxis.clock(moment)) UTC" : "\(moment.dateUTC)"
    }

    /// The last place that is not after a moment; the first where all are.
    func place(at moment: Timestamp) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if moments[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        return max(0, low - 1)
    }

    private static func clock(_ moment: Timestamp) -> String {
        let minutes = moment.sinceMidnightUTC / Nanoseconds.minute
        return "\(two(minutes / 60)):\(two(minutes % 60))"
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// A way to cut time: in which piece a moment lies, and how the beginning of a piece is called.
    private struct Cut {
        var piece: (Timestamp) -> Int
        var label: (Timestamp) -> String
        var isClock = false
    }

    private static func day(_ moment: Timestamp) -> String {
        "\(moment.dateUTC.day) \(months[moment.dateUTC.month - 1])"
    }

    private static func cuts(_ isIntraday: Bool) -> [Cut] {
        func monthly(_ step: Int) -> Cut {
            Cut(
                piece: { ($0.dateUTC.year * 12 + $0.dateUTC.month - 1) / step },
                label: {
                    let (year, month, _) = $0.dateUTC.parts
                    return step >= 12 || month == 1 ? "\(year)" : months[month - 1]
                })
        }
        func daily(_ step: Int) -> Cut {
            // Weeks begin on Mondays.
            Cut(
                piece: { (Int($0.dateUTC.days) + 3) / step },
                label: day)
        }
        let times: [Cut] = [1, 2, 5, 10, 15, 30, 60, 120, 240].map { minutes in
            Cut(
                piece: { Int($0.nanoseconds / (Int64(minutes) * Nanoseconds.minute)) }, label: clock,
                isClock: true)
        }
        return (isIntraday ? times : []) + [daily(1), daily(7), daily(14)]
            + [1, 2, 3, 6, 12, 24, 60, 120, 240].map(monthly)
    }

    /// Marks what a narrow chart leaves out: every second one, or all but the years.
    private static func thinned(_ ticks: [Tick]) -> [Tick] {
        guard ticks.reduce(0, { $0 + $1.label.count + 1 }) > 36 || ticks.count > 7 else { return ticks }
        let years = ticks.count { Int($0.label) != nil }
        return ticks.enumerated().map { number, tick in
            var tick = tick
            tick.isMinor = years >= 2 && years < ticks.count ? Int(tick.label) == nil : number % 2 == 1
            return tick
        }
    }

    private static func ticks(_ moments: [Timestamp], _ isIntraday: Bool) -> [Tick] {
        guard let first = moments.first, moments.count > 1 else {
            return moments.isEmpty ? [] : [Tick(place: 0, label: "\(moments[0].dateUTC)")]
        }
        // Looking at each moment for each cut would be slow for a million of them.
        let stride = max(1, moments.count / 4000)
        for cut in cuts(isIntraday) {
            var found: [Tick] = []
            var piece = cut.piece(first)
            for place in Swift.stride(from: stride, to: moments.count, by: stride) {
                let next = cut.piece(moments[place])
                guard next != piece else { continue }
                piece = next
                // A day that begins says which one it is.
                let before = found.last.map { moments[$0.place] } ?? first
                let isNewDay = cut.isClock && before.dateUTC != moments[place].dateUTC
                found.append(
                    Tick(place: place, label: isNewDay ? day(moments[place]) : cut.label(moments[place])))
                if found.count > ticksMax { break }
            }
            if found.count <= ticksMax, found.count > 0 { return thinned(found) }
        }
        return [Tick(place: 0, label: "\(first.dateUTC)")]
    }
}
