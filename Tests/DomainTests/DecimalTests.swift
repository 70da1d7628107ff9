import Domain
import Testing

@Suite("Decimal values")
struct DecimalTests {
    static let rules: [RoundingRule] = [
        .toNearestOrEven, .toNearestOrAwayFromZero, .up, .down, .towardZero, .awayFromZero,
    ]

    @Test(
        "a text is read exactly",
        arguments: [
            ("187.25", 187_250_000), ("-0.000001", -1), ("+3", 3_000_000), ("0", 0), ("-0", 0),
            (".5", 500_000),
            ("5.", 5_000_000), ("1.5e3", 1_500_000_000), ("1.5E+3", 1_500_000_000), ("15e-1", 1_500_000),
            ("1.2500000000000000000000000000", 1_250_000), ("0000000000000000000000000000001", 1_000_000),
            ("10000000000000000000000e-20", 100_000_000), ("0e999999999999999999999", 0),
            ("9223372036854.775807", Int64.max), ("-9223372036854.775808", Int64.min),
        ])
    func read(text: String, units: Int64) throws {
        #expect(try Price(text).units == units)
        var bytes = Array("<\(text)>".utf8)
        let inside = try bytes.withUnsafeMutableBytes {
            try Price(bytes: UnsafeRawBufferPointer($0[1..<$0.count - 1].asBuffer))
        }
        #expect(inside.units == units)
    }

