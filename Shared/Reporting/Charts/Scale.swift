import Glibc

/// From values to heights: 0 at the bottom of a chart, 1 at its top, with round numbers to mark.
struct Scale {
    let low: Double
    let high: Double
    let isLogarithmic: Bool
    let ticks: [Double]
    /// The distance between two marks; of a logarithmic scale, of the lowest two.
    let step: Double

    /// A scale that holds every value.
    init(holding values: some Sequence<Double>, atLeast span: Double = 0, isLogarithmic: Bool = false) {
        var (least, most) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite { (least, most) = (min(least, value), max(most, value)) }
        if least > most { (least, most) = (0, 1) }
        self.isLogarithmic = isLogarithmic && least > 0 && most > least
        // Drawdowns of no more than rounding have no round numbers between them.
        if most - least <= max(span, most.magnitude * 1e-9, least.magnitude * 1e-9, 1e-12) {
            let room = max(span, most.magnitude * 0.02, 0.01) / 2
            (least, most) = (least - room, most + room)
        }
        if self.isLogarithmic {
            let room = pow(most / least, 0.03)
            (low, high) = (least / room, most * room)
            ticks = Scale.logarithmic(low, high)
            step = ticks.count > 1 ? ticks[1] - ticks[0] : low
        } else {
            let step = Scale.round((most - least) / 4.5)
            // Up to the next mark where that is near, else a little room.
            let bottom = (least / step).rounded(.down) * step
            let top = (most / step).rounded(.up) * step
            low = least - bottom < step * 0.6 ? bottom : least - step * 0.15
            high = top - most < step * 0.6 ? top : most + step * 0.15
            self.step = step
            let (first, last) = (
                Int((low / step - 1e-9).rounded(.up)), Int((high / step + 1e-9).rounded(.down))
            )
            ticks = (first...max(first, last)).map { Double($0) * step }
        }
    }

    func height(_ value: Double) -> Double {
        isLogarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low)
    }

    /// The next round number: 1, 2, 2.5 or 5 and zeros.
    private static func round(_ rough: Double) -> Double {
        let unit = pow(10, floor(log10(rough)))
        let part = rough / unit
        return (part <= 1 ? 1 : part <= 2 ? 2 : part <= 2.5 ? 2.5 : part <= 5 ? 5 : 10) * unit
    }

    private static func logarithmic(_ low: Double, _ high: Double) -> [Double] {
        for steps in [[1.0], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]] {
            var found: [Double] = []
            var unit = pow(10, floor(log10(low)))
            while unit <= high {
                found += steps.map { $0 * unit }.filter { $0 >= low && $0 <= high }
                unit *= 10
            }
            if found.count >= 4 { return found }
        }
        let step = round((high - low) / 4.5)
        let first = Int((low / step).rounded(.up))
        return (first...max(first, Int((high / step).rounded(.down)))).map { Double($0) * step }
    }
}

/// What the numbers of a chart are, and so how they are written.
enum Unit: String {
    case money, share, ratio, price

    func label(_ value: Double, step: Double) -> String {
        switch self {
        case .money, .price: Digits.short(value, step: step)
        case .share: Digits.percent(value, Digits.places(step * 100))
        case .ratio: Digits.fixed(value, Digits.places(step))
        }
    }
}
