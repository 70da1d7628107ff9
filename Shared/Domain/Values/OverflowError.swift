/// A calculation whose result no value of the type can hold.
public struct OverflowError: Error, Hashable, CustomStringConvertible {
    public let description: String

    init<Value: FixedPoint>(_ calculation: String, _ type: Value.Type) {
        description =
            "\(calculation) has no result that a \(Value.self) can hold: the range is \(Value.min) to \(Value.max)."
    }
}
