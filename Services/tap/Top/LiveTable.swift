import Configuration
import Domain

/// The table of `--top` on a terminal, where keys change it; where nobody watches, it is written once, at the end.
struct LiveTable {
    private var top: Top?
    private var view = TopView()
    private var screen: Screen?
    private var latestAt = Timestamp.zero
    private(set) var isOver = false

    init() { screen = Terminal.standardOutput.isTerminal ? Screen() : nil }

    mutating func note(_ message: Message, size: Int, at now: Timestamp) {
        latestAt = max(latestAt, now)
        if top == nil { top = Top(at: now) }
        top?.note(message, size: size, at: now)
    }

    /// Draws what has changed. Amid messages that come without a pause it is looked at seldom whether it is time.
    mutating func draw(at now: Timestamp?, isDue: Bool) throws {
        let now = now ?? latestAt
        let isNext = top?.advance(to: now) ?? true
        guard let screen, isDue || isNext else { return }
        latestAt = max(latestAt, now)
        var isChanged = screen.hasNewSize()
        while let key = screen.key() {
            switch view.press(key) {
            case .quit: isOver = true
            case .clear: top?.clear()
            case .redraw: break
            case .none: continue
            }
            isChanged = true
        }
        guard isChanged || (isNext && !view.isPaused) else { return }
        try screen.draw { width, height, paint in
            top?.lines(view, at: latestAt, width: width, height: height, paint: paint)
                ?? ["tap  nothing heard yet", TopView.keys]
        }
    }

    /// Gives the terminal back, and writes the last state: where nobody watches, the only one.
    mutating func finish() throws {
        let paint = screen == nil ? Paint.plain : Terminal.standardOutput.paint
        screen = nil
        let lines =
            top?.lines(view, at: latestAt, width: nil, height: nil, paint: paint) ?? ["nothing was heard"]
        try Console.write(lines.map { $0 + "\n" }.joined())
    }
}
