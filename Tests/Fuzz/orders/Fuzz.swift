import AlpacaVenue
import Configuration

// Any bytes are an order or a refusal with Alpaca's status and a sentence; and any bytes of MessagePack are read without
// believing what they say of their lengths.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let value = try? JSONValue(bytes) { look(at: value) }
    if let value = JSONValue(messagePack: bytes) { look(at: value) }
    return 0
}

private func look(at value: JSONValue) {
    do {
        _ = try OrderRequest(value)
    } catch {
        let answer = error.answer
        precondition([400, 422].contains(answer.status), "an order in itself is malformed or makes no sense")
        precondition(answer.document != nil)
    }
}
