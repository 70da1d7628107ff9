/// The outcome of one risk check.
public struct CheckResult: Fielded {
    public static let name = "CheckResult"

    public var name: String = ""
    public var passed: Bool = false
    public var figure: Double = 0
    public var limit: Double = 0
    public var explanation: String = ""

    public init() {}

    public init(
        name: String = "", passed: Bool = false, figure: Double = 0, limit: Double = 0,
        explanation: String = ""
    ) {
        self.name = name
        self.passed = passed
        self.figure = figure
        self.limit = limit
        self.explanation = explanation
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "name", &name)
        try visitor.flag(2, "passed", &passed)
        try visitor.double(3, "figure", &figure)
        try visitor.double(4, "limit", &limit)
        try visitor.text(5, "explanation", &explanation)
    }
}
