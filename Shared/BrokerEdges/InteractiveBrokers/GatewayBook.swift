import Domain
import TWS

/// What a gateway has told of orders on this connection.
struct GatewayBook {
    struct Entry {
        /// What our client calls it; 0 where it is another's.
        var number = 0
        /// What the broker calls it for ever; 0 while it has not said.
        var permanent = 0
        var reference = ""
        var symbol = Symbol()
        var side = Side.buy
        var quantity = Quantity.zero
        var filled = Quantity.zero
        /// The number of the order that it belongs to, and the group of which one ends the others.
        var parent = 0
        var group = ""
        var groupKind = 0
        var word = ""
        var isRejected = false
        /// In which question that was said.
        var rejectedIn = 0
        /// It is told among those that have ended, whatever the word.
        var isOver = false
        var complaint = ""
        /// In which question it was spoken of last.
        var seen = 0

        var status: BrokerOrderStatus {
            if isRejected { return .rejected }
            let status = GatewayOrders.standing(word)
            return isOver && status == .working ? .cancelled : status
        }
        var hasEnded: Bool { status != .working }

        mutating func join(_ order: TWSOrder) {
            (parent, group, groupKind) = (order.parent, order.group, order.groupKind)
        }
    }

    private(set) var entries: [Entry] = []
    private var references: [String: Int] = [:]
    private var permanents: [Int: Int] = [:]
    private var numbers: [Int: Int] = [:]
    /// Counts the questions about orders.
    private(set) var turn = 0

    mutating func beginTurn() { turn += 1 }

    func place(reference: String) -> Int? { reference.isEmpty ? nil : references[reference] }
    func place(number: Int) -> Int? { numbers[number] }
    func place(permanent: Int) -> Int? { permanents[permanent] }

    /// An order of ours as it leaves.
    mutating func note(_ order: TWSOrder) {
        guard let symbol = order.contract.stock else { return }
        var entry = Entry(number: order.id, reference: order.reference, symbol: symbol)
        entry.side = order.isBuy ? .buy : .sell
        entry.quantity = order.quantity
        entry.join(order)
        keep(entry)
    }

    /// An order as the gateway tells of it, open or at its end; the place that it has, if it is of a share.
    mutating func note(
        _ order: TWSOrder, permanent: Int, isOurs: Bool, word: String, isOver: Bool = false,
        filled: Quantity? = nil, why: String = ""
    ) -> Int? {
        guard let symbol = order.contract.stock else { return nil }
        let known =
            permanents[permanent] ?? place(reference: order.reference) ?? (isOurs ? numbers[order.id] : nil)
        var entry = known.map { entries[$0] } ?? Entry()
        if isOurs { entry.number = order.id }
        if permanent != 0 { entry.permanent = permanent }
        entry.reference = order.reference
        entry.symbol = symbol
        entry.side = order.isBuy ? .buy : .sell
        entry.quantity = order.quantity
        entry.join(order)
        // Asked again the gateway has it at work: it had been refused in words alone.
        if !isOver, turn > entry.rejectedIn, word == "Submitted" || word == "PreSubmitted" {
            entry.isRejected = false
        }
        entry.word = word
        entry.isOver = isOver
        if let filled { entry.filled = max(entry.filled, filled) }
        if !why.isEmpty { entry.complaint = why }
        entry.seen = turn
        return keep(entry, at: known)
    }

    mutating func note(_ status: TWSOrderStatus, isOurs: Bool) -> Int? {
        guard let place = permanents[status.permanent] ?? (isOurs ? numbers[status.order] : nil) else {
            return nil
        }
        var entry = entries[place]
        if status.permanent != 0 { entry.permanent = status.permanent }
        entry.word = status.status
        entry.filled = max(entry.filled, status.filled)
        entry.seen = turn
        return keep(entry, at: place)
    }

    mutating func note(_ execution: TWSExecution, isOurs: Bool) -> Int? {
        guard let symbol = execution.contract.stock else { return nil }
        let known =
            permanents[execution.permanent] ?? place(reference: execution.reference)
            ?? (isOurs ? numbers[execution.order] : nil)
        var entry = known.map { entries[$0] } ?? Entry()
        if isOurs { entry.number = execution.order }
        if execution.permanent != 0 { entry.permanent = execution.permanent }
        if !execution.reference.isEmpty { entry.reference = execution.reference }
        entry.symbol = symbol
        entry.side = execution.isBuy ? .buy : .sell
        entry.filled = max(entry.filled, execution.total)
        entry.seen = turn
        return keep(entry, at: known)
    }

    /// Says why an order was refused, or has ended.
    mutating func complain(_ place: Int, _ sentence: String, isRejected: Bool) {
        entries[place].complaint = sentence
        guard isRejected else { return }
        entries[place].isRejected = true
        entries[place].rejectedIn = turn
    }

    @discardableResult
    private mutating func keep(_ entry: Entry, at known: Int? = nil) -> Int {
        let place = known ?? entries.count
        if known == nil { entries.append(entry) } else { entries[place] = entry }
        if !entry.reference.isEmpty { references[entry.reference] = place }
        if entry.permanent != 0 { permanents[entry.permanent] = place }
        if entry.number != 0 { numbers[entry.number] = place }
        return place
    }

    /// Whether it is known to the broker by this turn's word, or has ended by an earlier one.
    func isThere(_ place: Int) -> Bool { entries[place].seen == turn || entries[place].hasEnded }

    func told(_ place: Int, at now: Timestamp) -> BrokerOrder {
        let entry = entries[place]
        return BrokerOrder(
            orderId: entry.reference, venueOrderId: entry.permanent == 0 ? "" : "\(entry.permanent)",
            symbol: entry.symbol, side: entry.side, quantity: entry.quantity, filled: entry.filled,
            status: entry.status, at: now, explanation: entry.hasEnded ? entry.complaint : "")
    }
}
