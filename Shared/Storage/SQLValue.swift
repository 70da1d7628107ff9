/// A value in a row, as every database keeps it.
public enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)

    public var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    public var text: String? { if case .text(let text) = self { text } else { nil } }
}

/// What the values of a column are.
package enum SQLKind: Sendable { case integer, real, text }
