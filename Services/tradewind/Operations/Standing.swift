import Configuration
import Domain
import Explaining

/// What stands in the way of trading, as the beats of risk and execution tell it.
struct Standing {
    private let names: [String]

    init(_ beats: [Beat]) {
        names = beats.filter { $0.service == "risk" || $0.service == "execution" }
            .flatMap { $0.counters.filter { $0.value != 0 }.map(\.name) }
    }

    private func behind(_ prefix: String) -> [String] {
        names.filter { $0.hasPrefix(prefix) }.map { visible(String($0.dropFirst(prefix.count))) }
    }

    /// A line for each matter; nothing where all is as the settings say.
    var text: String {
        let halts = behind("halt.")
        let limits = behind("limit.")
        var lines: [String] = []
        if !halts.isEmpty {
            lines.append("trading is halted: \(halts.joined(separator: ", ")); `tradewind at now` says why")
        }
        if names.contains("stopped") { lines.append("execution opens nothing until somebody resumes") }
        if names.contains("closing") { lines.append("execution is closing what is held") }
        if !limits.isEmpty { lines.append("set by hand: \(limits.joined(separator: ", "))") }
        return lines.map { $0 + "\n" }.joined()
    }
}
