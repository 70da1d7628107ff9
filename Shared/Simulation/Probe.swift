import Domain

/// The machine of every simulated service: it checks whatever it takes, and what it sends says which datum it is
/// about, so that a hole, a double or a wrong order anywhere shows.
struct Probe: Machine {
    enum Role: Int, Sendable {
        /// Brings data in; its machine takes only what the host tells it.
        case source
        /// Makes a message, or several, of each one.
        case middle
        /// Stores everything, and answers orders with fills.
        case sink
    }

    /// How far one topic was taken.
    struct Track: Equatable {
        var epoch: UInt64 = 0
        var number: UInt64 = 0
        /// The last datum: data count 1, 2, 3… over all epochs.
        var datum: UInt64 = 0
        /// Messages that were taken here and lost by their owner.
        var orphans: UInt64 = 0
    }

    let role: Role
    let shard: String
    var tracks: [Topic: Track] = [:]
    var ticks: UInt64 = 0
    var taken: UInt64 = 0
    /// What was taken, in its order, without the numbers that a power cut may change.
    var order = Fingerprint()
    var lastTime = Timestamp.zero
    /// The first datum that came twice under two names: right only where somebody took what its owner lost.
    var double: String?
    /// The first thing that was wrong.
    var violation: String?

    init(_ role: Role, shard: String) {
        self.role = role
        self.shard = shard
    }

    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        if now < lastTime { accuse("the recorded time runs back at \(name(message))") }
        lastTime = now
        switch message.body {
        case .settings: return
        case .tick:
            ticks += 1
            note(message.topic, ticks, 0)
            outbox.send(
                .trade(Trade(price: Price(units: Int64(ticks)), id: ticks)), on: Topic("market/tick/\(shard)")
            )
            return
        case .opened(let opened): follow(message, opened)
        case .step: follow(message, nil)
        case .quote(let quote):
            follow(message, nil)
            count(message, UInt64(quote.bidSize.units))
            note(message.topic, UInt64(quote.bidSize.units), UInt64(bitPattern: quote.bid.units))
            derive(from: quote, &outbox, now)
        case .trade(let trade):
            follow(message, nil)
            count(message, trade.id)
            note(message.topic, trade.id, UInt64(bitPattern: trade.price.units))
            answer(trade, on: message.topic, &outbox)
        default: accuse("\(name(message)) has a body that nobody sent")
        }
        if role == .sink, case .some = message.topic.lane {
            let stored = TopicHead(topic: message.topic.text, epoch: message.epoch, last: message.number)
            outbox.send(.store(Store(stored: stored)), on: Topic("local/store"))
        }
    }

    private mutating func note(_ topic: Topic, _ datum: UInt64, _ content: UInt64) {
        taken += 1
        order.add(topic.text)
        order.add(datum)
        order.add(content)
    }

    /// Each datum becomes a trade; each third one a durable order; some ask for a tick.
    private func derive(from quote: Quote, _ outbox: inout Outbox, _ now: Timestamp) {
        guard role == .middle else { return }
        let datum = UInt64(quote.bidSize.units)
        let price = Price(units: Int64(truncatingIfNeeded: mixed(UInt64(bitPattern: quote.bid.units)) >> 8))
        outbox.send(
            .trade(Trade(symbol: quote.symbol, at: quote.at, price: price, id: datum)),
            on: .trade(quote.symbol))
        if datum % 3 == 0 {
            outbox.send(
                .trade(Trade(symbol: quote.symbol, at: quote.at, price: price, id: datum / 3)),
                on: Topic("trading/order/\(quote.symbol)"), durable: true)
        }
        if datum % 16 == 5 { outbox.wake(at: Timestamp(nanoseconds: now.nanoseconds + 40_000_000)) }
    }

    private func answer(_ trade: Trade, on topic: Topic, _ outbox: inout Outbox) {
        guard role == .sink, topic.text.hasPrefix("trading/order/") else { return }
        outbox.send(
            .trade(Trade(symbol: trade.symbol, at: trade.at, price: trade.price, id: trade.id)),
            on: Topic("trading/fill/\(trade.symbol)"))
    }

    // MARK: checks

    private mutating func follow(_ message: Message, _ opened: Opened?) {
        var track = tracks[message.topic] ?? Track()
        if message.epoch == track.epoch {
            if message.number > track.number + 1 { accuse("a hole: \(name(message)) after \(track.number)") }
            if message.number <= track.number { accuse("a double: \(name(message)) after \(track.number)") }
        } else if message.epoch < track.epoch {
            accuse("a ghost: \(name(message)) in epoch \(track.epoch)")
        } else if message.number != 1 {
            accuse("a hole: epoch begins at \(name(message))")
        } else if let opened {
            if opened.previousEpoch < track.epoch {
                track.orphans += track.number
            } else if opened.previousEpoch > track.epoch {
                accuse("a hole: \(name(message)) follows epoch \(opened.previousEpoch), not \(track.epoch)")
            } else if opened.previousLast > track.number {
                accuse("a hole: \(name(message)) follows \(opened.previousLast), not \(track.number)")
            } else {
                track.orphans += track.number - opened.previousLast
            }
        } else if track.epoch != 0 {
            track.orphans += track.number
        }
        track.epoch = message.epoch
        track.number = message.number
        tracks[message.topic] = track
    }

    private mutating func count(_ message: Message, _ datum: UInt64) {
        let before = tracks[message.topic]!.datum
        tracks[message.topic]!.datum = max(before, datum)
        if datum == before + 1 { return }
        if datum > before { return accuse("datum \(datum) after \(before) in \(name(message))") }
        if double == nil { double = "datum \(datum) again after \(before) in \(name(message))" }
    }

    var orphans: UInt64 { tracks.values.reduce(0) { $0 + $1.orphans } }

    private mutating func accuse(_ sentence: String) {
        if violation == nil { violation = sentence }
    }

    private func name(_ message: Message) -> String { "\(message.topic) \(message.epoch)/\(message.number)" }

    // MARK: snapshots

    static var snapshotVersion: UInt32 { 1 }

    func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.put(tracks.count)
        for (topic, track) in tracks.sorted(by: { $0.key < $1.key }) {
            writer.put(topic.text)
            writer.put(track.epoch)
            writer.put(track.number)
            writer.put(track.datum)
            writer.put(track.orphans)
        }
        writer.put(ticks)
        writer.put(taken)
        writer.put(order.value)
        writer.put(lastTime.nanoseconds)
        writer.put(double ?? "")
        writer.put(violation ?? "")
        return writer.bytes
    }

    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        var reader = SnapshotReader(bytes)
        tracks = [:]
        for _ in 0..<(try reader.integer()) {
            let topic = Topic(try reader.text())
            tracks[topic] = Track(
                epoch: try reader.count(), number: try reader.count(), datum: try reader.count(),
                orphans: try reader.count())
        }
        ticks = try reader.count()
        taken = try reader.count()
        order = Fingerprint(value: try reader.count())
        lastTime = Timestamp(nanoseconds: try reader.integer())
        let twice = try reader.text()
        double = twice.isEmpty ? nil : twice
        let sentence = try reader.text()
        violation = sentence.isEmpty ? nil : sentence
    }
}
