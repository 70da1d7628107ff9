/// Finds the word that was probably meant.
public enum Spelling {
    /// The nearest of the words, or nothing if none is near enough to be worth a suggestion.
    public static func nearest(to word: String, among words: some Sequence<String>) -> String? {
        let limit = word.utf8.count <= 3 ? 1 : max(2, word.utf8.count / 4)
        // A long word from outside would cost time for nothing: no name of the house is near it.
        guard word.utf8.count <= 100 else { return nil }
        var best: (word: String, distance: Int, shared: Int)?
        for candidate in words {
            let found = distance(word, candidate)
            guard found <= limit else { continue }
            // Among equals, people get the beginning of a word right more often than its end.
            let shared = zip(word.utf8, candidate.utf8).prefix { $0 == $1 }.count
            if let best, (best.distance, -best.shared) <= (found, -shared) { continue }
            best = (candidate, found, shared)
        }
        return best?.word
    }

    /// The number of letters to insert, delete, change or swap with the next to make one word of the other.
    public static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased().utf8)
        let right = Array(right.lowercased().utf8)
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                var cost = min(
                    current[column] + 1, last[column + 1] + 1,
                    last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}

extension [String] {
    /// "a", "a or b", "a, b or c".
    var alternatives: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " or " + last
    }
}

extension StringProtocol {
    /// The text without the spaces, tabs and line ends around it.
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
        guard let start = firstIndex(where: { !isBlank($0) }), let end = lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(self[start...end])
    }

    /// The text in quotes for an error message, cut when it is long, with control characters escaped so that
    /// outside text cannot steer a terminal.
    var quoted: String {
        count <= 60 ? JSONWriter.string(String(self)) : JSONWriter.string(String(prefix(57)) + "…")
    }
}