    @Test(
        "a text that is no value is refused with the place and a sentence",
        arguments: [
            ("", .empty, 0, "The number is empty, where digits such as 187.25 would be right."),
            ("-", .unexpected, 2, "\"-\" ends where a digit would be right."),
            (".", .unexpected, 2, "\".\" ends where a digit would be right."),
            ("1e", .unexpected, 3, "\"1e\" ends where a digit would be right."),
            (
                "12a.5", .unexpected, 3,
                "\"12a.5\" is no number: \"a\" at position 3, where a number such as 187.25 or 1.5e3 would go on or end."
            ),
            ("1.2.3", .unexpected, 4, nil), (" 1", .unexpected, 1, nil), ("1 ", .unexpected, 2, nil),
            ("1,5", .unexpected, 2, nil), ("--1", .unexpected, 2, nil), ("0x10", .unexpected, 2, nil),
            ("1e5.0", .unexpected, 4, nil), ("１", .unexpected, 1, nil),
            ("NaN", .notFinite, 0, "\"NaN\" is not finite, where digits such as 187.25 would be right."),
            ("-inf", .notFinite, 0, nil), ("Infinity", .notFinite, 0, nil),
            (
                "1.2345678", .tooManyDigits, 9,
                "\"1.2345678\" has a digit at position 9 that is finer than the 6 decimal places there are: round it first."
            ),
            ("12345e-9", .tooManyDigits, 3, nil), ("1e-30", .tooManyDigits, 1, nil),
            (
                "9223372036854.775808", .tooLarge, 0,
                "\"9223372036854.775808\" is out of range: -9223372036854.775808 to 9223372036854.775807 can be held."
            ),
            ("-9223372036854.775809", .tooLarge, 0, nil), ("1e13", .tooLarge, 0, nil),
            ("1e99999999999999999999", .tooLarge, 0, nil),
            ("123456789012345678901234567890", .tooLarge, 0, nil),
        ] as [(String, DecimalError.Reason, Int, String?)])
    func refuse(text: String, reason: DecimalError.Reason, position: Int, sentence: String?) {
        let error = #expect(throws: DecimalError.self) { try Price(text) }
        #expect(error?.reason == reason && error?.position == position, "\(error?.description ?? "")")
        if let sentence { #expect(error?.description == sentence) }
    }

    @Test(
        "a value is printed as short as it is exact",
        arguments: [
            (187_250_000, "187.25", "187.25"), (-1, "-0.000001", "0.00"), (3_000_000, "3", "3.00"),
            (0, "0", "0.00"), (5_000, "0.005", "0.00"), (15_000, "0.015", "0.02"),
            (-15_000, "-0.015", "-0.02"),
            (5_001, "0.005001", "0.01"), (999_999_999, "999.999999", "1000.00"),
            (Int64.min, "-9223372036854.775808", "-9223372036854.78"),
        ])
    func printing(units: Int64, exact: String, cents: String) {
        #expect(Money(units: units).description == exact)
        let shown = Money(units: units).formatted(places: 2)
        #expect(shown == cents)
        #expect(Money(units: units).formatted(places: 8).hasSuffix("00"))
    }

    @Test("what is printed is read as the same value")
    func roundTrip() throws {
        var random = SplitMix64(for: "decimal round trip")
        func check<Value: FixedPoint>(_ type: Value.Type, _ units: Int64) throws -> Bool {
            let value = Value(units: units)
            return try Value(value.description) == value && Value(value.formatted(places: 12)) == value
        }
        for _ in 0..<5_000 {
            let units = random.anySize()
            let same =
                try check(Price.self, units) && check(Money.self, units) && check(Volume.self, units)
                && check(Quantity.self, units)
            #expect(same, "\(units) units")
        }
    }

    @Test("reading agrees with arithmetic on paper, exact and by every rounding")
    func againstPaper() {
        var random = SplitMix64(for: "decimal reading")
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...30, using: &random)
            // Many nines, fives and zeros, so that ties and carries are common.
            let digits = (0..<count).map { _ in
                [0, 0, 5, 9, Int.random(in: 0...9, using: &random)].randomElement(using: &random)!
            }
            let point = Int.random(in: 0...count, using: &random)
            let exponent = Int.random(in: -12...12, using: &random)
            let negative = Bool.random(using: &random)
            let text =
                (negative ? "-" : "") + digits[..<point].map(String.init).joined() + "."
                + digits[point...].map(String.init).joined() + "e\(exponent)"
            var places = count - point - exponent
            var lowestFirst = Array(digits.reversed())
            while places < 0 {
                lowestFirst.insert(0, at: 0)
                places += 1
            }
            let paper = SlowDecimal(negative: negative, digits: lowestFirst, places: places)
            let rule = [nil] + DecimalTests.rules.map(Optional.init)
            let chosen = rule.randomElement(using: &random)!
            let read = try? Quantity(text, rounding: chosen)
            if read?.units != paper.units(places: 9, chosen) {
                Issue.record("\(text) rounded \(String(describing: chosen))")
            }
        }
    }

    @Test("a product of price and quantity agrees with arithmetic on paper")
    func products() {
        var random = SplitMix64(for: "money products")
        for _ in 0..<20_000 {
            let price = Price(units: random.anySize())
            let quantity = Quantity(
                units: Int.random(in: 0...3, using: &random) == 0
                    ? Int64.random(in: -9_000_000_000...9_000_000_000, using: &random) * 1_000_000_000
                    : random.anySize())
            let paper = SlowDecimal(price.units, places: 6) * SlowDecimal(quantity.units, places: 9)
            let money = try? Money(of: quantity, at: price)
            if money?.units != paper.units(places: 6, .toNearestOrEven) {
                Issue.record("\(price) × \(quantity)")
            }
            if let money, price * quantity != money { Issue.record("\(price) × \(quantity) by the operator") }
            let volume = Volume(units: quantity.units)
            let turnover = SlowDecimal(price.units, places: 6) * SlowDecimal(volume.units, places: 3)
            if (try? Money(of: volume, at: price))?.units != turnover.units(places: 6, .toNearestOrEven) {
                Issue.record("\(price) × \(volume)")
            }
        }
    }

    @Test("a double is rounded once, from what it is in binary")
    func doubles() throws {
        #expect(try Price(rounding: 187.25) == Price("187.25"))
        #expect(try Price(exactly: 187.1) == Price("187.1"))
        #expect(try Price(rounding: 0.1234565).units == 123_456)  // 0.1234564999999999967…
        #expect(try Price(rounding: 2.0000015).units == 2_000_002)  // 2.0000015000000002096…
        #expect(try Price(rounding: 0.0000005).units == 0)  // 4.99999999999999977e-7
        #expect(try Price(rounding: 0.5e-6.nextUp).units == 1)
        #expect(try Quantity(rounding: -1e-300).units == 0)
        #expect(try Quantity(rounding: -1e-300, .down).units == -1)
        #expect(try Quantity(rounding: Double.leastNonzeroMagnitude, .up).units == 1)
        #expect(try Money(rounding: -0x1p63 / 1e6).units == -9_223_372_036_854_775_391)  // …775390625
        for number in [Double.nan, .infinity, -.infinity] {
            #expect(throws: DecimalError.self) { try Price(rounding: number) }
        }
        for number in [1e13, -1e300, (0x1p63 / 1e6).nextUp] {
            #expect(throws: DecimalError.self) { try Price(rounding: number) }
        }
        #expect(throws: DecimalError.self) { try Price(exactly: 0.123_456_7) }
        var random = SplitMix64(for: "doubles")
        for _ in 0..<5_000 {
            let price = Price(units: random.anySize() >> 11)
            let same = try Price(exactly: Double(price)) == price
            #expect(same, "\(price)")
        }
        for _ in 0..<5_000 {
            // A double below one is its significand × 5 for each power of two, so many places behind the point.
            let significand = Int64.random(in: -(1 << 53)...(1 << 53), using: &random)
            let power = Int.random(in: 0...80, using: &random)
            let number = Double(sign: .plus, exponent: -power, significand: Double(significand))
            var paper = SlowDecimal(significand, places: 0)
            for _ in 0..<power { paper = paper * SlowDecimal(5, places: 1) }
            let rule = DecimalTests.rules.randomElement(using: &random)!
            if (try? Quantity(rounding: number, rule))?.units != paper.units(places: 9, rule) {
                Issue.record("\(number) rounded \(rule)")
            }
        }
    }

    @Test("a whole number is printed in as many digits as it has")
    func wholeNumbers() {
        var power: UInt64 = 1
        for _ in 0..<19 {
            for number in [power - 1, power, power + 1, power * 9 / 7] {
                #expect(String(decimal: number) == "\(number)")
            }
            power *= 10
        }
        #expect(String(decimal: .max) == "18446744073709551615")
    }

    @Test("arithmetic is exact, and the throwing forms tell of overflow")
    func arithmetic() throws {
        #expect([Money(3), Money(units: -1)].reduce(.zero, +) == (try Money("2.999999")))
        #expect(Price.midpoint(Price(units: 1), Price(units: 2)).units == 2)
        #expect(Price.midpoint(Price(units: -1), Price(units: 2)).units == 0)
        #expect(Price.midpoint(.max, .max) == .max)
        #expect(try Money(10).scaled(1, over: 3) == Money("3.333333"))
        #expect(try Money(1_000_000).scaled(by: 0.0005) == Money(500))
        #expect(try Price(of: Money(100), per: Quantity(3)) == Price("33.333333"))
        #expect(try Quantity(for: Money(100), at: Price(3)) == Quantity("33.333333333"))
        #expect(try Price("10.017").rounded(toMultipleOf: Price("0.01"), .down) == Price("10.01"))
        #expect(throws: OverflowError.self) { try Money.max.adding(Money(units: 1)) }
        #expect(throws: OverflowError.self) { try Money.min.subtracting(Money(units: 1)) }
        #expect(throws: OverflowError.self) { try Money(1).scaled(1, over: 0) }
        #expect(throws: OverflowError.self) { try Money(1).scaled(by: .nan) }
        let error = #expect(throws: OverflowError.self) {
            try Money(of: Quantity(9_000_000), at: Price(2_000_000))
        }
        #expect(
            error?.description == "2000000 × 9000000 has no result that a Money can hold: the range is "
                + "-9223372036854.775808 to 9223372036854.775807.")
    }
}

extension Slice where Base == UnsafeMutableRawBufferPointer {
    var asBuffer: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: self) }
}
