/// The models that settings can name, one line each; the first of a kind is its default.
public enum Models {
    public static let slippage: [any SlippageModel.Type] = [
        NoSlippage.self,
        BasisPointSlippage.self,
        HalfSpreadSlippage.self,
        RangeSlippage.self,
        SquareRootSlippage.self,
    ]

    public static let commission: [any CommissionModel.Type] = [
        NoCommission.self,
        PerShareCommission.self,
        PerOrderCommission.self,
        BasisPointCommission.self,
    ]

    public static let queue: [any QueueModel.Type] = [
        NoQueue.self,
        VolumeQueue.self,
        RiskAverseQueue.self,
    ]

    public static let latency: [any LatencyModel.Type] = [
        NoLatency.self,
        ConstantLatency.self,
        LogNormalLatency.self,
    ]

    public typealias Figures = [(name: String, value: Double)]

    public static func slippage(_ name: String, _ figures: Figures = []) throws(ModelError)
        -> any SlippageModel
    {
        for model in slippage where model.name == name { return try model.make(figures) }
        throw unknown("slippage", name, slippage.map { $0.name })
    }

    public static func commission(
        _ name: String, _ figures: Figures = []
    ) throws(ModelError) -> any CommissionModel {
        for model in commission where model.name == name { return try model.make(figures) }
        throw unknown("commission", name, commission.map { $0.name })
    }

    public static func queue(_ name: String, _ figures: Figures = []) throws(ModelError) -> any QueueModel {
        for model in queue where model.name == name { return try model.make(figures) }
        throw unknown("queue", name, queue.map { $0.name })
    }

    public static func latency(_ name: String, _ figures: Figures = []) throws(ModelError) -> any LatencyModel
    {
        for model in latency where model.name == name { return try model.make(figures) }
        throw unknown("latency", name, latency.map { $0.name })
    }

    private static func unknown(_ kind: String, _ name: String, _ known: [String]) -> ModelError {
        ModelError(
            description:
                "There is no model of \(kind) \"\(name)\": \(known.joined(separator: ", ")) would be right.")
    }
}
