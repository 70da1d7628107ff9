extension IndicatorRegistry {
    /// Every indicator as a row of a Markdown table: the table of docs/indicators.md.
    public static var reference: String {
        let rows = entries.map { entry -> String in
            let listing = entry.listing
            let parameters = listing.parameters.map { "`\($0.name)` \($0.text($0.fallback))" }
            let columns = listing.inputs.map(\.rawValue)
            return "| `\(listing.name)` | \(listing.summary) | \(parameters.joined(separator: ", ")) "
                + "| \(columns.joined(separator: ", ")) | \(listing.outputs.joined(separator: ", ")) "
                + "| \(listing.warmUp) | \(listing.definition.text) |\n"
        }
        return """
            | name | what | parameters and defaults | looks at | gives | first value at bar | equal to |
            |---|---|---|---|---|---|---|

            """ + rows.joined()
    }
}

extension Listing.Definition {
    /// "TA-Lib SMA", or the formula.
    public var text: String {
        switch self {
        case .taLib(let function, remark: ""): "TA-Lib \(function)"
        case .taLib(let function, let remark): "TA-Lib \(function); \(remark)"
        case .formula(let formula): formula
        }
    }
}
