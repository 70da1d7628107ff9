import Domain

/// A message as one line of JSON, fields in the order of their numbers.
///
/// Prices, quantities and money are exact decimals in quotes; a time is its nanoseconds, with the same as text
/// beside it under `…_iso`; choices go by their names, bytes are hexadecimal, what is absent is null.
public func json(_ message: Message) -> String {
    var object = JSONObject()
    object.put("topic", JSONObject.quoted(message.topic.text))
    object.put("number", "\(message.number)")
    object.put("epoch", "\(message.epoch)")
    object.putTime("sent_at", message.sentAt.nanoseconds)
    object.putTime("origin_at", message.originAt.nanoseconds)
    object.put("sender", JSONObject.quoted(message.sender))
    if let cause = message.cause {
        var inner = JSONObject()
        inner.put("topic", JSONObject.quoted(cause.topic.text))
        inner.put("epoch", "\(cause.epoch)")
        inner.put("number", "\(cause.number)")
        object.put("cause", inner.text)
    } else {
        object.put("cause", "null")
    }
    if case .unknown(let field, let bytes) = message.body {
        object.put("unknown", "{\"field\":\(field),\"bytes\":\"\(hexadecimal(bytes))\"}")
    } else if let part = message.body.part {
        object.put(message.body.fieldName, JSONObject.of(part))
    }
    return object.text
}

/// A part of a message alone, in the same form.
public func json(_ part: some Fielded) -> String { JSONObject.of(part) }

extension Body {
    /// The name of the envelope's field that carries this body.
    var fieldName: String {
        guard let kind else { return "unknown" }
        var name = ""
        for character in "\(kind)" {
            if character.isUppercase { name += "_" }
            name += character.lowercased()
        }
        return name
    }
}

/// Writes the fields of a value as a JSON object.
private struct JSONObject: FieldVisitor {
    private var fields = ""

    var text: String { "{\(fields)}" }

    static func of(_ value: some Fielded) -> String {
        var object = JSONObject()
        var value = value
        // This visitor throws nothing.
        try? value.visit(&object)
        return object.text
    }

    mutating func put(_ name: String, _ value: String) {
        if !fields.isEmpty { fields += "," }
        fields += "\"\(name)\":\(value)"
    }

    mutating func putTime(_ name: String, _ nanoseconds: Int64) {
        put(name, "\(nanoseconds)")
        put("\(name)_iso", "\"\(isoTime(nanoseconds))\"")
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "\"\(value)\"" }
    private static func list(_ values: [String]) -> String { "[\(values.joined(separator: ","))]" }

    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64, _ unit: FixedUnit) {
        if unit == .time {
            putTime("\(name)", value)
        } else if unit.digits != nil {
            put("\(name)", "\"\(unit.text(value))\"")
        } else {
            put("\(name)", "\(value)")
        }
    }
    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64?, _ unit: FixedUnit) {
        if var value { fixed(number, name, &value, unit) } else { put("\(name)", "null") }
    }
    mutating func count(_ number: Int, _ name: StaticString, _ value: inout UInt64) {
        put("\(name)", "\(value)")
    }
    mutating func double(_ number: Int, _ name: StaticString, _ value: inout Double) {
        put("\(name)", Self.number(value))
    }
    mutating func doubles(_ number: Int, _ name: StaticString, _ value: inout [Double]) {
        put("\(name)", Self.list(value.map(Self.number)))
    }
    mutating func flag(_ number: Int, _ name: StaticString, _ value: inout Bool) {
        put("\(name)", "\(value)")
    }
    mutating func text(_ number: Int, _ name: StaticString, _ value: inout String) {
        put("\(name)", Self.quoted(value))
    }
    mutating func texts(_ number: Int, _ name: StaticString, _ value: inout [String]) {
        put("\(name)", Self.list(value.map(Self.quoted)))
    }
    mutating func symbol(_ number: Int, _ name: StaticString, _ value: inout Symbol) {
        put("\(name)", Self.quoted(value.text))
    }
    mutating func bytes(_ number: Int, _ name: StaticString, _ value: inout [UInt8]) {
        put("\(name)", "\"\(hexadecimal(value))\"")
    }
    mutating func blobs(_ number: Int, _ name: StaticString, _ value: inout [[UInt8]]) {
        put("\(name)", Self.list(value.map { "\"\(hexadecimal($0))\"" }))
    }
    mutating func choice<C: Choice>(_ number: Int, _ name: StaticString, _ value: inout C) {
        put("\(name)", "\"\(value)\"")
    }
    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M) {
        put("\(name)", Self.of(value))
    }
    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M?) {
        put("\(name)", value.map(Self.of) ?? "null")
    }
    mutating func messages<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout [M]) {
        put("\(name)", Self.list(value.map(Self.of)))
    }
}
