import Domain
import Exchange
import Glibc

/// A market maker on recorded events, against the exchange with its queue and its latencies: looked at ten times a
/// second, an order at either best price, which is cancelled once the price has moved, and no more than twenty held.
struct MarketMaker: ~Copyable {
    private static let stepLength: Int64 = 100_000_000
    private static let positionMax = 20
    private static let symbol = SymbolIndex(0)

    private var exchange: Exchange
    private var reports: [Report] = []
    /// Reports on their way back; the delay is always the same, so they come in order.
    private var coming: [Report] = []
    private var comingNext = 0
    /// What the exchange knows, and what is known here.
    private var there = Levels()
    private var here = Levels()
    private var buying = Working()
    private var selling = Working()
    private(set) var position = 0
    private(set) var fills = 0
    private(set) var sent = 0

    private struct Working {
        var handle = OrderHandle.none
        var tick = 0
        var isSent = false
        var isAsked = false
    }

    init() {
        var rules = ExchangeRules()
        rules.fill = .quote
        rules.hours = .continuous
        rules.margin.kind = .unlimited
        rules.participation = nil
        rules.queue = RiskAverseQueue()
        rules.latency.order = ConstantLatency([5])
        rules.latency.response = ConstantLatency([5])
        exchange = Exchange(rules: rules, symbols: 1, cash: [Money(1_000_000)])
    }

    mutating func run(_ events: UnsafeBufferPointer<Event>) {
        guard let first = events.first else { return }
        var step = first.knownAt + MarketMaker.stepLength
        var known = 0
        for event in events {
            while event.at > step {
                while events[known].knownAt <= step {
                    if events[known].flags & Event.depth != 0 { here.take(events[known]) }
                    known += 1
                }
                look(at: Timestamp(nanoseconds: step))
                step += MarketMaker.stepLength
            }
            take(event)
        }
    }

    private mutating func take(_ event: Event) {
        let at = Timestamp(nanoseconds: event.at)
        if event.flags & Event.trade != 0, event.flags & Event.depth == 0 {
            exchange.take(
                Trade(
                    at: at, price: MarketMaker.price(Int(event.price / Event.tick + 0.5)),
                    size: Volume(units: Int64(event.quantity) * Volume.scale)),
                of: MarketMaker.symbol, &reports)
        } else {
            there.take(event)
            exchange.take(
                Quote(
                    at: at, bid: MarketMaker.price(there.bid), ask: MarketMaker.price(there.ask),
                    bidSize: Volume(units: Int64(there.bidSize) * Volume.scale),
                    askSize: Volume(units: Int64(there.askSize) * Volume.scale)),
                of: MarketMaker.symbol, &reports)
        }
        if !reports.isEmpty { collect() }
    }

    private mutating func collect() {
        coming += reports
        reports.removeAll(keepingCapacity: true)
    }

    private static func price(_ tick: Int) -> Price { Price(units: Int64(tick) * Price.scale / 100) }

    private mutating func look(at now: Timestamp) {
        exchange.advance(to: now, &reports)
        collect()
        while comingNext < coming.count, coming[comingNext].knownAt <= now {
            hear(coming[comingNext])
            comingNext += 1
        }
        if comingNext == coming.count {
            coming.removeAll(keepingCapacity: true)
            comingNext = 0
        }
        buying = quote(.buy, buying, at: here.bid, isWanted: position < MarketMaker.positionMax, now)
        selling = quote(.sell, selling, at: here.ask, isWanted: position > -MarketMaker.positionMax, now)
        collect()
    }

    private mutating func hear(_ report: Report) {
        switch report.kind {
        case .filled:
            fills += 1
            if report.side == .buy {
                position += 1
                buying = Working()
            } else {
                position -= 1
                selling = Working()
            }
        case .cancelled, .expired, .rejected:
            if report.side == .buy { buying = Working() } else { selling = Working() }
        default: break
        }
    }

    private mutating func quote(
        _ side: Side, _ before: Working, at tick: Int, isWanted: Bool, _ now: Timestamp
    ) -> Working {
        var working = before
        if working.isSent {
            guard working.tick != tick, !working.isAsked else { return working }
            working.isAsked = true
            exchange.cancel(working.handle, at: now, &reports)
        } else if isWanted {
            sent += 1
            working.tick = tick
            working.isSent = true
            working.handle = exchange.submit(
                Ticket(
                    symbol: MarketMaker.symbol, side: side, kind: .limit, timeInForce: .goodTillCancelled,
                    quantity: Quantity(1), limit: MarketMaker.price(tick)),
                at: now, &reports)
        }
        return working
    }
}

func quoteEvents(_ words: [String]) throws {
    guard words.count > 1 else { throw Usage() }
    let file = open(words[1], O_RDONLY)
    var status = stat()
    guard file >= 0, fstat(file, &status) == 0,
        let base = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE | Int32(MAP_POPULATE), file, 0),
        base != MAP_FAILED
    else { throw Usage() }
    let length = Int(status.st_size) / MemoryLayout<Event>.size
    let events = UnsafeBufferPointer(start: base.bindMemory(to: Event.self, capacity: length), count: length)
    for _ in 0..<(try count(words, 2)) {
        var maker = MarketMaker()
        let spent = seconds { maker.run(events) }
        print(
            "{\"name\":\"events\",\"seconds\":\(spent),\"events\":\(events.count),\"orders\":\(maker.sent),"
                + "\"fills\":\(maker.fills),\"position\":\(maker.position)}")
    }
}
