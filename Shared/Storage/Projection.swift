import Domain

/// The row that a message becomes: what is asked of the past is asked in SQL, and the transcript stays the truth.
public enum Projection {
    /// Whether a message of this kind has a table.
    public static func keeps(_ body: Body) -> Bool {
        switch body {
        case .bar, .signal, .orderProposal, .verdict, .halt, .orderUpdate, .fill, .position, .account,
            .corporateAction, .dataFault:
            true
        default: false
        }
    }

    /// Whether a message is a bar that takes the place of another.
    static func isCorrection(_ message: Message) -> Bool {
        message.topic.text.utf8.starts(with: Topic.corrections.utf8)
    }

    /// The table and the row of a message that is no bar, or one that corrects another; nothing for one that has none.
    static func row(of message: Message) -> (table: SQLTable, values: [SQLValue])? {
        switch message.body {
        case .bar(let bar) where isCorrection(message):
            (Tables.corrections, row(of: bar, knownAt: message.sentAt))
        case .signal(let signal): row(Tables.signals, message) { fill(&$0, signal) }
        case .orderProposal(let proposal):
            row(Tables.proposals, message) {
                $0.add(proposal.order)
                $0.add(proposal.reason)
                $0.add(proposal.price.units)
                $0.add(proposal.stopDistance?.units)
            }
        case .verdict(let verdict):
            row(Tables.verdicts, message) {
                $0.add(verdict.order)
                $0.add(verdict.approved)
                $0.add(verdict.checks)
            }
        case .halt(let halt): row(Tables.halts, message) { fill(&$0, halt) }
        case .orderUpdate(let update):
            row(Tables.orders, message) {
                $0.add(update.order)
                $0.add(Word.orderStatus[update.status])
                $0.add(update.filled.units)
                $0.add(update.averagePrice.units)
                $0.add(update.reason)
            }
        case .fill(let done): row(Tables.fills, message) { fill(&$0, done) }
        case .position(let position): row(Tables.positions, message) { fill(&$0, position) }
        case .account(let account): row(Tables.accounts, message) { fill(&$0, account) }
        case .corporateAction(let action): (Tables.actions, row(of: action))
        case .dataFault(let mark): (Tables.origins, row(of: mark))
        default: nil
        }
    }

    private static func row(
        _ table: SQLTable, _ message: Message, _ fill: (inout RowBuilder) -> Void
    ) -> (table: SQLTable, values: [SQLValue]) {
        var builder = RowBuilder(message, count: table.columns.count)
        fill(&builder)
        return (table, builder.values)
    }

    private static func fill(_ row: inout RowBuilder, _ signal: Signal) {
        row.add(signal.strategy)
        row.add(signal.symbol)
        row.add(signal.strength)
        row.add(signal.confidence)
        row.add(signal.quantity?.units)
        row.add(signal.stop?.units)
        row.add(signal.target?.units)
        row.add(signal.horizon)
        row.add(signal.reason)
        row.add(signal.figures)
    }

    private static func fill(_ row: inout RowBuilder, _ halt: Halt) {
        row.add(halt.account)
        row.add(halt.active)
        row.add(halt.kind)
        row.add(halt.reason)
        row.add(halt.by)
        row.add(halt.flatten)
        row.add(halt.figures)
    }

    private static func fill(_ row: inout RowBuilder, _ fill: Fill) {
        row.add(fill.id)
        row.add(fill.orderId)
        row.add(fill.account)
        row.add(fill.strategy)
        row.add(fill.symbol)
        row.add(Word.side[fill.side])
        row.add(fill.quantity.units)
        row.add(fill.price.units)
        row.add(fill.fee.units)
        row.add(fill.at.nanoseconds)
    }

    private static func fill(_ row: inout RowBuilder, _ position: Position) {
        row.add(position.account)
        row.add(position.symbol)
        row.add(position.quantity.units)
        row.add(position.averagePrice.units)
        row.add(position.marketPrice.units)
        row.add(position.realised.units)
        row.add(position.unrealised.units)
        row.add(position.fill?.id)
        row.add(position.closed?.units)
    }

    private static func fill(_ row: inout RowBuilder, _ account: Account) {
        row.add(account.account)
        row.add(account.cash.units)
        row.add(account.equity.units)
        row.add(account.highWater.units)
        row.add(account.buyingPower.units)
        row.add(account.gross.units)
        row.add(account.net.units)
    }

    static func row(of action: CorporateAction) -> [SQLValue] {
        var row = RowBuilder(count: Tables.actions.columns.count)
        row.add(action.symbol)
        row.add(Word.actionKind[action.kind])
        row.add(action.exAt.nanoseconds)
        row.add(action.knownAt.nanoseconds)
        row.add(action.numerator)
        row.add(action.denominator)
        row.add(action.amount.units)
        row.add(action.newSymbol)
        return row.values
    }

    /// The mark of a bar that another provider gave than the first one.
    static func row(of mark: DataFault) -> [SQLValue] {
        var row = RowBuilder(count: Tables.origins.columns.count)
        row.add(mark.symbol)
        row.add(mark.at.nanoseconds)
        row.add(mark.provider)
        return row.values
    }

    static func row(of bar: Bar, knownAt: Timestamp? = nil) -> [SQLValue] {
        var row = RowBuilder(count: Tables.corrections.columns.count)
        row.add(bar.symbol)
        row.add(bar.span)
        row.add(bar.openedAt.nanoseconds)
        if let knownAt { row.add(knownAt.nanoseconds) }
        for number in [
            bar.open.units, bar.high.units, bar.low.units, bar.close.units, bar.volume.units,
            Int64(clamping: bar.trades),
        ] {
            row.add(number)
        }
        return row.values
    }
}
