/// Reading decimal values from text, bytes and doubles: exactly, or rounded where the caller asks for it.
///
/// A number is a sign, digits with at most one point, and an exponent: `-187.25`, `.5`, `1.5e3`. One pass keeps
/// the first 19 digits in a machine word and remembers of the rest only what rounding needs, so that a text of
/// any length is read exactly and nothing is allocated.

extension FixedPoint {
    /// The value of a text. A digit finer than the unit is an error, unless `rounding` says what to do with it.
    public init(
        _ text: some StringProtocol, rounding: RoundingRule? = nil
    ) throws(DecimalError) {
        let text = String(text)
        try self.init(bytes: text.utf8.span, rounding: rounding)
    }

    /// The value of a text in memory, as an import reads it.
    public init(
        bytes: UnsafeRawBufferPointer, rounding: RoundingRule? = nil
    ) throws(DecimalError) {
        try self.init(bytes: bytes.bindMemory(to: UInt8.self).span, rounding: rounding)
    }

    /// The value of a text in memory, as an import reads it.
    public init(
        bytes: Span<UInt8>, rounding: RoundingRule? = nil
    ) throws(DecimalError) {
        if let units = plainUnits(bytes, digits: Self.digits) {
            self.init(units: units)
            return
        }
        let number: ScannedDecimal
        do {
            number = try ScannedDecimal(bytes)
        } catch {
            throw Self.error(error.reason, in: bytes, at: error.index)
        }
        let outcome = number.units(digits: Self.digits, rounding: rounding)
        switch outcome {
        case .units(let units): self.init(units: units)
        case .inexact:
            throw Self.error(.tooManyDigits, in: bytes, at: number.finerDigit(than: Self.digits, in: bytes))
        case .tooLarge: throw Self.error(.tooLarge, in: bytes)
        }
    }

    /// The value nearest to a double, by the rule given; the double is taken for what it is in binary.
    public init(rounding number: Double, _ rule: RoundingRule = .toNearestOrEven)
        throws(DecimalError)
    {
        guard number.isFinite else { throw Self.error(.notFinite, of: number) }
        guard let units = exactProduct(Self.scale, number, rounding: rule) else {
            throw Self.error(.tooLarge, of: number)
        }
        self.init(units: units)
    }

    /// The value that a double stands for: 187.1 is 187.1. An error where no value reads back as that double.
    public init(exactly number: Double) throws(DecimalError) {
        try self.init(rounding: number)
        guard Double(self) == number else { throw Self.error(.tooManyDigits, of: number) }
    }

    private static func error(
        _ reason: DecimalError.Reason, in bytes: Span<UInt8>, at index: Int? = nil
    ) -> DecimalError {
        DecimalError(reason, in: bytes, at: index, digits: digits, range: "\(Self.min) to \(Self.max)")
    }

    private static func error(_ reason: DecimalError.Reason, of number: Double) -> DecimalError {
        DecimalError(reason, of: number, digits: digits, range: "\(Self.min) to \(Self.max)")
    }
}

/// Ten to the powers that a word holds.
private let powersOfTen: InlineArray<20, UInt64> = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
    10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
]

/// The units of a number as nearly all in files are: digits with at most one point, few enough that nothing is rounded and
/// nothing too large. Files are read a sixth faster by it.
private func plainUnits(_ bytes: Span<UInt8>, digits: Int) -> Int64? {
    let count = bytes.count
    guard count <= 18 else { return nil }
    var value: Int64 = 0
    var behind = -1
    for index in 0..<count {
        let digit = bytes[index] &- UInt8(ascii: "0")
        if digit <= 9 {
            value = value &* 10 &+ Int64(digit)
        } else if bytes[index] == UInt8(ascii: "."), behind < 0 {
            behind = count - index - 1
        } else {
            return nil
        }
    }
    let known = behind < 0 ? count : count - 1
    let missing = digits - max(behind, 0)
    guard known > 0, missing >= 0, known + missing <= 18 else { return nil }
    return value &* Int64(truncatingIfNeeded: powersOfTen[missing])
}

/// A number as it stands in a text, before it is known which unit it is wanted in.
private struct ScannedDecimal {
    struct Refusal: Error {
        let reason: DecimalError.Reason
        let index: Int?
    }

    enum Outcome {
        case units(Int64), inexact, tooLarge
    }

    var negative = false
    /// The first significant digits, up to 19.
    var significand: UInt64 = 0
    /// What the significand is to be multiplied by, as a power of ten.
    var exponent = 0
    /// The first digit that the significand has no room for, and whether any behind it is not zero.
    var nextDigit: UInt8 = 0
    var moreBehind = false

