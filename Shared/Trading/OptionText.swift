import Configuration
import Domain
import Exchange
import Glibc

/// Words of the command line that mean more than themselves.
public enum OptionText {
    /// `fast=20`
    public static func assignment(_ word: String, of option: String = "--set") throws -> (
        name: String, text: String
    ) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw Failure("\(option) \(word) has no value: \(option) fast=20 would be right", exitCode: 2)
        }
        return (String(parts[0]), String(parts[1]))
    }

    public static func symbol(_ text: some StringProtocol) throws -> Symbol {
        guard !text.isEmpty, let symbol = Symbol(text) else {
            throw Failure(
                "\(text) is no symbol: up to \(Symbol.lengthMax) characters would be right", exitCode: 2)
        }
        return symbol
    }

    public static func money(_ text: String, of option: String, orZero: Bool = false) throws -> Money {
        let money: Money
        do {
            money = try Money(text)
        } catch {
            throw Failure("\(option): \(error)", exitCode: 2)
        }
        guard money.isPositive || orZero && money == .zero else {
            throw Failure("\(option) must be above 0, not \(money)", exitCode: 2)
        }
        return money
    }

    public static func date(_ text: String, of option: String) throws -> CivilDate {
        do {
            return try CivilDate(text)
        } catch {
            throw Failure("\(option): \(error)", exitCode: 2)
        }
    }

    public static func span(_ text: String, of option: String) throws -> Int64 {
        do {
            return try Interval(text).nanoseconds
        } catch {
            throw Failure("\(option): \(error)", exitCode: 2)
        }
    }

    /// `2026-03-31`, which is when that day begins in UTC, or `2026-03-31T14:30:00Z`.
    public static func moment(_ text: String, of option: String) throws -> Timestamp {
        if let date = try? CivilDate(text) { return date.midnightUTC }
        do {
            return try Timestamp(text)
        } catch {
            throw Failure("\(option): \(error)", exitCode: 2)
        }
    }

    /// `IBM=ibm.csv`, `bars.csv`, or a folder of files whose names end in .csv.
    public static func files(_ word: String) throws -> [(symbol: Symbol?, path: String)] {
        if let split = word.firstIndex(of: "="), access(word, F_OK) != 0 {
            return [(try symbol(word[..<split]), String(word[word.index(after: split)...]))]
        }
        guard let folder = opendir(word) else { return [(nil, word)] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".csv") { names.append(name) }
        }
        guard !names.isEmpty else {
            throw Failure("\(word) holds no file whose name ends in .csv", exitCode: 2)
        }
        return names.sorted().map { (nil, "\(word)/\($0)") }
    }

    /// `none`, `20bps`, `5ms`, `per_share`, or `per_share:amount=0.005,minimum=1`.
    public static func model(_ word: String, of option: String) throws -> (
        name: String, figures: Models.Figures
    ) {
        if word.hasSuffix("bps"), let points = Double(word.dropLast(3)) {
            return ("basis_points", [("bps", points)])
        }
        if word.hasSuffix("ms"), let milliseconds = Double(word.dropLast(2)) {
            return ("constant", [("milliseconds", milliseconds)])
        }
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var figures: Models.Figures = []
        if parts.count == 2 {
            for figure in parts[1].split(separator: ",") {
                let (name, text) = try assignment(String(figure), of: option)
                guard let value = Double(text), value.isFinite else {
                    throw Failure("\(name) of \(parts[0]) must be a number, not \(text)", exitCode: 2)
                }
                figures.append((name, value))
            }
        }
        return (String(parts[0]), figures)
    }

    /// The models of a kind, for help.
    public static func models(_ list: [(name: String, parameters: [ModelParameter])]) -> String {
        list.map { model in
            let figures = model.parameters.map(\.name)
            return model.name
                + (figures.isEmpty ? "" : ":\(figures.map { "\($0)=…" }.joined(separator: ","))")
        }.joined(separator: ", ")
    }
}
