import Configuration

/// A line on standard error that shows how far a long piece of work is, where a person watches.
struct Progress: Sendable {
    private let bar: ProgressBar
    private let width: Int
    private let isWatched: Bool

    init(_ label: String, total: Int) {
        let terminal = Terminal.standardError
        bar = ProgressBar(label, total: total)
        width = terminal.width
        isWatched = terminal.isTerminal
    }

    func show(_ done: Int) {
        if isWatched { Console.error("\r\(bar.line(done: done, width: width - 1))\u{1B}[K") }
    }

    func clear() {
        if isWatched { Console.error("\r\u{1B}[K") }
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