    init(_ bytes: Span<UInt8>) throws(Refusal) {
        let count = bytes.count
        guard count > 0 else { throw Refusal(reason: .empty, index: nil) }
        var index = 0
        if bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") {
            negative = bytes[0] == UInt8(ascii: "-")
            index = 1
        }
        let firstDigit = index
        var kept = 0
        var skipped = 0
        var point: Int?
        while index < count {
            let byte = bytes[index]
            let digit = byte &- UInt8(ascii: "0")
            if digit <= 9 {
                if kept < 19 {
                    significand = significand &* 10 &+ UInt64(digit)
                    if significand != 0 { kept += 1 }
                } else {
                    if skipped == 0 { nextDigit = digit } else if digit != 0 { moreBehind = true }
                    skipped += 1
                }
            } else if byte == UInt8(ascii: "."), point == nil {
                point = index
            } else {
                break
            }
            index += 1
        }
        let digitCount = index - firstDigit - (point == nil ? 0 : 1)
        guard digitCount > 0 else { throw Self.refusal(of: bytes, at: index, firstDigit: firstDigit) }
        exponent = skipped - (point.map { index - $0 - 1 } ?? 0)
        guard index < count else { return }
        guard bytes[index] | 0x20 == UInt8(ascii: "e") else {
            throw Refusal(reason: .unexpected, index: index)
        }
        exponent += try Self.exponent(bytes, from: index + 1)
    }

    /// The exponent behind the `e`; beyond a million it makes no difference any more.
    private static func exponent(_ bytes: Span<UInt8>, from start: Int) throws(Refusal) -> Int {
        var index = start
        var negative = false
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            negative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        guard index < bytes.count else { throw Refusal(reason: .unexpected, index: index) }
        var value = 0
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { throw Refusal(reason: .unexpected, index: index) }
            value = min(value * 10 + Int(digit), 1_000_000_000_000)
            index += 1
        }
        return negative ? -value : value
    }

    private static func refusal(of bytes: Span<UInt8>, at index: Int, firstDigit: Int) -> Refusal {
        for name in ["nan", "inf", "infinity"] where bytes.count - firstDigit == name.utf8.count {
            var place = firstDigit
            var same = true
            for letter in name.utf8 {
                if bytes[place] | 0x20 != letter { same = false }
                place += 1
            }
            if same { return Refusal(reason: .notFinite, index: nil) }
        }
        return Refusal(reason: .unexpected, index: index)
    }

    /// The number as a count of units of `digits` decimal places.
    func units(digits: Int, rounding: RoundingRule?) -> Outcome {
        guard significand != 0 else { return .units(0) }
        let power = exponent + digits
        var magnitude = significand
        var half: Half?
        if power >= 0 {
            guard power < 20 else { return .tooLarge }
            let (product, overflow) = significand.multipliedReportingOverflow(by: powersOfTen[power])
            guard !overflow else { return .tooLarge }
            magnitude = product
            if nextDigit != 0 || moreBehind {
                half = nextDigit > 5 || nextDigit == 5 && moreBehind ? .above : nextDigit == 5 ? .tie : .below
            }
        } else if power < -19 {
            magnitude = 0
            half = .below
        } else {
            let divisor = powersOfTen[-power]
            let behind = nextDigit != 0 || moreBehind
            magnitude = significand / divisor
            let rest = significand % divisor
            if rest != 0 || behind {
                half = rest == 0 ? .below : Half(of: UInt128(rest), in: UInt128(divisor))
                if half == .tie, behind { half = .above }
            }
        }
        if let half {
            guard let rounding else { return .inexact }
            if half.roundsAway(rounding, negative: negative, odd: magnitude & 1 != 0) {
                let (next, overflow) = magnitude.addingReportingOverflow(1)
                guard !overflow else { return .tooLarge }
                magnitude = next
            }
        }
        guard magnitude <= (negative ? Int64.min.magnitude : UInt64(Int64.max)) else { return .tooLarge }
        return .units(negative ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude))
    }

    /// Where the first digit stands that is not zero and finer than `digits` decimal places.
    func finerDigit(than digits: Int, in bytes: Span<UInt8>) -> Int {
        var places = 0
        var shift = 0
        var afterPoint = false
        var end = 0
        while end < bytes.count, bytes[end] | 0x20 != UInt8(ascii: "e") {
            if bytes[end] == UInt8(ascii: ".") {
                afterPoint = true
            } else if afterPoint {
                places += 1
            }
            end += 1
        }
        if end < bytes.count { shift = (try? Self.exponent(bytes, from: end + 1)) ?? 0 }
        var index = end - 1
        var found = index
        var place = places - shift
        while index >= 0, place > digits {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit <= 9 {
                if digit != 0 { found = index }
                place -= 1
            }
            index -= 1
        }
        return found
    }
}
