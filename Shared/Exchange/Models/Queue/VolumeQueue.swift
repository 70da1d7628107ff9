import Domain

/// Cancellations are spread evenly over what is shown: the part ahead shrinks with the whole.
public struct VolumeQueue: QueueModel {
    public static let name = "volume"
    public static let parameters: [ModelParameter] = []
    public init(_ figures: [Double] = []) {}
    public var tradesAtTouch: Bool { true }
    public func ahead(_ ahead: Volume, shown before: Volume, to after: Volume) -> Volume {
        guard after < before, before.isPositive else { return min(ahead, max(before, after)) }
        let shrunk = (Int128(ahead.units) * Int128(after.units))
            .divided(by: Int128(before.units), rounding: .up)
        return min(Volume(units: Int64(shrunk)), after)
    }
}
