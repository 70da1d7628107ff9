import Domain
import Statistics

/// What the venue is told to do wrong: a request to its administration (docs/exchange.md).
struct VenueHarm {
    let path: String
    let body: String
    let words: String
    /// What it is told some time later, so that it comes to an end.
    var after: (span: Int64, path: String, body: String)?

    private init(_ words: String, _ path: String, _ body: String) {
        self.words = words
        self.path = path
        self.body = body
    }

    init(_ chance: inout SeededGenerator) {
        let count = 1 + chance.index(below: 3)
        func mischief(_ words: String, _ kind: String, _ more: String = "") -> VenueHarm {
            VenueHarm(
                "\(words) (\(count))", "/admin/mischief",
                "{\"kind\": \"\(kind)\", \"count\": \(count)\(more)}")
        }
        switch chance.index(below: 10) {
        case 0: self = VenueHarm("cut its sockets", "/admin/disconnect", "{}")
        case 1: self = mischief("lose answers", "lost_answer", ", \"method\": \"POST\"")
        case 2: self = mischief("answer with errors", "error", ", \"status\": 500")
        case 3: self = mischief("answer 429", "error", ", \"status\": 429, \"path\": \"/v2/orders\"")
        case 4: self = mischief("answer late", "slow_answer", ", \"by\": \"700ms\"")
        case 5: self = mischief("forget updates", "missing_update")
        case 6: self = mischief("say updates twice", "double_update")
        case 7: self = mischief("say updates late", "late_update", ", \"by\": \"800ms\"")
        case 8: self = mischief("reject orders", "reject")
        default:
            let symbol = ChaosMarket.names[chance.index(below: ChaosMarket.names.count)]
            self = VenueHarm("halt \(symbol)", "/admin/halt", "{\"symbol\": \"\(symbol)\"}")
            after = (1_000 * Nanoseconds.millisecond, "/admin/resume", "{\"symbol\": \"\(symbol)\"}")
        }
    }
}
