extension Settings {
    /// What stands in the place of a secret.
    public static let dots = "••••••"

    /// An aligned table of key, value and origin; secrets as dots.
    public func table(onlyGiven: Bool = false, width: Int? = nil, paint: Paint = .plain) -> String {
        var table = Table(columns: [.text("setting"), .text("value"), .text("origin")])
        for spec in shown(onlyGiven) {
            let origin = origin(of: spec)
            let style: Style = origin == .standard ? .dim : .plain
            table.add([spec.key, display(spec), "\(origin)"], style: style)
        }
        return table.text(width: width, paint: paint)
    }

    /// An array of objects with key, value and origin; secrets as dots.
    public func json(onlyGiven: Bool = false) -> String {
        var json = JSONWriter()
        json.array { json in
            for spec in shown(onlyGiven) {
                json.object { json in
                    json.key("key")
                    json.string(spec.key)
                    json.key("value")
                    if spec.isSecret { json.string(display(spec)) } else { resolved(spec).write(to: &json) }
                    json.key("origin")
                    json.string("\(origin(of: spec))")
                }
            }
        }
        return json.text
    }

    private func shown(_ onlyGiven: Bool) -> [SettingSpec] {
        schema.settings.filter { !onlyGiven || origin(of: $0) != .standard }
    }

    /// A secret that is not set is shown as empty, which is no secret and often the answer.
    private func display(_ spec: SettingSpec) -> String {
        let text = resolved(spec).canonicalText
        return spec.isSecret && !text.isEmpty ? Settings.dots : text
    }
}
