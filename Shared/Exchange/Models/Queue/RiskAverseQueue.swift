import Domain

/// Only trades move the order up; cancellations are taken to be behind it, until the size shown is smaller than what
/// was thought to be ahead.
public struct RiskAverseQueue: QueueModel {
    public static let name = "risk_averse"
    public static let parameters: [ModelParameter] = []
    public init(_ figures: [Double] = []) {}
    public var tradesAtTouch: Bool { true }
    public func ahead(_ ahead: Volume, shown before: Volume, to after: Volume) -> Volume { min(ahead, after) }
}
