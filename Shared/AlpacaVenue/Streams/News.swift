import Domain

/// What clients are to hear on their sockets.
public enum News: Sendable {
    /// What became of an order: to whoever listens to the account.
    case update(account: Int, StreamMessage)
    /// What happened in the market: to whoever takes that channel of that symbol.
    case market(channel: Channel, symbol: String, StreamMessage)
    /// The sockets of an account are to be closed: by mischief. Nothing: of every account.
    case disconnect(account: Int?)

    /// The channels of the market's stream, by their names in a subscription.
    public enum Channel: String, CaseIterable, Sendable {
        case trades, quotes, bars, updatedBars, dailyBars, statuses, lulds
    }
}

/// One message, written at most once in each kind of letters however many hear it.
public final class StreamMessage: @unchecked Sendable {
    // Made and read on the venue's one thread.
    let document: Document
    private var asJSON: [UInt8]?
    private var asPacked: [UInt8]?

    init(_ document: Document) { self.document = document }

    public func bytes(packed: Bool) -> [UInt8] {
        if packed {
            if let asPacked { return asPacked }
            let bytes = document.messagePack
            asPacked = bytes
            return bytes
        }
        if let asJSON { return asJSON }
        let bytes = document.json
        asJSON = bytes
        return bytes
    }
}

extension Venue {
    /// Tells an account's listeners what became of an order, unless mischief has it otherwise.
    func say(
        _ event: String, of number: Int, at moment: Timestamp? = nil,
        with more: [(key: String, value: Document)] = []
    ) {
        let order = orders[number]
        let data: Document = .object(
            [("event", .text(event)), ("timestamp", .moment(moment ?? now))] + more
                + [
                    ("order", document(of: number, nested: false)),
                    ("event_id", .text(identity.name(.activity, UInt64(said) | 1 << 62))),
                ])
        said += 1
        let message = StreamMessage(["stream": "trade_updates", "data": data])
        let piece = News.update(account: order.account, message)
        if armed(.missingUpdate, order, event) != nil { return }
        if let harm = armed(.lateUpdate, order, event) {
            late.append((now + harm.span, piece))
            late.sort { $0.at < $1.at }
            return
        }
        news.append(piece)
        if armed(.doubleUpdate, order, event) != nil { news.append(piece) }
    }

    func tell(_ tick: Tick, _ symbol: Int) {
        tell(tick.quote, symbol)
        tell(tick.trade, symbol)
    }

    func tell(_ quote: Quote, _ symbol: Int) { tell(.quotes, assets[symbol].name, "q", quote.document) }

    func tell(_ trade: Trade, _ symbol: Int) { tell(.trades, assets[symbol].name, "t", trade.document) }

    func tell(_ bar: Bar, _ symbol: Int) {
        let name = assets[symbol].name
        tell(.bars, name, "b", MarketBar(bar, at: bar.openedAt).document)
        if isHeard(.dailyBars), let day = lastDays(symbol).last { tell(.dailyBars, name, "d", day.document) }
    }

    func tellStatus(_ symbol: Int) {
        let asset = assets[symbol]
        tell(
            .statuses, asset.name, "s",
            [
                "sc": .text(asset.isHalted ? "H" : "T"),
                "sm": .text(asset.isHalted ? "Trading Halt" : "Trading Resumption"),
                "rc": .text(asset.isHalted ? "T1" : ""), "rm": .text(asset.isHalted ? "News Pending" : ""),
                "t": .moment(now), "z": "C",
            ])
    }

    private func tell(_ channel: News.Channel, _ name: String, _ kind: String, _ document: Document) {
        guard isHeard(channel), case .object(let members) = document else { return }
        // The kind comes first: clients decide by it how to read the rest.
        let whole: [(key: String, value: Document)] = [("T", .text(kind)), ("S", .text(name))] + members
        news.append(.market(channel: channel, symbol: name, StreamMessage([.object(whole)])))
    }

    private func isHeard(_ channel: News.Channel) -> Bool { heard.contains(channel) }
}
