/// A condition on a message's fields: `bar.close > 100 && symbol == "AAPL"`.
///
/// A field is named by its path, or by the end of it where that is enough. Numbers compare as numbers, everything else
/// as text; a comparison with a field that a message does not have is false.
struct Where {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    indirect enum Condition {
        case compare(field: String, Comparison, with: String)
        case not(Condition)
        case and(Condition, Condition)
        case or(Condition, Condition)
    }

    enum Comparison: String, CaseIterable {
        case notEqual = "!="
        case equal = "=="
        case atMost = "<="
        case atLeast = ">="
        case below = "<"
        case above = ">"
        case contains = "~"
    }

    private let condition: Condition

    init(_ text: String) throws(Problem) {
        var parser = WhereParser(text)
        condition = try parser.whole()
    }

    func holds(for fields: [(path: String, text: String)]) -> Bool { Where.holds(condition, fields) }

    private static func holds(_ condition: Condition, _ fields: [(path: String, text: String)]) -> Bool {
        switch condition {
        case .not(let inner): !holds(inner, fields)
        case .and(let left, let right): holds(left, fields) && holds(right, fields)
        case .or(let left, let right): holds(left, fields) || holds(right, fields)
        case .compare(let name, let comparison, let wanted):
            fields.contains {
                ($0.path == name || $0.path.hasSuffix("." + name)) && compare($0.text, comparison, wanted)
            }
        }
    }

    private static func compare(_ found: String, _ comparison: Comparison, _ wanted: String) -> Bool {
        if comparison == .contains { return found.contains(wanted) }
        if let left = Double(found), let right = Double(wanted) { return orders(left, comparison, right) }
        return orders(found, comparison, wanted)
    }

    private static func orders<T: Comparable>(_ left: T, _ comparison: Comparison, _ right: T) -> Bool {
        switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .below: left < right
        case .atMost: left <= right
        case .above: left > right
        case .atLeast: left >= right
        case .contains: false
        }
    }
}

extension String {
    fileprivate func contains(_ part: String) -> Bool {
        part.isEmpty || indices.contains { self[$0...].hasPrefix(part) }
    }
}
