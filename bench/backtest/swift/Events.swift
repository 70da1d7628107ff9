import Domain
import Glibc

/// A change of a book or a trade, as hftbacktest keeps it in its files: 64 bytes.
struct Event: BitwiseCopyable {
    var flags: UInt64
    var at: Int64
    /// When it is known to those who trade.
    var knownAt: Int64
    var price: Double
    var quantity: Double
    var order: UInt64 = 0
    var integer: Int64 = 0
    var number: Double = 0

    static let depth: UInt64 = 1
    static let trade: UInt64 = 2
    static let buy: UInt64 = 1 << 29
    static let sell: UInt64 = 1 << 28
    static let everywhere: UInt64 = 1 << 31 | 1 << 30

    static let tick = 0.01
    static let feedDelay: Int64 = 1_000_000
}

/// Writes invented events of one book to standard output: sizes that change at the best prices, prices that come and go,
/// and trades.
func makeEvents(_ count: Int) throws {
    var state: UInt64 = 7
    func random(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
    var (bid, ask) = (10_000, 10_001)
    var now: Int64 = CivilDate(2024, 1, 2).midnightUTC.nanoseconds
    var block: [Event] = []
    func add(_ kind: UInt64, _ side: UInt64, _ tick: Int, _ quantity: Int) {
        block.append(
            Event(
                flags: Event.everywhere | kind | side, at: now, knownAt: now + Event.feedDelay,
                price: Double(tick) * Event.tick, quantity: Double(quantity)))
    }
    // Beyond these levels the walk does not go.
    for depth in 0..<100 {
        add(Event.depth, Event.buy, bid - depth, 50 + random(50))
        add(Event.depth, Event.sell, ask + depth, 50 + random(50))
    }
    for made in block.count..<count {
        now += Int64(100_000 + random(2_000_000))
        let choice = random(1000)
        switch choice {
        case 0..<250:
            let isBuy = random(2) == 0
            add(Event.trade, isBuy ? Event.buy : Event.sell, isBuy ? ask : bid, 1 + random(8))
        case 250..<262 where ask - bid > 1:
            bid += 1
            add(Event.depth, Event.buy, bid, 10 + random(50))
        case 262..<274 where ask - bid > 1:
            ask -= 1
            add(Event.depth, Event.sell, ask, 10 + random(50))
        case 274..<286 where bid > 9_950 && ask - bid < 3:
            add(Event.depth, Event.buy, bid, 0)
            bid -= 1
        case 286..<298 where ask < 10_050 && ask - bid < 3:
            add(Event.depth, Event.sell, ask, 0)
            ask += 1
        default:
            let isBuy = random(2) == 0
            add(Event.depth, isBuy ? Event.buy : Event.sell, isBuy ? bid : ask, 10 + random(90))
        }
        if block.count >= 1 << 14 || made == count - 1 {
            block.withUnsafeBytes { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            block.removeAll(keepingCapacity: true)
        }
    }
}

/// The sizes of a book by price, of which only the best is asked for.
struct Levels: ~Copyable {
    private let bids: UnsafeMutablePointer<Int32>
    private let asks: UnsafeMutablePointer<Int32>
    private static let ticks = 20_000
    private(set) var bid = 0
    private(set) var ask = ticks - 1

    init() {
        bids = .allocate(capacity: Levels.ticks)
        asks = .allocate(capacity: Levels.ticks)
        bids.initialize(repeating: 0, count: Levels.ticks)
        asks.initialize(repeating: 0, count: Levels.ticks)
    }

    deinit {
        bids.deallocate()
        asks.deallocate()
    }

    var bidSize: Int32 { bids[bid] }
    var askSize: Int32 { asks[ask] }

    mutating func take(_ event: Event) {
        let tick = Int(event.price / Event.tick + 0.5)
        precondition(tick > 0 && tick < Levels.ticks - 1, "a price beyond the book's")
        let size = Int32(event.quantity)
        if event.flags & Event.buy != 0 {
            bids[tick] = size
            if size > 0 { bid = max(bid, tick) } else { while bid > 0, bids[bid] == 0 { bid -= 1 } }
        } else {
            asks[tick] = size
            if size > 0 {
                ask = min(ask, tick)
            } else {
                while ask < Levels.ticks - 1, asks[ask] == 0 { ask += 1 }
            }
        }
    }
}
