/// What a venue does that no venue should.
enum Mischief: String, CaseIterable, Sendable {
    case fillAfterCancel = "fill after a confirmed cancellation"
    case fillBeforeAccept = "fill before the order is accepted"
    case doubledFills = "fills told twice, by two names"
    case lateFills = "late fills"
    case muteFeed = "connected and mute"
    case stragglers = "orders that come long after they were given up"
    case pastSnapshot = "a snapshot from the past"
    case wrongPosition = "a wrong position"
    case liveReject = "a refusal of what is live"
    case overfill = "more traded than ordered"
    case symbolChange = "a symbol that changes over night"
    case nightSplit = "a split over night"
    case vagueDuplicates = "a second sending refused as if it were the first"

    /// Nobody can know that it is not so: a symbol may be frozen until a person has looked.
    var mayFreeze: Bool {
        switch self {
        case .pastSnapshot, .wrongPosition, .liveReject, .overfill, .symbolChange, .nightSplit: true
        default: false
        }
    }
}
