/// Printing decimal values: the shortest text that is exact, or a fixed number of places.

extension FixedPoint {
    /// The shortest exact text: `187.25`, `-0.000001`, `3`.
    public var description: String {
        decimalText(units.magnitude, negative: units < 0, digits: Self.digits, places: nil)
    }

    /// The value with that many decimal places, rounded half to even.
    public func formatted(places: Int) -> String {
        precondition(places >= 0, "a number of places is not negative")
        guard places < Self.digits else {
            let text = decimalText(
                units.magnitude, negative: units < 0, digits: Self.digits, places: Self.digits)
            return text + String(repeating: "0", count: places - Self.digits)
        }
        var divisor: Int128 = 1
        for _ in places..<Self.digits { divisor *= 10 }
        let rounded = Int128(units).divided(by: divisor, rounding: .toNearestOrEven)
        return decimalText(UInt64(rounded.magnitude), negative: rounded < 0, digits: places, places: places)
    }
}

extension String {
    /// A number in decimal digits. The library's own way of printing it is 1% of a run over 2,520 days with 21 fills.
    public init(decimal number: UInt64) {
        // As many digits as a text holds without memory of its own.
        guard number < 1_000_000_000_000_000 else {
            self.init(number)
            return
        }
        self.init(unsafeUninitializedCapacity: 15) { buffer in
            var (rest, start) = (number, 15)
            repeat {
                start -= 1
                buffer[start] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest != 0
            for place in start..<15 { buffer[place - start] = buffer[place] }
            return 15 - start
        }
    }
}

/// A count of units as text; without `places`, zeros at the end of the fraction are left out.
private func decimalText(_ magnitude: UInt64, negative: Bool, digits: Int, places: Int?) -> String {
    var rest = magnitude
    var remaining = digits
    if places == nil {
        while remaining > 0, rest % 10 == 0 {
            rest /= 10
            remaining -= 1
        }
    }
    return String(unsafeUninitializedCapacity: 32) { buffer in
        var start = 32
        func put(_ byte: UInt8) {
            start -= 1
            buffer[start] = byte
        }
        if remaining > 0 {
            for _ in 0..<remaining {
                put(UInt8(ascii: "0") + UInt8(rest % 10))
                rest /= 10
            }
            put(UInt8(ascii: "."))
        }
        repeat {
            put(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest != 0
        if negative { put(UInt8(ascii: "-")) }
        for index in start..<32 { buffer[index - start] = buffer[index] }
        return 32 - start
    }
}
