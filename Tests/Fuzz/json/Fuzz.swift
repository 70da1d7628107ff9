import Configuration

// Any bytes are a document or a sentence, and what is a document survives being written again.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do {
        let value = try JSONValue(bytes)
        var writer = JSONWriter()
        write(value, &writer)
        guard let again = try? JSONValue(writer.bytes), isSame(again, value) else {
            preconditionFailure("written again, it is another document: \(writer.text)")
        }
    } catch {
        precondition(error.line >= 1 && error.column >= 1 && !error.what.isEmpty)
    }
    return 0
}

private func write(_ value: JSONValue, _ writer: inout JSONWriter) {
    switch value {
    case .null: writer.null()
    case .flag(let flag): writer.flag(flag)
    // The writer has no digits of its own: whole numbers pass, others stand for themselves as texts.
    case .number(let digits):
        if let whole = value.integer { writer.integer(whole) } else { writer.string(digits) }
    case .string(let text): writer.string(text)
    case .array(let items): writer.array { writer in items.forEach { write($0, &writer) } }
    case .object(let members):
        writer.object { writer in
            for member in members {
                writer.key(member.key)
                write(member.value, &writer)
            }
        }
    }
}

private func isSame(_ again: JSONValue, _ value: JSONValue) -> Bool {
    switch (again, value) {
    case (.number, .number): again.integer == value.integer
    case (.string(let text), .number(let digits)): text == digits
    case (.array(let left), .array(let right)):
        left.count == right.count && zip(left, right).allSatisfy { isSame($0, $1) }
    case (.object(let left), .object(let right)):
        left.count == right.count
            && zip(left, right).allSatisfy { $0.key == $1.key && isSame($0.value, $1.value) }
    default: again == value
    }
}
