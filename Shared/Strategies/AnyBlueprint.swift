import Domain

/// A strategy whose type is not told: what a package of one's own hands to the commands.
///
/// Its calls are closures that are made where the type is known, so that the strategy's own code is compiled for it: a bar
/// costs some nanoseconds more than one of the library's, and not the tenfold of code that asks for types as it runs.
public struct AnyBlueprint: Blueprint {
    public let name: String
    public let summary: String
    public let parameters: [Parameter]
    public let words: [String]
    public let example: StrategyExample
    @usableFromInline let maker: @Sendable (Arguments, [Symbol]) throws(ParameterError) -> AnyVoice

    @inlinable public init<S: Strategy>(_ strategy: S.Type) {
        name = S.name
        summary = S.summary
        parameters = S.parameters
        words = S.rule
        example = S.example
        maker = { (arguments, symbols) throws(ParameterError) in
            AnyVoice(try S(arguments, symbols: symbols))
        }
    }

    public func make(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) -> AnyVoice {
        try maker(arguments, symbols)
    }
}

/// A voice whose type is not told.
public struct AnyVoice: Voice, Remembering {
    public let warmUp: Int
    @usableFromInline let bar: (Bar, Int, Timestamp, inout Opinions) -> Void
    @usableFromInline let quote: (Quote, Int, Timestamp, inout Opinions) -> Void
    @usableFromInline let trade: (Trade, Int, Timestamp, inout Opinions) -> Void
    @usableFromInline let fill: (Fill, Int, Timestamp, inout Opinions) -> Void
    @usableFromInline let timer: (Timestamp, inout Opinions) -> Void
    @usableFromInline let memory: (inout SnapshotWalk) throws(SnapshotMismatch) -> Void

    @inlinable public init<V: Voice & Remembering>(_ voice: consuming V) {
        warmUp = voice.warmUp
        var voice = voice
        bar = { voice.onBar($0, of: $1, at: $2, &$3) }
        quote = { voice.onQuote($0, of: $1, at: $2, &$3) }
        trade = { voice.onTrade($0, of: $1, at: $2, &$3) }
        fill = { voice.onFill($0, of: $1, at: $2, &$3) }
        timer = { voice.onTimer(at: $0, &$1) }
        memory = { (walk) throws(SnapshotMismatch) in try voice.remember(&walk) }
    }

    @inlinable public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) { self.bar(bar, instrument, now, &opinions) }
    @inlinable public mutating func onQuote(
        _ quote: Quote, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) { self.quote(quote, instrument, now, &opinions) }
    @inlinable public mutating func onTrade(
        _ trade: Trade, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) { self.trade(trade, instrument, now, &opinions) }
    @inlinable public mutating func onFill(
        _ fill: Fill, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) { self.fill(fill, instrument, now, &opinions) }
    @inlinable public mutating func onTimer(at now: Timestamp, _ opinions: inout Opinions) {
        timer(now, &opinions)
    }

    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) { try memory(&walk) }
}
