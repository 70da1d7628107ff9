import Configuration

/// Runs side by side: where they differ, and which did better in what.
struct RunComparison {
    private let entries: [RunEntry]

    init(_ entries: [RunEntry]) { self.entries = entries }

    var text: String {
        let paint = Terminal.standardOutput.paint
        var table = Table(columns: [.text("")] + entries.map { .number($0.name + "  ") })
        func add(_ name: String, _ cells: [String], _ marks: [Bool]? = nil) {
            table.add([name] + cells.enumerated().map { $1 + (marks?[$0] == true ? " *" : "  ") })
        }
        add("strategy", entries.map(\.strategy))
        for (name, cells) in differences { add(name, cells) }
        for figure in RunFigure.all {
            let best = figure.best(entries)
            add(
                figure.name, entries.map { figure.text($0) },
                entries.map { best != nil && $0.figure(figure.key) == best })
        }
        add("warnings", entries.map { "\($0.texts("warnings").count)" })
        var text = table.text(width: nil, paint: paint) + "* the best\n"
        if Set(entries.map { $0["data"] }).count > 1 { text += "the runs saw different data\n" }
        if Set(entries.map { $0["program"] }).count > 1 {
            text += "the runs were made by different programs\n"
        }
        return text
    }

    /// Settings and parameters that are not the same in all of them.
    private var differences: [(name: String, cells: [String])] {
        var found: [(name: String, cells: [String])] = []
        let parameters = entries.map { entry in
            entry["parameters"].split(separator: " ").map {
                $0.split(separator: "=", maxSplits: 1).map(String.init)
            }
        }
        var names: [String] = []
        for pair in parameters.joined() where !names.contains(pair[0]) { names.append(pair[0]) }
        for name in names {
            let cells = parameters.map { pairs in pairs.first { $0[0] == name }?.last ?? "-" }
            if Set(cells).count > 1 { found.append((name, cells)) }
        }
        var options: [String] = []
        for setting in entries.flatMap(\.settings) where !options.contains(setting.name) {
            options.append(setting.name)
        }
        for name in options where name != "set" && name != "csv" {
            let cells = entries.map { entry in
                entry.settings.first { $0.name == name }?.words.joined(separator: " ") ?? "-"
            }
            if Set(cells).count > 1 { found.append(("--\(name)", cells)) }
        }
        let spans = entries.map { "\($0["from"]), \($0["to"])" }
        if Set(spans).count > 1 { found.append(("from, to", spans)) }
        let symbols = entries.map { RunsText.symbols($0) }
        if Set(symbols).count > 1 { found.append(("symbols", symbols)) }
        return found
    }
}
