import Domain

/// One field in which two messages differ, `bar.close: 187.25 or 187.3`.
public struct FieldDifference: Equatable, Sendable, CustomStringConvertible {
    /// Where the field is, `verdict.checks[2].figure`.
    public var path: String
    /// The values as text; `absent` where a side has no such field.
    public var left: String
    public var right: String

    public init(path: String, left: String, right: String) {
        self.path = path
        self.left = left
        self.right = right
    }

    public var description: String { "\(path): \(left) or \(right)" }
}

/// The fields in which two messages differ, in the order of the fields; nothing if the messages are equal.
public func differences(_ a: Message, _ b: Message) -> [FieldDifference] {
    if a == b { return [] }
    let left = Leaves.of(a)
    let right = Leaves.of(b)
    let leftByPath = Dictionary(left.list, uniquingKeysWith: { first, _ in first })
    let rightByPath = Dictionary(right.list, uniquingKeysWith: { first, _ in first })
    var found: [FieldDifference] = []
    for (path, value) in left.list {
        let other = rightByPath[path] ?? "absent"
        if other != value { found.append(FieldDifference(path: path, left: value, right: other)) }
    }
    for (path, value) in right.list where leftByPath[path] == nil {
        found.append(FieldDifference(path: path, left: "absent", right: value))
    }
    return found
}

/// All fields of a message with their paths, in order: `bar.close` and `187.25`.
public func fields(of message: Message) -> [(path: String, text: String)] {
    Leaves.of(message).list.map { (path: $0.0, text: $0.1) }
}

/// All fields of a message as pairs of path and text.
private struct Leaves: FieldVisitor {
    private(set) var list: [(String, String)] = []
    private var path: String

    private init(_ path: String) { self.path = path }

    static func of(_ message: Message) -> Leaves {
        var leaves = Leaves("")
        leaves.add("topic", message.topic.text)
        leaves.add("number", "\(message.number)")
        leaves.add("epoch", "\(message.epoch)")
        leaves.add("sent_at", isoTime(message.sentAt.nanoseconds))
        leaves.add("origin_at", isoTime(message.originAt.nanoseconds))
        leaves.add("sender", message.sender)
        if let cause = message.cause {
            leaves.add("cause.topic", cause.topic.text)
            leaves.add("cause.epoch", "\(cause.epoch)")
            leaves.add("cause.number", "\(cause.number)")
        }
        leaves.add("body", message.body.fieldName)
        if case .unknown(let field, let bytes) = message.body {
            leaves.add("unknown.field", "\(field)")
            leaves.add("unknown.bytes", hexadecimal(bytes))
        } else if let part = message.body.part {
            leaves.add(part, message.body.fieldName)
        }
        return leaves
    }

    private mutating func add(_ name: String, _ text: String) {
        list.append((path.isEmpty ? name : "\(path).\(name)", text))
    }

    private mutating func add(_ value: some Fielded, _ name: String) {
        var inner = Leaves(path.isEmpty ? name : "\(path).\(name)")
        var value = value
        // This visitor throws nothing.
        try? value.visit(&inner)
        list += inner.list
    }

    private mutating func add<T>(_ name: StaticString, _ values: [T], _ text: (T) -> String) {
        for (index, value) in values.enumerated() { add("\(name)[\(index)]", text(value)) }
    }

    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64, _ unit: FixedUnit) {
        add("\(name)", unit.text(value))
    }
    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64?, _ unit: FixedUnit) {
        if let value { add("\(name)", unit.text(value)) }
    }
    mutating func count(_ number: Int, _ name: StaticString, _ value: inout UInt64) {
        add("\(name)", "\(value)")
    }
    mutating func double(_ number: Int, _ name: StaticString, _ value: inout Double) {
        add("\(name)", "\(value)")
    }
    mutating func doubles(_ number: Int, _ name: StaticString, _ value: inout [Double]) {
        add(name, value) { "\($0)" }
    }
    mutating func flag(_ number: Int, _ name: StaticString, _ value: inout Bool) {
        add("\(name)", "\(value)")
    }
    mutating func text(_ number: Int, _ name: StaticString, _ value: inout String) { add("\(name)", value) }
    mutating func texts(_ number: Int, _ name: StaticString, _ value: inout [String]) {
        add(name, value) { $0 }
    }
    mutating func symbol(_ number: Int, _ name: StaticString, _ value: inout Symbol) {
        add("\(name)", value.text)
    }
    mutating func bytes(_ number: Int, _ name: StaticString, _ value: inout [UInt8]) {
        add("\(name)", hexadecimal(value))
    }
    mutating func blobs(_ number: Int, _ name: StaticString, _ value: inout [[UInt8]]) {
        add(name, value, hexadecimal)
    }
    mutating func choice<C: Choice>(_ number: Int, _ name: StaticString, _ value: inout C) {
        add("\(name)", "\(value)")
    }
    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M) {
        add(value, "\(name)")
    }
    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M?) {
        if let value { add(value, "\(name)") }
    }
    mutating func messages<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout [M]) {
        for (index, element) in value.enumerated() { add(element, "\(name)[\(index)]") }
    }
}
