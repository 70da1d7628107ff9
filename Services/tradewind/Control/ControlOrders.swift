import Configuration
import Domain
import Explaining
import Risk

/// Who is told what.
struct ControlOrders {
    var services: [String]
    var arguments: [String] = []
    /// What is asked before, where it is dangerous.
    var question: String?

    init(_ parsed: Parsed, _ verb: String, _ settings: Configuration.Settings) throws {
        switch verb {
        case "pause": services = ["execution", "risk"]
        case "resume":
            services = ["execution", "risk"]
            let kind = parsed.text(ifGiven: "KIND")
            if let kind {
                do { _ = try HaltKind(named: kind) } catch { throw Failure("\(error)", exitCode: 2) }
                arguments = [kind]
            }
            question = "Trading goes on\(kind.map { ", as far as the halt \($0) held it" } ?? "")?"
        case "halt":
            services = ["execution", "risk"]
            guard !(parsed.flag("close") && parsed.flag("keep")) else {
                throw Failure("--close and --keep do not go together; leave one of them out", exitCode: 2)
            }
            let closes = settings.list("risk.halt_flatten").contains("manual")
            arguments = parsed.flag("close") || (closes && !parsed.flag("keep")) ? ["close"] : ["keep"]
            question = arguments == ["close"] ? "Every position is closed at market?" : nil
        case "flatten":
            services = ["execution"]
            let symbols = try parsed.texts("SYMBOL").map { text in
                guard let symbol = Symbol(text) else {
                    throw Failure("\(visible(text)) is no symbol", exitCode: 2)
                }
                return symbol
            }
            try TradedSymbols.check(symbols, settings)
            arguments = symbols.map(\.text)
            question =
                "\(arguments.isEmpty ? "Every position" : arguments.joined(separator: ", ")) is closed at market?"
        case "limit":
            services = ["risk"]
            let limit = parsed.text("LIMIT")
            do {
                let scoped = try ScopedLimit(limit)
                if case .symbol(let symbol) = scoped.scope { try TradedSymbols.check([symbol], settings) }
            } catch let error as RiskLimitError {
                throw Failure("\(error)", exitCode: 2)
            }
            let until = try parsed.text(ifGiven: "until").map { try moment($0, "--until", isEnd: true) }
            arguments = [limit, "\(until?.nanoseconds ?? 0)"]
            question = "Risk goes by \(limit)\(until.map { " until \($0)" } ?? " from now on")?"
        default:
            services = ["execution"]
            let ids = parsed.texts("ORDER")
            guard parsed.flag("all") != !ids.isEmpty else {
                throw Failure("name orders, or say --all", exitCode: 2)
            }
            arguments = try ids.isEmpty ? ["all"] : ControlOrders.whole(ids, settings)
            question = ids.isEmpty ? "Every order that works is cancelled?" : nil
        }
    }

    /// The whole ids that these begin.
    private static func whole(_ ids: [String], _ settings: Configuration.Settings) throws -> [String] {
        let search = try StateSearch(settings.path("state.folder"))
        return try ids.map { id in
            let subject = try Subject(id, in: search)
            guard subject.kind == .order else { throw Failure("\(visible(id)) is no order", exitCode: 2) }
            return subject.name
        }
    }
}
