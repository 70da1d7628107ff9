import Configuration
import Domain
import Mesh

/// A paper account while it trades: a table that is drawn again in place on a terminal, a line a second when piped.
struct PaperView: ~Copyable {
    private let cash: Money
    private let isQuiet: Bool
    private var block = LiveBlock()
    private var lastLineAt = -1.0
    private var terminal: Terminal { .standardOutput }

    /// How many of the latest orders are shown.
    private static let ordersShown = 6

    init(cash: Money, isQuiet: Bool) {
        self.cash = cash
        self.isQuiet = isQuiet
    }

    mutating func draw(_ state: PaperState, seconds: Double) {
        guard !isQuiet else { return }
        guard terminal.isTerminal else {
            // A line a second for those who read a log.
            guard seconds >= lastLineAt + 1 else { return }
            lastLineAt = seconds
            Console.out("\(PaperView.tenths(seconds)) s  \(line(state))\n")
            return
        }
        block.draw(lines(state, seconds))
    }

    mutating func say(_ sentence: String) {
        guard !isQuiet else { return }
        if terminal.isTerminal { block.printAbove(sentence) } else { Console.out(sentence + "\n") }
    }

    mutating func finish(_ state: PaperState, seconds: Double) {
        guard !isQuiet else { return }
        lastLineAt = -1
        draw(state, seconds: seconds)
    }

    private func line(_ state: PaperState) -> String {
        guard state.at != .zero else { return "the services get ready" }
        let equity = state.account?.equity ?? cash
        let unwell = state.beats.filter { $0.value.state != .ready }.sorted { $0.key < $1.key }
        let health =
            unwell.isEmpty
            ? "all ready" : unwell.map { "\($0.key) \($0.value.state)" }.joined(separator: ", ")
        return "\(AmountText.time(state.at))  equity \(AmountText.cents(equity))  profit "
            + "\(AmountText.change(equity - cash))  orders \(state.orders.count)  fills \(state.fills)  "
            + (state.halts.isEmpty ? "" : "halted by \(state.halts.keys.sorted().joined(separator: ", "))  ")
            + health
    }

    private func lines(_ state: PaperState, _ seconds: Double) -> [String] {
        let (width, paint) = (terminal.width, terminal.paint)
        let account = state.account
        let equity = account?.equity ?? cash
        let profit = AmountText.change(equity - cash)
        let moment = state.at == .zero ? "the services get ready" : "\(AmountText.time(state.at)) in New York"
        var lines = [
            paint("\(moment)   \(PaperView.tenths(seconds)) s".cut(to: width), .bold),
            "equity \(AmountText.cents(equity))   profit "
                + paint(profit, equity < cash ? .red : .green)
                + "   cash \(AmountText.cents(account?.cash ?? cash))   invested "
                + AmountText.share(account?.gross ?? .zero, of: equity),
            "signals \(state.signals)   orders \(state.orders.count)   working \(state.working)   fills \(state.fills)   "
                + "fees \(AmountText.cents(state.fees))   "
                + (state.halts.isEmpty
                    ? "no halt"
                    : paint("halted by \(state.halts.keys.sorted().joined(separator: ", "))", .red)),
            "",
        ]
        for table in [positions(state), orders(state), services(state)] {
            lines += table.lines(width: width, paint: paint) + [""]
        }
        return lines
    }

    private func positions(_ state: PaperState) -> Table {
        var table = Table(columns: [
            .text("symbol"), .number("price"), .number("held"), .number("bought at"), .number("worth"),
            .number("open profit"), .number("closed profit"),
        ])
        for (symbol, price) in state.prices.sorted(by: { $0.key.text < $1.key.text }) {
            let position = state.positions[symbol] ?? Position()
            let worth = Money.worth(of: position.quantity, at: price) ?? .zero
            let paid = Money.worth(of: position.quantity, at: position.averagePrice) ?? .zero
            let isHeld = position.quantity != .zero
            table.add(
                [
                    symbol.text, "\(price)", isHeld ? "\(position.quantity)" : "-",
                    isHeld ? "\(position.averagePrice)" : "-", isHeld ? AmountText.cents(worth) : "-",
                    isHeld ? AmountText.change(worth - paid) : "-", AmountText.change(position.realised),
                ], style: isHeld ? .plain : .dim)
        }
        return table
    }

    private func orders(_ state: PaperState) -> Table {
        var table = Table(columns: [
            .text("latest orders"), .text("strategy"), .text("side"), .text("symbol"), .number("filled"),
            .number("at"), .text("status"),
        ])
        for update in state.orders.suffix(PaperView.ordersShown) {
            table.add([
                String(update.order.id.prefix(8)), update.order.strategy, "\(update.order.side)",
                update.order.symbol.text, "\(update.filled)",
                update.filled == .zero ? "-" : "\(update.averagePrice)", "\(update.status)",
            ])
        }
        return table
    }

    private func services(_ state: PaperState) -> Table {
        var table = Table(columns: [
            .text("service"), .text("state"), .number("taken"), .number("sent"), .number("gaps"),
            .number("duplicates"),
        ])
        for (name, beat) in state.beats.sorted(by: { $0.key < $1.key }) {
            func whole(_ figure: String) -> String { "\(Int(PaperState.figure(figure, beat)))" }
            table.add(
                [name, "\(beat.state)", whole("taken"), whole("sent"), whole("gaps"), whole("duplicates")],
                style: beat.state == .ready ? .plain : .yellow)
        }
        return table
    }

    static func tenths(_ seconds: Double) -> String {
        let count = Int(seconds * 10)
        return "\(count / 10).\(count % 10)"
    }
}
