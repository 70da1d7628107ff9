import Domain

/// Makes valid messages of every kind from a seed, rich in edge cases: zero, the smallest and largest values,
/// empty and long texts, absent and present options. The same seed gives the same messages.
public struct RandomMessages {
    private var values: RandomValues

    public init(seed: UInt64) { values = RandomValues(state: seed) }

    public mutating func next() -> Message {
        next(kind: BodyKind.allCases[values.below(BodyKind.allCases.count)])
    }

    public mutating func next(kind: BodyKind) -> Message {
        Message(
            topic: topic(), number: values.count(), epoch: values.count(),
            sentAt: Timestamp(nanoseconds: values.integer()),
            originAt: Timestamp(nanoseconds: values.integer()),
            sender: values.text(), cause: cause(), body: body(kind.type))
    }

    private mutating func cause() -> Cause? {
        values.coin() ? nil : Cause(topic: topic(), epoch: values.count(), number: values.count())
    }

    private mutating func topic() -> Topic {
        let lane = Lane.allCases[values.below(Lane.allCases.count)]
        return Topic("\(lane)/\(String(values.text().unicodeScalars.prefix(20).map(Character.init)))")
    }

    private mutating func body<P: BodyPart>(_ type: P.Type) -> Body {
        var part = P()
        // This visitor throws nothing.
        try? part.visit(&values)
        return part.body
    }
}

/// Puts random values into fields.
private struct RandomValues: FieldVisitor {
    var state: UInt64

    /// SplitMix64.
    private mutating func word() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(word() % UInt64(bound)) }
    mutating func coin() -> Bool { word() & 1 == 0 }

    mutating func count() -> UInt64 {
        switch below(8) {
        case 0: 0
        case 1: .max
        case 2: 1 << UInt64(7 * below(9))
        case 3: (1 << UInt64(7 * below(9))) - 1
        default: word() >> UInt64(below(64))
        }
    }

    mutating func integer() -> Int64 {
        switch below(8) {
        case 0: 0
        case 1: .min
        case 2: .max
        case 3: -1
        default: Int64(bitPattern: word()) >> Int64(below(64))
        }
    }

    private mutating func real() -> Double {
        switch below(8) {
        case 0: 0
        case 1: .greatestFiniteMagnitude
        case 2: .leastNonzeroMagnitude
        case 3: -.infinity
        default: Double(integer()) / 1e6 + 0.0
        }
    }

    mutating func text() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz.-/ 0123456789\"\\\n\u{1}äß€漢🙂".unicodeScalars)
        let length =
            switch below(8) {
            case 0: 0
            case 1: 100 + below(400)
            default: 1 + below(24)
            }
        var text = String.UnicodeScalarView()
        for _ in 0..<length { text.append(letters[below(letters.count)]) }
        return String(text)
    }

    private mutating func blob() -> [UInt8] {
        let length = coin() ? 0 : below(200)
        return (0..<length).map { _ in UInt8(truncatingIfNeeded: word()) }
    }

    private mutating func many<T>(_ make: (inout Self) -> T) -> [T] {
        let length = coin() ? 0 : 1 + below(5)
        var list: [T] = []
        for _ in 0..<length { list.append(make(&self)) }
        return list
    }

    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64, _ unit: FixedUnit) {
        value = integer()
    }
    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64?, _ unit: FixedUnit) {
        value = coin() ? nil : integer()
    }
    mutating func count(_ number: Int, _ name: StaticString, _ value: inout UInt64) { value = count() }
    mutating func double(_ number: Int, _ name: StaticString, _ value: inout Double) { value = real() }
    mutating func doubles(_ number: Int, _ name: StaticString, _ value: inout [Double]) {
        value = many { $0.real() }
    }
    mutating func flag(_ number: Int, _ name: StaticString, _ value: inout Bool) { value = coin() }
    mutating func text(_ number: Int, _ name: StaticString, _ value: inout String) { value = text() }
    mutating func texts(_ number: Int, _ name: StaticString, _ value: inout [String]) {
        value = many { $0.text() }
    }
    mutating func symbol(_ number: Int, _ name: StaticString, _ value: inout Symbol) {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ. 0123456789")
        let length = [0, 1, 4, 7, 8, 9, 16, 17, 24][below(9)]
        value = Symbol(String((0..<length).map { _ in letters[below(letters.count)] })) ?? Symbol()
        if below(16) == 0 { value = Symbol("ÄÖ€") ?? Symbol() }
    }
    mutating func bytes(_ number: Int, _ name: StaticString, _ value: inout [UInt8]) { value = blob() }
    mutating func blobs(_ number: Int, _ name: StaticString, _ value: inout [[UInt8]]) {
        value = many { $0.blob() }
    }
    mutating func choice<C: Choice>(_ number: Int, _ name: StaticString, _ value: inout C) {
        let cases = Array(C.allCases)
        value = cases[below(cases.count)]
    }
    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M) {
        value = M()
        try? value.visit(&self)
    }
    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M?) {
        if coin() {
            value = nil
        } else {
            var inner = M()
            try? inner.visit(&self)
            value = inner
        }
    }
    mutating func messages<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout [M]) {
        value = many { values in
            var inner = M()
            try? inner.visit(&values)
            return inner
        }
    }
}
