import Configuration
import Domain
import HTTP

/// Asks for splits and dividends while a live market goes on. Of each symbol the providers of `providers.actions` are asked
/// in their order, until one answers; of many symbols at once where a provider allows it.
public final class ActionLook {
    public struct Outcome: Sendable {
        public var actions: [CorporateAction] = []
        /// Of these nobody told.
        public var unknown: [Symbol] = []
        /// Why.
        public var failures: [String] = []
        /// What was answered last could not be read, in part or as a whole.
        var hasWrong = false
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
        aside.begin { [settings] in
            let providers = ProviderSet(settings)
            let transport = CurlTransport(proxy: settings.text("providers.proxy"))
            let courier = providers.courier(transport, settings, seed: UInt64(now.nanoseconds.magnitude))
            return ActionRound(providers.actions, days, courier).outcome(of: symbols)
        }
    }

    public func take() -> Outcome? { aside.take() }
}
