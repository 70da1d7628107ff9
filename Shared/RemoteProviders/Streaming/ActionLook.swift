import Configuration
import Domain
import HTTP

/// Asks for splits and dividends while a live market goes on. Of each symbol the providers of `providers.actions` are asked
/// in their order, until one answers.
public final class ActionLook {
    public struct Outcome: Sendable {
        public var actions: [CorporateAction] = []
        /// Why the actions of some symbols are not known.
        public var failures: [String] = []
    }

    public var file: Int32 { aside.file }
    public var isUnderWay: Bool { aside.isUnderWay }
    private let settings: Configuration.Settings
    private let aside: Aside<Outcome>

    public init?(_ settings: Configuration.Settings) {
        guard let aside = Aside<Outcome>() else { return nil }
        (self.settings, self.aside) = (settings, aside)
    }

    public func begin(_ symbols: [Symbol], _ days: ClosedRange<CivilDate>, at now: Timestamp) -> Bool {
        aside.begin { [settings] in ActionLook.found(symbols, days, settings, now) }
    }

    public func take() -> Outcome? { aside.take() }

    private static func found(
        _ symbols: [Symbol], _ days: ClosedRange<CivilDate>, _ settings: Configuration.Settings,
        _ now: Timestamp
    ) -> Outcome {
        let providers = ProviderSet(settings)
        let transport = CurlTransport(proxy: settings.text("providers.proxy"))
        let courier = providers.courier(transport, settings, seed: UInt64(now.nanoseconds.magnitude))
        var outcome = Outcome()
        for symbol in symbols {
            var isKnown = false
            var faults: [String] = []
            for provider in providers.actions where provider.lacks == nil && !isKnown {
                do throws(ProviderFault) {
                    let inquiry = try courier.ask(provider.actions(of: symbol, days), of: provider.name)
                    outcome.actions += inquiry.actions.filter {
                        $0.symbol == symbol && days.contains(EasternTime.local(at: $0.exAt).date)
                    }
                    isKnown = true
                } catch {
                    faults.append("\(error)")
                }
            }
            guard !isKnown else { continue }
            let reasons =
                faults.isEmpty ? "nobody of providers.actions can be asked" : faults.joined(separator: "; ")
            outcome.failures.append("the splits and dividends of \(symbol) are not known: \(reasons)")
        }
        return outcome
    }
}
