/// Rows under headings, aligned: texts to the left, numbers to the right.
public struct Table: Sendable {
    public struct Column: Sendable {
        var heading: String
        var isNumber: Bool

        public static func text(_ heading: String) -> Column { Column(heading: heading, isNumber: false) }
        public static func number(_ heading: String) -> Column { Column(heading: heading, isNumber: true) }
    }

    private let columns: [Column]
    private var rows: [(cells: [String], style: Style)] = []

    public init(columns: [Column]) { self.columns = columns }

    /// Adds a row with a cell for each column.
    public mutating func add(_ cells: [String], style: Style = .plain) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append((cells, style))
    }

    /// The lines of the table, headings first, each cut to the width where one is given.
    public func lines(width: Int? = nil, paint: Paint = .plain) -> [String] {
        let widths = columns.indices.map { column in
            max(columns[column].heading.count, rows.map { $0.cells[column].count }.max() ?? 0)
        }
        func line(_ cells: [String], _ style: Style) -> String {
            var line = ""
            for (column, cell) in cells.enumerated() {
                if column > 0 { line += "  " }
                let pad = String(repeating: " ", count: widths[column] - cell.count)
                line += columns[column].isNumber ? pad + cell : cell + pad
            }
            while line.last == " " { line.removeLast() }
            return paint(line.cut(to: width), style)
        }
        return [line(columns.map(\.heading), .bold)] + rows.map { line($0.cells, $0.style) }
    }

    /// The table as a text that ends with a line end.
    public func text(width: Int? = nil, paint: Paint = .plain) -> String {
        lines(width: width, paint: paint).map { $0 + "\n" }.joined()
    }
}

extension String {
    /// The text, or its beginning with an ellipsis if it is wider than a width.
    package func cut(to width: Int?) -> String {
        guard let width, count > width else { return self }
        return width < 1 ? "" : prefix(width - 1) + "…"
    }
}
