/// A table that rows are put into.
package struct SQLTable: Sendable {
    package struct Column: Sendable {
        package let name: String
        package let kind: SQLKind
    }

    /// What a row does that meets another of the same key.
    package enum Clash: Sendable { case isTheSame, takesItsPlace }

    package let name: String
    package let columns: [Column]
    /// How many of the first columns name a row.
    package let keyCount: Int
    /// One row in, whatever is there: the same words for every database.
    package let insert: String

    init(_ name: String, key: [(String, SQLKind)], _ rest: [(String, SQLKind)], clash: Clash) {
        self.name = name
        columns = (key + rest).map { Column(name: $0.0, kind: $0.1) }
        keyCount = key.count
        let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let keys = key.map(\.0).joined(separator: ", ")
        let change =
            switch clash {
            case .isTheSame: "NOTHING"
            case .takesItsPlace:
                "UPDATE SET " + rest.map { "\($0.0) = excluded.\($0.0)" }.joined(separator: ", ")
            }
        insert =
            "INSERT INTO \(name) (\(columns.map(\.name).joined(separator: ", "))) VALUES (\(places)) "
            + "ON CONFLICT (\(keys)) DO \(change)"
    }
}
