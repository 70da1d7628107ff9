/// Every feature there is, in the order in which they are shown.
public enum FeatureRegistry {
    public static let features: [Feature] =
        price + technical + volume + volatility + microstructure + crossSectional

    /// The feature of that name.
    public static func feature(named name: String) -> Feature? { features.first { $0.name == name } }

    /// Every feature as a row of a Markdown table: the table of docs/features.md.
    public static var reference: String {
        let rows = features.map { feature in
            "| `\(feature.name)` | \(feature.group.rawValue) | \(feature.meaning) | \(feature.formula) "
                + "| \(feature.need ?? "") | \(feature.warmUp) |\n"
        }
        return """
            | name | group | what | formula | needs | first value at bar |
            |---|---|---|---|---|---|

            """ + rows.joined()
    }
}
