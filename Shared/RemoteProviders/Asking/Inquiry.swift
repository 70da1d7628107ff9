import HTTP

/// Something that is asked of a provider in one or more questions: what to ask next, and what was learnt so far. It
/// does no I/O, so that it can be tried against any answer.
public protocol Inquiry: Sendable {
    /// What to ask next; nothing where all that was wanted is known.
    var question: HTTPRequest? { get }

    /// Takes the answer to `question`. An inquiry that throws is as it was before, and can be asked again.
    mutating func take(_ answer: HTTPResponse) throws(ProviderFault)
}

extension HTTPResponse {
    /// Whether a refusal is about what was asked and not about the key: the rest may still be asked.
    private static func isAboutPlan(_ words: String) -> Bool {
        let words = words.lowercased()
        return ["plan", "subscription", "entitled", "timeframe"].contains { words.contains($0) }
    }

    /// The fault that an answer's status tells, in the words of its body where it has some; nothing for 200 to 299.
    func failure(of provider: String) -> ProviderFault? {
        if (200..<300).contains(status) { return nil }
        let words = JSONBody.complaint(of: body) ?? (body.isEmpty ? "no more is said" : excerpt())
        let sentence = "\(provider) answered \(status): \(words)"
        switch status {
        case 403 where HTTPResponse.isAboutPlan(words): return ProviderFault(.unsupported, sentence)
        case 401, 402, 403: return ProviderFault(.refused, sentence)
        case 404: return ProviderFault(.unknown, sentence)
        case 408, 425, 500...599: return ProviderFault(.unreachable, sentence)
        case 429: return ProviderFault(.limited(until: nil), sentence)
        case 300..<400:
            return ProviderFault(
                .wrong, "\(provider) answered \(status) and sends elsewhere, which is not followed")
        default: return ProviderFault(.unsupported, sentence)
        }
    }
}
