/// A number with its name, as it is shown to a person: `drawdown = 0.021`.
public struct Figure: Fielded {
    public static let name = "Figure"

    public var name: String = ""
    public var value: Double = 0

    public init() {}

    public init(
        name: String = "", value: Double = 0
    ) {
        self.name = name
        self.value = value
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "name", &name)
        try visitor.double(2, "value", &value)
    }
}
