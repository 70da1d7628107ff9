import Configuration
import Parameters
import Portfolio

/// What there is to know of an allocator, for a person and for a program.
enum AllocatorText {
    static func page(_ listing: AllocationRule.Listing) -> String {
        var text = "\(listing.name): \(listing.summary)\n\n"
        text += "shares   \(listing.formula)\n"
        text += "assumes  \(listing.assumption)\n"
        if !listing.parameters.isEmpty {
            var table = Table(columns: [.text("parameter"), .number("default"), .text("range"), .text("")])
            for parameter in listing.parameters {
                table.add([
                    parameter.name, "\(parameter.fallback)", parameter.expectation, parameter.meaning,
                ])
            }
            text += "\n" + table.text(width: nil, paint: Terminal.standardOutput.paint)
        }
        return text
    }

    /// The weights on the sample data as bars; where there are none, a sentence that says why.
    static func plot(_ listing: AllocationRule.Listing, _ folder: String) -> String {
        do {
            let rule = try AllocationRule(listing.name)
            guard rule.weighs else {
                return "\nIt opens positions with their signals, so there are no weights to show.\n"
            }
            let prices = try AllocationPrices(bars: [folder])
            let outcome = try AllocationOutcome(rule, prices, wants: [:], held: [:], sectors: [:])
            return "\nweights on \(folder), at the last day:\n\n\(bars(outcome))"
        } catch {
            return "\nThere are no weights to show: \(error).\n"
        }
    }

    static func bars(_ outcome: AllocationOutcome) -> String {
        let width = outcome.symbols.map(\.count).max() ?? 0
        let most = outcome.weights.map(\.magnitude).max() ?? 0
        var text = ""
        for (symbol, weight) in zip(outcome.symbols, outcome.weights) {
            let length = most > 0 ? Int((weight.magnitude / most * 40).rounded()) : 0
            let bar = String(repeating: weight < 0 ? "▒" : "█", count: length)
            text += "  \(symbol)\(String(repeating: " ", count: width - symbol.count))  \(bar)"
            text += "\(length > 0 ? " " : "")\(percent(weight))\n"
        }
        let cash = 1 - outcome.weights.reduce(0) { $0 + $1.magnitude }
        if cash > 0.0005 { text += "  the rest, \(percent(cash)), stays in cash\n" }
        return text
    }

    static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10) %"
    }

    static func write(_ listing: AllocationRule.Listing, to json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.string(listing.name)
            json.key("summary")
            json.string(listing.summary)
            json.key("formula")
            json.string(listing.formula)
            json.key("assumption")
            json.string(listing.assumption)
            json.key("parameters")
            json.array { json in listing.parameters.forEach { write($0, to: &json) } }
        }
    }

    private static func write(_ parameter: Parameter, to json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.string(parameter.name)
            json.key("meaning")
            json.string(parameter.meaning)
            json.key("default")
            write(parameter.fallback, to: &json)
            json.key("takes")
            json.string(parameter.expectation)
        }
    }

    private static func write(_ argument: Argument, to json: inout JSONWriter) {
        switch argument {
        case .integer(let value): json.integer(value)
        case .number(let value): json.number(value)
        case .flag(let value): json.flag(value)
        case .choice, .file: json.string("\(argument)")
        }
    }
}
