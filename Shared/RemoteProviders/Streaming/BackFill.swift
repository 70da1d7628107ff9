import Configuration
import Domain
import Gatekeeper
import HTTP

/// Asks for bars that a stream has missed, on a thread of its own: nobody who waits for live data waits for it. Providers
/// are asked in the order of `providers.history`, the next one for what the one before did not give.
public final class BackFill {
    public struct Outcome: Sendable {
        /// Oldest first, and in the order of symbols within a minute; of each symbol and time the first that came.
        public var bars: [LiveInstants.Given] = []
        /// Why there may be more: nobody answered for these symbols.
        public var failures: [String] = []
        public var isWhole: Bool { failures.isEmpty }
    }

    /// Readable when an outcome waits.
    public var file: Int32 { aside.file }
    public var isUnderWay: Bool { aside.isUnderWay }
    private let settings: Configuration.Settings
    private let aside: Aside<Outcome>

    public init?(_ settings: Configuration.Settings) {
        guard let aside = Aside<Outcome>() else { return nil }
        (self.settings, self.aside) = (settings, aside)
    }

    /// Begins to ask; one thing at a time. False where the system has no thread for it.
    public func begin(_ wanted: HistoryWanted) -> Bool {
        aside.begin { [settings] in BackFill.found(wanted, settings) }
    }

    /// What was found, once.
    public func take() -> Outcome? { aside.take() }

    private static func found(_ wanted: HistoryWanted, _ settings: Configuration.Settings) -> Outcome {
        var providers = ProviderSet(settings)
        let transport = GatewayTransport(CurlTransport(proxy: settings.text("providers.proxy")))
        let courier = providers.courier(transport, settings, seed: UInt64(wanted.now.nanoseconds.magnitude))
        let gateway = providers.interactiveBrokers
        if providers.history.contains(where: { $0.name == gateway.name }),
            gateway.objection(to: wanted) != nil
        {
            providers.interactiveBrokers.splits = KnownSplits.ask(
                wanted.symbols, since: wanted.days.lowerBound, providers, courier)
        }
        var outcome = Outcome()
        var rest = wanted.symbols
        var bars: [LiveInstants.Given] = []
        for provider in providers.ordered("history", as: (any HistoryProvider).self) where !rest.isEmpty {
            if let lacks = provider.lacks ?? provider.objection(to: wanted) {
                outcome.failures.append(lacks)
                continue
            }
            rest = ask(provider, wanted, rest, by: courier, &bars, &outcome.failures)
        }
        if rest.isEmpty { outcome.failures = [] }
        if !rest.isEmpty, outcome.failures.isEmpty { outcome.failures = ["nobody is left to be asked"] }
        outcome.bars = inOrder(
            bars.filter {
                $0.bar.openedAt >= wanted.since ?? .distantPast && $0.bar.closesAt <= wanted.now
            })
        return outcome
    }

    /// The symbols for which a provider gave no answer.
    private static func ask(
        _ provider: any HistoryProvider, _ wanted: HistoryWanted, _ symbols: [Symbol], by courier: Courier,
        _ bars: inout [LiveInstants.Given], _ failures: inout [String]
    ) -> [Symbol] {
        var left: [Symbol] = []
        var under: [[Symbol]] = []
        for days in provider.pieces(of: wanted.days, span: wanted.span) {
            for start in stride(from: 0, to: symbols.count, by: provider.symbolsMax) {
                var piece = wanted
                piece.days = days
                piece.symbols = Array(symbols[start..<min(start + provider.symbolsMax, symbols.count)])
                courier.put(provider.history(piece), to: provider.name, tag: under.count)
                under.append(piece.symbols)
            }
        }
        while !courier.isIdle {
            for end in courier.wait() {
                switch end.outcome {
                case .success(let inquiry):
                    let found = (inquiry as? any HistoryInquiry)?.bars ?? []
                    bars += found.map { LiveInstants.Given($0, by: provider.name) }
                case .failure(let fault):
                    failures.append("\(fault)")
                    left += under[end.tag]
                }
            }
        }
        return symbols.filter(left.contains)
    }

    private static func inOrder(_ bars: [LiveInstants.Given]) -> [LiveInstants.Given] {
        var seen: Set<Place> = []
        let first = bars.filter { seen.insert(Place(at: $0.bar.openedAt, symbol: $0.bar.symbol)).inserted }
        return first.sorted { ($0.bar.openedAt, $0.bar.symbol) < ($1.bar.openedAt, $1.bar.symbol) }
    }

    private struct Place: Hashable {
        var at: Timestamp
        var symbol: Symbol
    }
}
