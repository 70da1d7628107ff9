extension Schema {
    /// Every setting that exists, as Markdown tables by section.
    public var reference: String {
        var text = ""
        for section in sections {
            text += "\n### \(section.name)\n\n\(section.help)\n\n"
            text += "| key | value | default | meaning |\n|---|---|---|---|\n"
            for spec in section.settings {
                let fallback = spec.fallback.canonicalText
                let shown = fallback.isEmpty ? "" : "`\(fallback)`"
                let kind = spec.isSecret ? "a secret" : spec.type.expectation
                text += "| `\(spec.key)` | \(kind) | \(shown) | \(spec.help) |\n"
            }
        }
        return text
    }
}
