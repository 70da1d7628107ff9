/// What is asked of a venue.
public enum VenueVerb: Int32, Choice {
    case submit, cancel, replace, status
}

/// What is asked of a venue.
public struct VenueRequest: BodyPart {
    public static let name = "VenueRequest"
    public static let kind = BodyKind.venueRequest

    public var verb: VenueVerb = .submit
    public var order: Order
    /// The order that a replacement replaces.
    public var replaces: String = ""

    public init() { order = Order() }

    @inlinable public init(
        verb: VenueVerb = .submit, order: Order = Order(), replaces: String = ""
    ) {
        self.verb = verb
        self.order = order
        self.replaces = replaces
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.choice(1, "verb", &verb)
        try visitor.message(2, "order", &order)
        try visitor.text(3, "replaces", &replaces)
    }

    public var body: Body { .venueRequest(self) }
}
