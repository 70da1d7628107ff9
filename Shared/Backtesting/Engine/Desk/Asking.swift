import Domain
import Exchange
import Execution

/// The exchange as execution's venue: what is asked of it, and in which words.
extension TradingDesk {
    /// The next request is about the other order of the pair that this one is about.
    func isPair(at index: Int) -> Bool {
        index + 1 < executing.outbox.requests.count
            && executing.outbox.requests[index + 1].order.parent == executing.outbox.requests[index].order.id
    }

    mutating func submit(_ name: OrderName, at now: Timestamp) {
        guard let place = place(of: name) else { return }
        // The same order again is the same order.
        guard exchange.standing(of: executing.entries[place].handle) == nil else { return }
        executing.entries[place].handle = exchange.submit(
            ticket(executing.execution.orders[place].order, place), at: now, &reports)
    }

    mutating func ask(_ request: VenueRequest, at now: Timestamp) {
        guard let place = place(of: request.order.name) else { return }
        switch request.verb {
        case .submit: submit(request.order.name, at: now)
        case .cancel:
            exchange.cancel(executing.entries[place].handle, at: now, &reports)
        case .replace:
            guard let old = executing.execution.place(of: request.replaces) else { return }
            executing.successors[old] = place
            var ticket = ticket(request.order, place)
            // The exchange counts in it what the other has traded already; execution asks for what is still to be.
            ticket.quantity += executing.execution.orders[old].fills.quantity
            executing.entries[place].handle = exchange.replace(
                executing.entries[old].handle, with: ticket, at: now, &reports)
        case .status:
            exchange.ask(about: executing.entries[place].handle, at: now, &reports)
        }
    }

    /// An entry, its target and its stop.
    mutating func askForBracket(_ orders: [Order], at now: Timestamp) {
        let places = orders.compactMap { place(of: $0.name) }
        guard places.count == 3 else { return }
        let handles = exchange.submit(
            bracket: ticket(orders[0], places[0]), target: ticket(orders[1], places[1]),
            stop: ticket(orders[2], places[2]), at: now, &reports)
        executing.entries[places[0]].handle = handles.entry
        executing.entries[places[1]].handle = handles.target
        executing.entries[places[2]].handle = handles.stop
    }

    mutating func askForPair(_ first: Order, _ second: Order, at now: Timestamp) {
        guard let one = place(of: first.name), let other = place(of: second.name) else { return }
        let handles = exchange.submit(
            oneCancelsOther: ticket(first, one), ticket(second, other), at: now, &reports)
        executing.entries[one].handle = handles.0
        executing.entries[other].handle = handles.1
    }

    /// Most requests are about the youngest order.
    private func place(of name: OrderName) -> Int? {
        let youngest = executing.execution.orders.count - 1
        if youngest >= 0, executing.execution.orders[youngest].order.name == name { return youngest }
        return executing.execution.place(of: name)
    }

    func ticket(_ order: Order, _ place: Int) -> Ticket {
        Ticket(
            order, tag: UInt64(place), symbol: SymbolIndex(Int(executing.entries[place].instrument)),
            strategy: executing.entries[place].strategy)
    }
}
