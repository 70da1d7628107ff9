import Domain

/// Decimal arithmetic as it is done on paper, digit by digit: too slow for use, too plain to be wrong.
struct SlowDecimal: Equatable {
    var negative = false
    /// Lowest digit first.
    var digits: [Int] = []
    /// How many of the digits are behind the point.
    var places = 0

    init(_ units: Int64, places: Int) {
        negative = units < 0
        digits = String(units.magnitude).reversed().map { $0.wholeNumberValue! }
        self.places = places
    }

    init(negative: Bool, digits: [Int], places: Int) {
        self.negative = negative
        self.digits = digits
        self.places = places
    }

    static func * (left: SlowDecimal, right: SlowDecimal) -> SlowDecimal {
        var product = [Int](repeating: 0, count: left.digits.count + right.digits.count)
        for (i, a) in left.digits.enumerated() {
            for (j, b) in right.digits.enumerated() { product[i + j] += a * b }
        }
        for index in product.indices.dropLast() {
            product[index + 1] += product[index] / 10
            product[index] %= 10
        }
        return SlowDecimal(
            negative: left.negative != right.negative, digits: product, places: left.places + right.places)
    }

    /// The count of units of `wanted` places, rounded; nothing if it does not fit, or if `rule` is missing and
    /// rounding would be needed.
    func units(places wanted: Int, _ rule: RoundingRule?) -> Int64? {
        var whole = digits
        var dropped: [Int] = []
        var places = places
        while places < wanted {
            whole.insert(0, at: 0)
            places += 1
        }
        while places > wanted {
            dropped.append(whole.isEmpty ? 0 : whole.removeFirst())
            places -= 1
        }
        if dropped.contains(where: { $0 != 0 }) {
            guard let rule else { return nil }
            let first = dropped.last!
            let rest = dropped.dropLast().contains { $0 != 0 }
            let odd = (whole.first ?? 0) % 2 == 1
            let away =
                switch rule {
                case .toNearestOrEven: first > 5 || first == 5 && (rest || odd)
                case .toNearestOrAwayFromZero: first >= 5
                case .up: !negative
                case .down: negative
                case .towardZero: false
                case .awayFromZero: true
                }
            if away {
                var index = 0
                while index < whole.count, whole[index] == 9 {
                    whole[index] = 0
                    index += 1
                }
                if index == whole.count { whole.append(1) } else { whole[index] += 1 }
            }
        }
        while whole.last == 0 { whole.removeLast() }
        return Int64(
            (negative ? "-" : "") + (whole.isEmpty ? "0" : whole.reversed().map(String.init).joined()))
    }
}
