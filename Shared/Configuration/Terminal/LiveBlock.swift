/// Some lines at the bottom of a terminal that are drawn again in place; where nobody watches, only the last
/// state is written.
public struct LiveBlock: ~Copyable {
    /// Looked at anew each time: people change the size of their windows.
    private let terminal: () -> Terminal
    private let write: (String) -> Void
    private var drawn = 0
    private var size = (width: 0, height: 0)
    private var latest: [String] = []

    public init(
        on terminal: @autoclosure @escaping () -> Terminal = .standardOutput,
        write: @escaping (String) -> Void = { Console.out($0) }
    ) {
        self.terminal = terminal
        self.write = write
    }

    /// Replaces the block. Lines must fit the width (`Table.lines(width:)` cuts them); those below the
    /// terminal's last line are left out, as a block that scrolls could not be replaced.
    public mutating func draw(_ lines: [String]) {
        latest = lines
        let terminal = terminal()
        guard terminal.isTerminal else { return }
        let visible = lines.prefix(max(1, terminal.height - 1))
        // In a window of another size the lines are not where they were drawn.
        let isMoved = drawn > 0 && size != (terminal.width, terminal.height)
        size = (terminal.width, terminal.height)
        write(
            (isMoved ? "\u{1B}[H\u{1B}[2J" : beginning) + visible.map { "\($0)\u{1B}[K\n" }.joined()
                + "\u{1B}[J")
        drawn = visible.count
    }

    /// Writes lines that stay, above the block.
    public mutating func printAbove(_ text: String) {
        guard terminal().isTerminal else { return write(text + "\n") }
        write("\(beginning)\(text)\u{1B}[K\n\u{1B}[J")
        drawn = 0
        draw(latest)
    }

    /// Leaves the last state where it is.
    public consuming func finish() {
        if !terminal().isTerminal { write(latest.map { $0 + "\n" }.joined()) }
    }

    /// To the first column of the block's first line.
    private var beginning: String { drawn > 0 ? "\u{1B}[\(drawn)A\r" : "\r" }
}

/// A bar that fills as work is done: `[#####·····]  50% 512/1024`.
public struct ProgressBar: Sendable {
    public var total: Int
    public var label: String

    public init(_ label: String, total: Int) {
        self.label = label
        self.total = total
    }

    /// The line of the bar for an amount of work done, as wide as it is allowed to be.
    public func line(done: Int, width: Int) -> String {
        let total = max(total, 1)
        let done = min(max(done, 0), total)
        let share = Double(done) / Double(total)
        let percent = String(Int(share * 100))
        let figures = String(repeating: " ", count: 4 - percent.count) + "\(percent)% \(done)/\(total)"
        let room = min(40, width - label.count - figures.count - 3)
        guard room >= 5 else { return "\(label)\(figures)".cut(to: width) }
        let filled = Int(share * Double(room))
        let bar = String(repeating: "#", count: filled) + String(repeating: "·", count: room - filled)
        return "\(label) [\(bar)]\(figures)"
    }
}
