import Domain

/// How far from a price something lies: `5%`, `2.50` in the currency, or `3atr`, so many average true ranges as they
/// were at the entry.
public enum StopDistance: Sendable, Equatable {
    case share(Double)
    case amount(Price)
    case ranges(Double)

    init(_ text: some StringProtocol, of whole: String) throws(StopError) {
        func number(_ digits: some StringProtocol) -> Double? {
            Double(digits).flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
        }
        if text.hasSuffix("%"), let percent = number(text.dropLast()), percent < 1_000 {
            self = .share(percent / 100)
        } else if text.hasSuffix("atr"), let ranges = number(text.dropLast(3)), ranges <= 1_000 {
            self = .ranges(ranges)
        } else if let price = try? Price(text), price.isPositive {
            self = .amount(price)
        } else {
            throw StopError(
                "\(text.prefix(40)) in \(whole.prefix(60)) is no distance: 5%, 2.50 or 3atr would be right")
        }
    }

    /// The distance at a price; nothing where the range is asked for and not known.
    func price(from entry: Price, range: Price?) -> Price? {
        switch self {
        case .share(let share): try? entry.scaled(by: share)
        case .amount(let amount): amount
        case .ranges(let ranges): range.flatMap { try? $0.scaled(by: ranges) }
        }
    }

    var needsRange: Bool {
        if case .ranges = self { true } else { false }
    }
}
