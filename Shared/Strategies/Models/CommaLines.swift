import Rules

/// The lines of a small file of comma-separated words: blank ones and those that begin with # are passed over, and a field
/// with commas
/// stands in quotes, or has them within parentheses, as calls do.
struct CommaLines: Sequence {
    struct Line {
        let number: Int
        let fields: [String]
        let path: String

        func error(_ sentence: String) -> ParameterError {
            ParameterError("\(path), line \(number): \(sentence)")
        }

        func field(_ place: Int) throws(ParameterError) -> String {
            guard place < fields.count else {
                throw error("\(fields[0].prefix(40)) has \(fields.count - 1) values, and one more is wanted")
            }
            return fields[place]
        }

        func number(_ place: Int) throws(ParameterError) -> Double {
            let text = try field(place)
            guard let value = Double(text), value.isFinite else {
                throw error("\(text.prefix(40)) is no number")
            }
            return value
        }

        func whole(_ place: Int) throws(ParameterError) -> Int {
            let text = try field(place)
            guard let value = Int(text), (0...1_000_000).contains(value) else {
                throw error("\(text.prefix(40)) is no whole number from 0 to 1000000")
            }
            return value
        }

        func word(_ place: Int, among words: [String]) throws(ParameterError) -> String {
            let text = try field(place)
            guard words.contains(text) else {
                throw ParameterError(
                    "\(path), line \(number): \(text.prefix(40)) is none of \(words.joined(separator: ", "))",
                    unknown: text, known: words)
            }
            return text
        }

        func expression(_ place: Int) throws(ParameterError) -> Expression {
            let text = try field(place)
            do throws(RuleError) {
                return try Expression(text)
            } catch {
                throw ParameterError(
                    "\(path), line \(number): \(error)", unknown: error.unknown, known: error.known)
            }
        }
    }

    private let file: FileText

    init(_ file: FileText) { self.file = file }

    func makeIterator() -> some IteratorProtocol<Line> {
        var lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).makeIterator()
        var number = 0
        let path = file.path
        return AnyIterator {
            while let line = lines.next() {
                number += 1
                let text = line.last == "\r" ? line.dropLast() : line
                guard text.contains(where: { $0 != " " && $0 != "\t" }), text.first != "#" else { continue }
                return Line(number: number, fields: CommaLines.fields(text), path: path)
            }
            return nil
        }
    }

    static func fields(_ line: Substring) -> [String] {
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        var depth = 0
        for letter in line {
            if letter == "\"" {
                isQuoted.toggle()
            } else if letter == ",", !isQuoted, depth == 0 {
                fields.append(trimmed(field))
                field = ""
            } else {
                if letter == "(" { depth += 1 }
                if letter == ")" { depth = Swift.max(0, depth - 1) }
                field.append(letter)
            }
        }
        return fields + [trimmed(field)]
    }

    private static func trimmed(_ text: String) -> String {
        String(String(text.drop { $0 == " " }.reversed()).drop { $0 == " " }.reversed())
    }
}
