import Configuration
import Synchronization

/// A line on standard error that shows how far a long piece of work is, where a person watches.
final class Progress: Sendable {
    private let bar: ProgressBar
    private let width: Int
    private let isWatched: Bool
    /// Drawing costs more than some of the work that it counts.
    private let drawn = Mutex(ContinuousClock.now - .seconds(1))

    init(_ label: String, total: Int) {
        let terminal = Terminal.standardError
        bar = ProgressBar(label, total: total)
        width = terminal.width
        isWatched = terminal.isTerminal
    }

    func show(_ done: Int) { show(done) { "" } }

    /// With the rate since a moment at which some of the work was done, and how long the rest will take.
    func show(_ done: Int, since began: ContinuousClock.Instant, of known: Int) {
        show(done) {
            let seconds = (ContinuousClock.now - began).inSeconds
            guard seconds > 0.2, done > known else { return "" }
            let rate = Double(done - known) / seconds
            return "  \(Int(rate.rounded()))/s, \(Progress.time(Double(bar.total - done) / rate)) left"
        }
    }

    private func show(_ done: Int, _ more: () -> String) {
        guard isWatched else { return }
        let now = ContinuousClock.now
        let isTime = drawn.withLock { drawn in
            guard now - drawn >= .milliseconds(100) else { return false }
            drawn = now
            return true
        }
        guard isTime else { return }
        let more = more()
        Console.error("\r\(bar.line(done: done, width: max(10, width - 1 - more.count)))\(more)\u{1B}[K")
    }

    func clear() {
        if isWatched { Console.error("\r\u{1B}[K") }
    }

    /// `1 h 5 min`, `4 min 10 s`, `8 s`.
    static func time(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 1e9).rounded(.up))
        if whole >= 3600 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
        return whole >= 60 ? "\(whole / 60) min \(whole % 60) s" : "\(whole) s"
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
