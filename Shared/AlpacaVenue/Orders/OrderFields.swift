import Configuration
import Domain

/// The members of a body, each in the type that is wanted of it. Numbers may come as JSON numbers or as texts.
struct OrderFields {
    let body: JSONValue

    init(_ body: JSONValue) { self.body = body }

    private func member(_ name: String) -> JSONValue? {
        guard let value = body[name], !value.isNull else { return nil }
        return value
    }

    func text(_ name: String) throws(Refusal) -> String? {
        guard let value = member(name) else { return nil }
        guard let text = value.text else { throw .badBody }
        return text
    }

    func flag(_ name: String) throws(Refusal) -> Bool? {
        guard let value = member(name) else { return nil }
        guard let flag = value.flag else { throw .badBody }
        return flag
    }

    /// An amount; one that is finer or larger than can be held is refused.
    func decimal<Amount: FixedPoint>(_ name: String) throws(Refusal) -> Amount? {
        guard let value = member(name) else { return nil }
        let digits: String
        switch value {
        case .number(let number): digits = number
        case .string(let text): digits = text
        case .null, .flag, .array, .object: throw .badBody
        }
        if digits.isEmpty { return nil }
        do {
            return try Amount(digits)
        } catch {
            throw .invalid("invalid \(name): \(digits)")
        }
    }

    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, emptyIs empty: Word? = nil
    ) throws(Refusal) -> Word? where Word.RawValue == String {
        guard let text = try text(name) else { return nil }
        if text.isEmpty { return empty }
        guard let word = Word(rawValue: text) else { throw .invalid("invalid \(name): \(text)") }
        return word
    }

    func leg(_ name: String) throws(Refusal) -> OrderRequest.Leg? {
        guard let value = member(name) else { return nil }
        guard case .object = value else { throw .badBody }
        let fields = OrderFields(value)
        return OrderRequest.Leg(
            limit: try fields.decimal("limit_price"), stop: try fields.decimal("stop_price"))
    }
}
