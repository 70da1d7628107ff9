import Domain
import Strategies

/// The machine of a strategy of one's own: shows it the bars of the feed, and sends what it says.
///
/// It remembers what it was shown, and a strategy that is started again is shown it once more: so any strategy goes on as
/// though nothing had happened, whatever it keeps. That takes 80 bytes a bar.
struct SignalDesk: Machine {
    /// What a strategy was shown.
    private enum Shown {
        case bar(Bar, instrument: Int, at: Timestamp)
        case step(Timestamp)
    }

    static let snapshotVersion: UInt32 = 1
    private let symbols: [Symbol]
    private let make: () throws(ParameterError) -> AnyVoice
    private let topic: Topic
    private var voice: AnyVoice
    private var opinions: Opinions
    private var said: [Signal] = []
    private var wakes: [Timestamp] = []
    private var shown: [Shown] = []

    init(_ blueprint: AnyBlueprint, _ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        self.symbols = symbols
        topic = Topic("trading/signal/\(blueprint.name)")
        make = { () throws(ParameterError) in try blueprint.make(arguments, symbols: symbols) }
        voice = try make()
        opinions = Opinions(of: blueprint.name, symbols: symbols)
    }

    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        switch message.body {
        case .bar(let bar):
            guard let instrument = symbols.firstIndex(of: bar.symbol) else { return }
            show(.bar(bar, instrument: instrument, at: now))
        case .step(let step): show(.step(step.time))
        default: return
        }
        for signal in said { outbox.send(.signal(signal), on: topic) }
        said.removeAll()
    }

    private mutating func show(_ what: Shown) {
        shown.append(what)
        switch what {
        case .bar(let bar, let instrument, let now):
            wake(before: now)
            voice.onBar(bar, of: instrument, at: now, &opinions)
            note()
        case .step(let time): wake(before: time + 1)
        }
    }

    /// Moments that the strategy asked for: one that is the instant itself comes after all of its bars.
    private mutating func wake(before moment: Timestamp) {
        while let first = wakes.first, first < moment {
            wakes.removeFirst()
            voice.onTimer(at: first, &opinions)
            note()
        }
    }

    private mutating func note() {
        guard !opinions.isEmpty else { return }
        said += opinions.items.map(\.signal)
        if !opinions.wakes.isEmpty { wakes = Set(wakes + opinions.wakes.map(\.at)).sorted() }
        opinions.removeAll()
    }

    // MARK: What is remembered

    func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.put(shown.count)
        for what in shown {
            switch what {
            case .bar(let bar, let instrument, let now):
                writer.put(instrument)
                writer.put(now.nanoseconds)
                writer.put(bar.span)
                writer.put(bar.openedAt.nanoseconds)
                for price in [bar.open, bar.high, bar.low, bar.close] { writer.put(price.units) }
                writer.put(bar.volume.units)
                writer.put(bar.trades)
            case .step(let time):
                writer.put(-1)
                writer.put(time.nanoseconds)
            }
        }
        return writer.bytes
    }

    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        do throws(ParameterError) {
            voice = try make()
        } catch {
            throw SnapshotMismatch(error.description)
        }
        wakes = []
        shown = []
        var reader = SnapshotReader(bytes)
        for _ in 0..<(try reader.count()) {
            let instrument = Int(try reader.integer())
            let moment = Timestamp(nanoseconds: try reader.integer())
            if instrument < 0 {
                show(.step(moment))
            } else {
                guard symbols.indices.contains(instrument) else {
                    throw SnapshotMismatch(
                        "the snapshot is of \(instrument + 1) symbols or more, and there are \(symbols.count)"
                    )
                }
                show(.bar(try bar(&reader, symbols[instrument]), instrument: instrument, at: moment))
            }
            // It was said then.
            said.removeAll()
        }
    }

    private func bar(_ reader: inout SnapshotReader, _ symbol: Symbol) throws(SnapshotMismatch) -> Bar {
        var bar = Bar(symbol: symbol)
        bar.span = try reader.integer()
        bar.openedAt = Timestamp(nanoseconds: try reader.integer())
        bar.open = Price(units: try reader.integer())
        bar.high = Price(units: try reader.integer())
        bar.low = Price(units: try reader.integer())
        bar.close = Price(units: try reader.integer())
        bar.volume = Volume(units: try reader.integer())
        bar.trades = try reader.count()
        return bar
    }
}
