import Configuration
import Domain
import Exchange

/// The rules of a scene's exchange: `rules fill=quote queue=volume commission=per_share:amount=0.01,minimum=1`.
enum SceneRules {
    static func rules(_ line: SceneText.Line, _ rules: inout ExchangeRules) throws {
        for (key, value) in line.values.sorted(by: { $0.key < $1.key }) {
            do {
                guard try set(key, value, line, &rules) else {
                    throw line.fail("there is no rule \(key)")
                }
            } catch let error as ModelError {
                throw line.fail(error.description)
            }
        }
    }

    private static func set(
        _ key: String, _ value: String, _ line: SceneText.Line, _ rules: inout ExchangeRules
    ) throws -> Bool {
        func named<C: RawRepresentable & CaseIterable>(_ type: C.Type) throws -> C
        where C.RawValue == String {
            guard let choice = C(rawValue: value) else {
                let known = C.allCases.map(\.rawValue).joined(separator: ", ")
                throw line.fail("\(key)=\(value): \(known) would be right")
            }
            return choice
        }
        func number() throws -> Double {
            guard let number = Double(value), number.isFinite else {
                throw line.fail("\(key)=\(value) is no number")
            }
            return number
        }
        let (model, figures) = try self.model(value, line)
        switch key {
        case "fill": rules.fill = try named(ExchangeRules.FillTiming.self)
        case "path": rules.path = try named(ExchangeRules.BarPath.self)
        case "hours": rules.hours = try named(ExchangeRules.Hours.self)
        case "margin": rules.margin.kind = try named(MarginRules.Kind.self)
        case "participation": rules.participation = value == "none" ? nil : try number()
        case "queue": rules.queue = try Models.queue(model, figures)
        case "slippage": rules.slippage = try Models.slippage(model, figures)
        case "commission": rules.commission = try Models.commission(model, figures)
        case "latency.feed": rules.latency.feed = try Models.latency(model, figures)
        case "latency.order": rules.latency.order = try Models.latency(model, figures)
        case "latency.response": rules.latency.response = try Models.latency(model, figures)
        case "regulatory_fees": rules.regulatoryFees = value == "on" ? RegulatoryFees() : nil
        case "borrow": rules.borrow.annualRate = try number()
        case "hard_to_borrow": rules.borrow.hardToBorrow = value == "yes" ? [SymbolIndex(0)] : []
        case "lot": rules.lot = try line.read(value) { try Quantity($0) }
        case "seed": rules.seed = UInt64(try number())
        default: return false
        }
        return true
    }

    private static func model(_ text: String, _ line: SceneText.Line) throws -> (String, Models.Figures) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        var figures: Models.Figures = []
        for figure in parts.count == 2 ? parts[1].split(separator: ",") : [] {
            let pair = figure.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2, let value = Double(pair[1]) else {
                throw line.fail("\(figure) is no figure: amount=0.01 would be right")
            }
            figures.append((pair[0], value))
        }
        return (parts[0], figures)
    }
}
