import Domain

/// An order that the broker is to have, and what is known of it.
struct Errand {
    enum Stage: Int32 {
        /// It is wanted, and nothing of it has left.
        case intent
        /// It has left, and there is no answer yet.
        case sent
        /// It has left, and nobody knows what became of it.
        case unknown
        /// The broker has it.
        case working
        case ended
    }

    /// A part that was traded: which part of the order it was, counted from its beginning. By this a fill is known
    /// again, whoever tells of it and by whatever name.
    struct Piece {
        var from: Quantity
        var to: Quantity
        var price: Price
        /// The step with which it was passed on.
        var toldAt = Timestamp.zero
        /// What of it was taken off orders for which this one made way.
        var counted = Quantity.zero

        /// Another word on the same part.
        func repeats(_ other: Piece) -> Bool {
            (from, to, price) == (other.from, other.to, other.price)
        }
    }

    var order: Order
    /// The request that asked for it.
    var origin: Origin?
    var stage = Stage.intent
    /// What the broker calls it.
    var venueId = ""
    var pieces: [Piece] = []
    /// What has traded by the fills that came, and by the broker's word.
    var filled = Quantity.zero
    var told = Quantity.zero
    /// The end that the broker tells of, while not all of its fills have come.
    var ending: BrokerOrderStatus?
    var endingText = ""
    /// The broker has said once that it has it.
    var isAcknowledged = false

    /// The order as it was sent: a second sending is the very same.
    var sent: Order?
    var sends = 0
    var sentAt = Timestamp.zero
    /// How often the broker has been asked about it since it became unknown, and when to ask next.
    var asks = 0
    var askAt = Timestamp.distantFuture
    /// When the last question about it left.
    var askedAt = Timestamp.zero
    /// It ended while a question about it was under way, whose answer may be of before that.
    var answerIsOld = false
    /// Somebody wants to hear where it stands.
    var wantsState = false
    /// Why it was refused, while it has to be asked whether an earlier sending had come there.
    var refusal = ""

    var wantsCancel = false
    var cancelIsSent = false
    var cancelRefusal = ""
    /// Nobody has asked for its end, and it is to end all the same: its family is not whole, or its day is over.
    var isUnwanted = false

    /// The moment of the market at which it was asked for: what was told until then was known to whoever did.
    var askedFor = Timestamp.zero
    /// Somebody has asked for its end, whatever became of that; and the broker has refused to end it.
    var isCalledOff = false
    var staysOn = false
    /// Since when it has waited for the end of others, and whether a person was told.
    var waitsSince: Timestamp?
    var isWaitTold = false
    /// What others had traded of what it was for, before it left.
    var yielded = Quantity.zero

    /// The order that it stands in the place of, and the one that stands in its place.
    var replaces = -1
    var successor = -1
    /// What that order had traded when the broker changed it under its old name: told as its, and counted here.
    var inherited = Quantity.zero

    /// The order with which it leaves, and those that leave with it: less than nothing, and none, where it leaves alone.
    var head = -1
    var legs: [Int] = []

    init(_ order: Order, because origin: Origin?, at moment: Timestamp = .zero) {
        self.order = order
        self.origin = origin
        askedFor = moment
    }

    /// What of it has left, or will, and has not been traded: nothing where more was than it was for.
    var openThere: Quantity { max(.zero, (sent?.quantity ?? order.quantity) - filled) }
    /// It left for a part of what was wanted, because the broker had confirmed no more.
    var isPart: Bool {
        head < 0 && order.orderClass == .simple && order.notional == nil
            && sent.map { $0.quantity < order.quantity } ?? false
    }
    /// What of it has traded by the broker's word, and is its own.
    var toldOfItself: Quantity { told - inherited }
}
