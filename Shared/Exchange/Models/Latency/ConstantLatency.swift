/// Always the same delay.
public struct ConstantLatency: LatencyModel {
    public static let name = "constant"
    public static let parameters = [ModelParameter("milliseconds", 50, in: 0...3_600_000, "the delay")]
    private let delay: Int64
    public init(_ figures: [Double]) { delay = Int64(figures[0] * 1e6) }
    public func draw(_ chance: inout Chance) -> Int64 { delay }
}
