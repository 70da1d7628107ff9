/// Everything arrives at once.
public struct NoLatency: LatencyModel {
    public static let name = "none"
    public static let parameters: [ModelParameter] = []
    public init(_ figures: [Double] = []) {}
    public func draw(_ chance: inout Chance) -> Int64 { 0 }
}
