import Domain

/// A touch never trades: the price has to trade through the limit.
public struct NoQueue: QueueModel {
    public static let name = "none"
    public static let parameters: [ModelParameter] = []
    public init(_ figures: [Double] = []) {}
    public var tradesAtTouch: Bool { false }
    public func ahead(_ ahead: Volume, shown before: Volume, to after: Volume) -> Volume { ahead }
}
