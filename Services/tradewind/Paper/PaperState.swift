import Domain

/// What somebody who looks on knows of a paper account: he hears what the services tell each other, and decides nothing.
struct PaperState {
    private(set) var at = Timestamp.zero
    private(set) var account: Account?
    private(set) var prices: [Symbol: Price] = [:]
    private(set) var positions: [Symbol: Position] = [:]
    private(set) var beats: [String: Beat] = [:]
    /// In the order in which they were made; each as it stands.
    private(set) var orders: [OrderUpdate] = []
    private(set) var bars = 0
    private(set) var signals = 0
    private(set) var fills = 0
    private(set) var fees = Money.zero
    /// Halts in force, by their kind.
    private(set) var halts: [String: Halt] = [:]
    private var places: [OrderName: Int] = [:]

    mutating func note(_ message: Message) {
        switch message.body {
        case .beat(let beat): beats[message.sender] = beat
        case .bar(let bar):
            prices[bar.symbol] = bar.close
            bars += 1
        case .step(let step): if message.sender.hasPrefix("feed") { at = max(at, step.time) }
        case .account(let account): if message.topic == .account { self.account = account }
        case .position(let position): positions[position.symbol] = position
        case .signal: signals += 1
        case .halt(let halt): halts[halt.kind] = halt.active ? halt : nil
        case .fill(let fill):
            fills += 1
            fees += fill.fee
        case .orderUpdate(let update):
            if let place = places[update.order.name] {
                orders[place] = update
            } else {
                places[update.order.name] = orders.count
                orders.append(update)
            }
        default: break
        }
    }

    /// The replay is over where it ends: at execution, and at the historian in all of its parts.
    var isOver: Bool {
        ["execution", "historian"].allSatisfy { service in
            let parts = beats.values.filter { $0.service == service && !$0.shard.isEmpty }
            guard let count = parts.first?.parts, parts.count >= max(1, Int(count)) else { return false }
            return parts.allSatisfy { PaperState.figure("over", $0) == 1 }
        }
    }

    var working: Int {
        orders.count {
            switch $0.status {
            case .submitting, .accepted, .partiallyFilled, .cancelling, .replacing, .unknown: true
            default: false
            }
        }
    }

    static func figure(_ name: String, _ beat: Beat) -> Double {
        beat.counters.first { $0.name == name }?.value ?? 0
    }
}
