import Configuration
import Domain
import Wire

extension DecisionComparison {
    // MARK: for a person

    package func text(paint: Paint) -> String {
        var table = Table(columns: [
            .text("decisions"), .number("of A"), .number("of B"), .text("alike"),
        ])
        for row in rows {
            table.add(
                [visible(row.kind), "\(row.left)", "\(row.right)", alike(row)],
                style: row.first == nil ? .plain : .red)
        }
        var text = "A: \(visible(left.name))\nB: \(visible(right.name))\n\n" + table.text(paint: paint)
        if let row = earliest { text += "\n" + story(of: row, paint) }
        return text
    }

    private func alike(_ row: Row) -> String {
        guard let first = row.first else { return "all" }
        let time = row.at.map { ", at \($0)" } ?? ""
        return first == 1
            ? "not the first\(time)" : "up to number \(first - 1); number \(first) differs\(time)"
    }

    private func story(of row: Row, _ paint: Paint) -> String {
        let (a, b) = pair(of: row)
        var text = "The first that differs is number \(row.first ?? 0) of \(visible(row.kind)):\n"
        for (name, message) in [("A", a), ("B", b)] {
            guard let message else {
                text += "  \(name) made none\n"
                continue
            }
            text += "  \(name) \(message.sentAt) \(visible(message.sender)) \(message.telling)"
            text += paint("  \(message.asCause.text)", .dim) + "\n"
        }
        guard a != nil, b != nil else { return text }
        var table = Table(columns: [.text("  field"), .text("A"), .text("B")])
        for difference in differences(of: row) {
            table.add(["  \(difference.path)", visible(difference.left), visible(difference.right)])
        }
        return text + table.text(paint: paint)
    }

    // MARK: for a program

    package var json: String {
        let rows = rows.map { row in
            let fields = differences(of: row).map {
                "{\"field\":\(JSONWriter.string($0.path)),\"a\":\(JSONWriter.string($0.left)),"
                    + "\"b\":\(JSONWriter.string($0.right))}"
            }
            let pair = pair(of: row)
            return "{\"kind\":\(JSONWriter.string(row.kind)),\"a\":\(row.left),\"b\":\(row.right),"
                + "\"first_difference\":\(row.first.map(String.init) ?? "null"),"
                + "\"fields\":[\(fields.joined(separator: ","))],"
                + "\"message_a\":\(pair.left.map { Wire.json($0) } ?? "null"),"
                + "\"message_b\":\(pair.right.map { Wire.json($0) } ?? "null")}"
        }
        let problems = (left.problems + right.problems)
        return "{\"alike\":\(areAlike),\"decisions\":[\(rows.joined(separator: ","))],"
            + "\"unreadable\":\(JSONWriter.array(problems))}\n"
    }
}
