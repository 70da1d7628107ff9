import Parameters

/// All ways of spreading money by weights, by name.
public enum AllocationRegistry {
    /// One line each, in the order in which they are listed.
    public static let methods: [any AllocationMethod.Type] = [
        EqualWeight.self,
        SignalWeighted.self,
        InverseVolatility.self,
        VolatilityTargeted.self,
        FixedFractional.self,
        Kelly.self,
        RiskParity.self,
        MinimumVariance.self,
        MaximumSharpe.self,
        MeanVariance.self,
        HierarchicalRiskParity.self,
        BlackLitterman.self,
        MinimumTail.self,
    ]

    public static func method(named name: String) -> (any AllocationMethod.Type)? {
        methods.first { $0.name == name }
    }
}
