/// A table of a page: texts to the left, numbers to the right.
struct PageTable {
    enum Column {
        /// A gain has a colour by its sign; another number has none.
        case text(String), number(String), gain(String)

        var heading: String {
            switch self {
            case .text(let heading), .number(let heading), .gain(let heading): heading
            }
        }

        var isNumber: Bool {
            if case .text = self { false } else { true }
        }
    }

    private let columns: [Column]
    private var rows: [(cells: [String], isSum: Bool)] = []

    init(_ columns: [Column]) { self.columns = columns }

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ cells: [String], isSum: Bool = false) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append((cells, isSum))
    }

    func write(to page: inout Html) {
        page.add("<div class=scroll><table><thead><tr>")
        for column in columns {
            page.element("th", column.heading, column.isNumber ? "scope=col class=n" : "scope=col")
        }
        page.add("</tr></thead><tbody>\n")
        for row in rows {
            page.add(row.isSum ? "<tr class=sum>" : "<tr>")
            for (column, cell) in zip(columns, row.cells) {
                var kinds: [String] = []
                if column.isNumber { kinds.append("n") }
                if case .gain = column {
                    if cell.hasPrefix("+") { kinds.append("up") }
                    if cell.hasPrefix("\u{2212}") { kinds.append("down") }
                }
                page.element("td", cell, kinds.isEmpty ? "" : "class=\"\(kinds.joined(separator: " "))\"")
            }
            page.add("</tr>\n")
        }
        page.add("</tbody></table></div>\n")
    }
}
