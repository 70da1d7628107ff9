import Backtesting
import Configuration
import Mesh

/// A sweep as one page of HTML that needs nothing else: the best points, the heat map, what it is of.
struct SweepPage {
    private let output: SweepOutput

    init(_ output: SweepOutput) { self.output = output }

    func write(to path: String) throws {
        try ResultFolder.write(Array(html.utf8), to: path)
    }

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Sweep of \(escaped(output.strategy))</title>
        <style>\(SweepPage.style)</style>
        </head>
        <body>
        <h1>Sweep of \(escaped(output.strategy))</h1>
        <p>\(escaped(output.counts)).</p>
        \(output.robustness.map { "<p>\(escaped($0))</p>" } ?? "")
        \(output.warnings.map { "<p class=\"warning\">\(escaped($0))</p>" }.joined(separator: "\n"))
        \(map)
        <h2>The best by \(escaped(output.scoreName))</h2>
        \(top)
        <p class="note">“Around it” is the mean of the neighbours: a peak that stands alone is chance.</p>
        <h2>What it is of</h2>
        <ul>
        \(output.done.facts.filter { !$0.hasSuffix(": ") }.map { "<li>\(escaped($0))</li>" }.joined(separator: "\n"))
        </ul>
        </body>
        </html>

        """
    }

    private var top: String {
        let heads = (["parameters"] + SweepOutput.columns).map { "<th>\(escaped($0))</th>" }.joined()
        let rows = output.survey.best.map { point in
            "<tr><td>\(escaped(point.arguments.description))</td>"
                + output.cells(point).map { "<td class=\"number\">\(escaped($0))</td>" }.joined() + "</tr>"
        }
        return "<table class=\"top\"><thead><tr>\(heads)</tr></thead><tbody>\n"
            + rows.joined(separator: "\n") + "\n</tbody></table>"
    }

    private var map: String {
        guard let map = output.heatMap(columns: HeatMap.sideMax, rows: HeatMap.sideMax),
            let range = map.range
        else { return "" }
        var html =
            "<h2>\(escaped(output.scoreName)) over \(escaped(map.across.name)) and \(escaped(map.down.name))</h2>\n"
        html +=
            "<p class=\"legend\">\(escaped(output.score(range.lowerBound))) <span class=\"scale\"></span> "
        html += "\(escaped(output.score(range.upperBound)))"
        html += map.isMean ? "; each cell is the mean of the points in it</p>\n" : "</p>\n"
        html += "<table class=\"map\"><caption>\(escaped(map.across.name)) →</caption><tr><th>"
        html += "\(escaped(map.down.name)) ↓</th>"
        // A label for every cell would not fit.
        let every = max(1, (map.across.labels.count + 19) / 20)
        for (place, label) in map.across.labels.enumerated() {
            html += "<th>\(place % every == 0 ? escaped(label) : "")</th>"
        }
        html += "</tr>\n"
        for (label, cells) in zip(map.down.labels, map.cells) {
            html += "<tr><th>\(escaped(label))</th>"
            for (place, cell) in cells.enumerated() {
                guard let cell else {
                    html += "<td class=\"none\"></td>"
                    continue
                }
                let name =
                    "\(map.across.name) \(map.across.labels[place]), \(map.down.name) \(label): \(output.score(cell))"
                html +=
                    "<td style=\"background:\(SweepPage.colour(map.level(cell)))\" title=\"\(escaped(name))\"></td>"
            }
            html += "</tr>\n"
        }
        return html + "</table>"
    }

    /// From dark blue over grey to yellow: it reads the same for those who do not tell red from green.
    static let colours: [(Double, Double, Double)] = [
        (0, 34, 78), (53, 69, 108), (102, 105, 112), (148, 142, 119), (200, 184, 102), (254, 232, 56),
    ]

    static func colour(_ level: Double) -> String {
        let place = min(max(level, 0), 1) * Double(colours.count - 1)
        let low = min(Int(place), colours.count - 2)
        let part = place - Double(low)
        func mixed(_ from: Double, _ to: Double) -> Int { Int((from + (to - from) * part).rounded()) }
        let (from, to) = (colours[low], colours[low + 1])
        return "rgb(\(mixed(from.0, to.0)),\(mixed(from.1, to.1)),\(mixed(from.2, to.2)))"
    }

    private static var style: String {
        let scale = (0...10).map { colour(Double($0) / 10) }.joined(separator: ",")
        return """
            body{font:15px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem;color:#1c2430}
            h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
            table{border-collapse:collapse}
            .top th,.top td{padding:.25rem .7rem;border-bottom:1px solid #d8dde4;text-align:right;white-space:nowrap}
            .top th:first-child,.top td:first-child{text-align:left}
            .number{font-variant-numeric:tabular-nums}
            .map caption{text-align:left;padding:.2rem 0;color:#556}
            .map th{font-weight:normal;font-size:.75rem;padding:0 .3rem;text-align:right;color:#556}
            .map tr:first-child th{text-align:center}
            .map td{width:1.3rem;height:1.1rem;padding:0}
            .map td.none{background:#eef0f3}
            .map td:hover{outline:2px solid #d33}
            .scale{display:inline-block;width:12rem;height:.8rem;background:linear-gradient(90deg,\(scale))}
            .note{color:#556}
            .warning{color:#8a4b00}
            """
    }
}

private func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
        switch character {
        case "&": escaped += "&amp;"
        case "<": escaped += "&lt;"
        case ">": escaped += "&gt;"
        case "\"": escaped += "&quot;"
        default: escaped.append(character)
        }
    }
    return escaped
}
