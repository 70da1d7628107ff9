import Domain

/// Makes orders of approvals, works them as its settings say, and follows each until it has ended.
///
/// It is told everything that happens (`onVerdict`, `onReport`, `onEvent`, `onBar`, `onQuote`, `onTimer`, `onHalt`,
/// `onAction`) with the time at which it did, and puts what it wants done in an outbox. It knows no clock: where it
/// wants to be called at a time, it says so.
public struct Execution: Sendable {
    /// What is to be done because of what was taken, in order.
    public struct Outbox: Sendable {
        public var requests: [VenueRequest] = []
        /// Orders whose state has changed, by their place in `orders`.
        public var changes: [Int] = []
        /// Plans that have ended, by their place in `plans`.
        public var ended: [Int] = []
        /// Trading should be stopped.
        public var halt: Halt?

        public init() {}

        @inlinable public var isEmpty: Bool {
            requests.isEmpty && changes.isEmpty && ended.isEmpty && halt == nil
        }

        public mutating func removeAll() {
            // One by one: most often there is one or none, and to empty a whole array takes three times as long, as it
            // does to compare a halt with none.
            while !requests.isEmpty { requests.removeLast() }
            while !changes.isEmpty { changes.removeLast() }
            while !ended.isEmpty { ended.removeLast() }
            if case .some = halt { halt = nil }
        }
    }

    public let settings: ExecutionSettings
    /// Every order of the account that was sent or rejected, in that order.
    public internal(set) var orders: [TrackedOrder] = []
    /// How each approval is worked, in the order of approval.
    public internal(set) var plans: [Plan] = []
    /// When it wants to be called, at the latest; the end of time where nothing is awaited.
    public internal(set) var nextWake: Timestamp = .distantFuture
    /// Nothing is opened: a halt is in force, or was asked for.
    public internal(set) var isHalted = false
    /// Rejections by the venue since it last took an order.
    public internal(set) var rejectionsInARow = 0

    /// A report is being heard, and more may have come with it: no judgement of how an order does.
    var isHearing = false

    var places = OrderPlaces()
    var planNumbers: [OrderName: Int] = [:]
    /// Whom each order works for, by its place.
    var passages: [Passage] = []
    var guards: [Guard] = []
    var views: [MarketView] = []
    /// What has not ended, in the order in which it began.
    var activePlans: [Int] = []
    var activeGuards: [Int] = []
    var watched: [Int] = []

    public init(_ settings: ExecutionSettings = ExecutionSettings(), instruments: Int = 0) {
        self.settings = settings
        views = Array(repeating: MarketView(), count: instruments)
    }

    /// Makes room for so many orders.
    public mutating func expect(orders count: Int) {
        orders.reserveCapacity(count)
        passages.reserveCapacity(count)
    }

    public func place(of orderId: String) -> Int? { place(of: OrderName(orderId)) }
    public func place(of name: OrderName) -> Int? { places.place(of: name, in: orders) }

    /// For which plan an order works; nothing where it was sent as it was approved.
    public func plan(ofOrderAt place: Int) -> Int? { passages[place].plan >= 0 ? passages[place].plan : nil }

    /// An exit of an instrument is being worked.
    public func isLeaving(_ instrument: Int) -> Bool {
        activePlans.contains { plans[$0].instrument == instrument && plans[$0].intent != .enter }
    }

    /// The last order that was sent for a plan.
    public func lastOrder(ofPlan number: Int) -> Int? { plans[number].parts.last }

    /// The order protects what was traded: it is a leg of a bracket.
    public func isLeg(_ place: Int) -> Bool {
        passages[place].role == .stop || passages[place].role == .target
    }

    /// Sends what risk approved as it is; a rejection is kept, so that it can be explained.
    public mutating func onVerdict(_ verdict: Verdict, _ outbox: inout Outbox) throws(OrderError) {
        // An id names one order: the same verdict again is no other order.
        guard place(of: verdict.order.name) == nil else { return }
        if verdict.approved {
            try check(verdict.order)
            append(verdict.order, Passage(plan: -1, role: .alone), &outbox)
        } else {
            try keep(verdict, &outbox)
        }
    }

    /// Notes what was approved and does not leave. The venue is asked about it, who never had it: by that answer everybody
    /// who counts on the order hears that nothing will come of it, unless they hear it otherwise.
    public mutating func withhold(
        _ order: Order, because reason: String, asksVenue: Bool = true, _ outbox: inout Outbox
    ) {
        guard place(of: order.name) == nil else { return }
        places.add(order.name, at: orders.count)
        outbox.changes.append(orders.count)
        orders.append(
            TrackedOrder(
                restoring: order, state: .ended(.cancelled(reason: reason)), fills: OrderFills(),
                venueOrderId: ""))
        passages.append(Passage(plan: -1, role: .alone))
        if asksVenue { outbox.requests.append(VenueRequest(verb: .status, order: order)) }
    }

    /// Notes an order that its sender submits himself, as it is, and tells its place; nothing where its name is known
    /// already. For whoever sits beside the venue: a request would be put together for nobody.
    public mutating func onSent(_ order: consuming Order) throws(OrderError) -> Int? {
        guard place(of: order.name) == nil else { return nil }
        try check(order)
        places.add(order.name, at: orders.count)
        orders.append(
            TrackedOrder(
                restoring: order, state: .sent(.submitting), fills: OrderFills(), venueOrderId: ""))
        passages.append(Passage(plan: -1, role: .alone))
        return orders.count - 1
    }

    /// Works what risk approved, for the purpose that the order has for its account. `cause` is that of the order's id:
    /// the ids of its parts are made of it.
    public mutating func onVerdict(
        _ verdict: Verdict, of instrument: Int, cause: Cause, intent: Plan.Intent, at now: Timestamp,
        _ outbox: inout Outbox
    ) throws(OrderError) {
        guard place(of: verdict.order.name) == nil, planNumbers[verdict.order.name] == nil else { return }
        guard verdict.approved else { return try keep(verdict, &outbox) }
        try check(verdict.order)
        let number = plans.count
        plans.append(Plan(verdict.order, instrument: instrument, cause: cause, intent: intent))
        planNumbers[verdict.order.name] = number
        activePlans.append(number)
        if intent == .enter, isHalted {
            finish(number, "not sent: trading is halted", at: now, &outbox)
        } else {
            work(number, at: now, &outbox)
        }
    }

    private func check(_ order: Order) throws(OrderError) {
        guard order.quantity.isPositive else {
            throw OrderError("Order \(order.id) was approved for \(order.quantity).")
        }
    }

    private mutating func keep(_ verdict: Verdict, _ outbox: inout Outbox) throws(OrderError) {
        let failed = verdict.checks.filter { !$0.passed }.map { "\($0.name): \($0.explanation)" }
        var order = TrackedOrder(verdict.order)
        try order.apply(.rejected(reason: failed.joined(separator: "; ")))
        places.add(verdict.order.name, at: orders.count)
        outbox.changes.append(orders.count)
        orders.append(order)
        passages.append(Passage(plan: -1, role: .alone))
    }

    /// Sends an order. Approved and submitted in one step: nothing can happen to it in between.
    mutating func append(_ order: Order, _ passage: Passage, _ outbox: inout Outbox) {
        places.add(order.name, at: orders.count)
        outbox.changes.append(orders.count)
        orders.append(
            TrackedOrder(
                restoring: order, state: .sent(.submitting), fills: OrderFills(), venueOrderId: ""))
        passages.append(passage)
        outbox.requests.append(VenueRequest(verb: .submit, order: order))
    }
}
