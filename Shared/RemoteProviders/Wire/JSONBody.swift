import Configuration
import Domain

/// A document from a provider, and where in it one reads, so that what is wrong can be said with its place.
struct JSONBody: Sendable {
    let value: JSONValue
    let place: String
    let provider: String

    init(_ bytes: [UInt8], of provider: String) throws(ProviderFault) {
        do throws(JSONProblem) {
            value = try JSONValue(bytes)
        } catch {
            throw ProviderFault(.wrong, "\(provider) answered with what is no JSON: \(error)")
        }
        place = ""
        self.provider = provider
    }

    /// A document that was read from other letters.
    init(_ value: JSONValue, of provider: String) { self.init(value, "", provider) }

    private init(_ value: JSONValue, _ place: String, _ provider: String) {
        self.value = value
        self.place = place
        self.provider = provider
    }

    /// A member that may be missing or null.
    func find(_ key: String) -> JSONBody? {
        guard let found = value[key], !found.isNull else { return nil }
        return JSONBody(found, place.isEmpty ? key : "\(place).\(key)", provider)
    }

    /// A member that has to be there.
    func get(_ key: String) throws(ProviderFault) -> JSONBody {
        guard let found = find(key) else { throw wrong("\(key) is missing") }
        return found
    }

    func items() throws(ProviderFault) -> [JSONBody] {
        guard case .array(let items) = value else { throw wrong("a list would be right") }
        return items.enumerated().map { JSONBody($1, "\(place)[\($0)]", provider) }
    }

    func members() throws(ProviderFault) -> [(key: String, body: JSONBody)] {
        guard case .object(let members) = value else { throw wrong("an object would be right") }
        return members.map {
            ($0.key, JSONBody($0.value, place.isEmpty ? $0.key : "\(place).\($0.key)", provider))
        }
    }

    func text() throws(ProviderFault) -> String {
        guard let text = value.text else { throw wrong("a text would be right") }
        return text
    }

    func integer() throws(ProviderFault) -> Int {
        if let integer = value.integer { return integer }
        // Some write counts as 1.0 or 1e6.
        guard case .number(let digits) = value, let whole = try? Quantity(digits),
            whole.units % Quantity.scale == 0
        else { throw wrong("a whole number would be right") }
        return Int(whole.units / Quantity.scale)
    }

    /// A decimal, from the digits as they stand; finer digits than the unit has are rounded to it. Some providers write
    /// their numbers as texts.
    func decimal<Value: FixedPoint>(_ type: Value.Type = Value.self) throws(ProviderFault) -> Value {
        let digits: String
        switch value {
        case .number(let number): digits = number
        case .string(let text): digits = text
        default: throw wrong("a number would be right")
        }
        do throws(DecimalError) {
            return try Value(digits, rounding: .toNearestOrEven)
        } catch {
            throw wrong("\(error)")
        }
    }

    func number() throws(ProviderFault) -> Double {
        if let number = value.number { return number }
        guard let text = value.text, let number = Double(text), number.isFinite else {
            throw wrong("a number would be right")
        }
        return number
    }

    var isNull: Bool { value.isNull }

    func wrong(_ what: String) -> ProviderFault {
        ProviderFault(
            .wrong, "\(provider) answered with something else than its interface says: \(place): \(what)")
    }

    /// What an error's body says, whatever it calls it.
    static func complaint(of body: [UInt8]) -> String? {
        guard body.count <= 1 << 16, let document = try? JSONValue(body) else { return nil }
        for key in ["message", "error", "detail", "error_message", "Error Message", "Information", "Note"] {
            if let text = document[key]?.text, !text.isEmpty { return String(text.prefix(300)).inOneLine }
        }
        return nil
    }
}

extension String {
    /// The text without line ends and what else steers a terminal.
    var inOneLine: String {
        var line = ""
        for scalar in unicodeScalars {
            let isPlain = scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
            line.unicodeScalars.append(isPlain ? scalar : " ")
        }
        return line
    }
}
