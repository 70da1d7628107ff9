import Brokers

/// One rule of a broker's desk taken away, or one fault put into another machine of trading: the simulator has to notice.
public struct TradingMutation: Sendable {
    public let name: String
    private let guards: BrokerGuards
    private let fault: TradingFault?

    public static let all =
        BrokerGuards.allCases.map {
            TradingMutation(name: $0.name, guards: BrokerGuards.all.subtracting($0), fault: nil)
        } + TradingFault.faults.map { TradingMutation(name: $0.rawValue, guards: .all, fault: $0) }

    /// The first seed that notices, and what it says.
    public func found(by seeds: Range<UInt64>) -> TradingSimulation.Outcome? {
        for seed in seeds {
            let outcome = BrokerSimulation(seed: seed, guards: guards, fault: fault).run()
            if outcome.violation != nil { return outcome }
        }
        return nil
    }
}
