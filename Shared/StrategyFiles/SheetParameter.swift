import Rules
import Strategies

/// A parameter of a sheet: its default, and the range that sweeps and people keep to.
enum SheetParameter {
    struct Problem: Error { var sentence: String }

    static func parameter(
        _ name: String, _ fallback: String, range: String?, meaning: String
    ) throws(Problem) -> Parameter {
        if fallback == "true" || fallback == "false" {
            guard range == nil else { throw Problem(sentence: "\(name) is true or false, and has no range") }
            return .flag(name, default: fallback == "true", meaning)
        }
        guard let value = Double(fallback), value.isFinite, value.magnitude <= 1e12 else {
            throw Problem(sentence: "\(name) is a number, true or false, not \(fallback.prefix(40))")
        }
        let ends = try range.map { (text) throws(Problem) in try self.ends(text, of: name) }
        let whole = [fallback, ends?.from, ends?.to].compactMap { $0 }.allSatisfy { Int($0) != nil }
        if whole, let number = Int(fallback) {
            let low = ends.flatMap { Int($0.from) } ?? min(1, number)
            let high = ends.flatMap { Int($0.to) } ?? max(10_000, number)
            guard low <= number, number <= high else { throw outside(name, fallback, "\(low)..\(high)") }
            return .integer(name, low...high, default: number, meaning)
        }
        let low = ends.flatMap { Double($0.from) } ?? -1e12
        let high = ends.flatMap { Double($0.to) } ?? 1e12
        guard low <= value, value <= high else { throw outside(name, fallback, range ?? "") }
        return .number(name, low...high, default: value, meaning)
    }

    private static func outside(_ name: String, _ value: String, _ range: String) -> Problem {
        Problem(
            sentence:
                "the default of \(name), \(value.prefix(40)), lies outside of its range \(range.prefix(40))")
    }

    private static func ends(_ text: String, of name: String) throws(Problem) -> (from: String, to: String) {
        let problem = Problem(sentence: "\(text.prefix(40)) is no range of \(name): 2..200 would be right")
        let bytes = Array(text.utf8)
        guard let dots = bytes.indices.dropLast().first(where: { bytes[$0] == 0x2E && bytes[$0 + 1] == 0x2E })
        else {
            throw problem
        }
        func part(_ slice: ArraySlice<UInt8>) -> String {
            String(
                String(decoding: slice, as: UTF8.self).drop { $0 == " " }.reversed().drop { $0 == " " }
                    .reversed())
        }
        let (from, to) = (part(bytes[..<dots]), part(bytes[(dots + 2)...]))
        guard let low = Double(from), let high = Double(to), low <= high, low.magnitude <= 1e12,
            high.magnitude <= 1e12
        else { throw problem }
        return (from, to)
    }

    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 40 else { return false }
        func isSmall(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
        return isSmall(first)
            && name.utf8.allSatisfy {
                isSmall($0) || $0 == UInt8(ascii: "_") || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
            }
    }

    static func isTaken(_ name: String) -> Bool {
        ["and", "or", "not", "true", "false", "share", "span"].contains(name)
            || Series.allCases.contains { $0.name == name } || Compiler.callables.contains(name)
    }
}
