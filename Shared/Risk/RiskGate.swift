import Domain

/// The gate between what is proposed and what is sent: runs every check, and answers with all of them.
///
/// Where a limit allows less than was proposed the order is trimmed to it, and rejected only where nothing is left.
public struct RiskGate: Sendable {
    public private(set) var book: RiskBook
    private let checks: [any RiskCheck]
    private let account: String
    /// Orders are whole multiples of it.
    private let lot: Quantity

    public init(account: String, instruments: Int, checks: [any RiskCheck], lot: Quantity) {
        self.account = account
        self.checks = checks
        self.lot = lot
        book = RiskBook(instruments: instruments)
    }

    public mutating func onAccount(_ account: Account, at now: Timestamp) { book.update(account, at: now) }

    public mutating func onPosition(_ position: Position, of instrument: Int) {
        book.update(position, of: instrument)
    }

    public mutating func onOrderEnd(_ orderId: String) { book.forget(orderId) }

    /// Judges a proposal. `cause` names its message, from which the order's id is made.
    public mutating func onProposal(
        _ proposal: OrderProposal, of instrument: Int, price: Price, cause: Cause, at now: Timestamp
    ) -> Verdict {
        var order = proposal.order
        order.id = OrderId(account: account, cause: cause).text
        order.account = account
        // Where nothing is asked, nothing is remembered either.
        if checks.isEmpty { return Verdict(approved: order.quantity.isPositive, order: order) }
        let question = RiskQuestion(order: order, instrument: instrument, price: price, now: now)
        let worth = question.worth
        var allowed = worth
        var results: [CheckResult] = []
        for check in checks {
            let judgement = check.judge(question, book)
            let passes = judgement.allowed >= worth
            allowed = min(allowed, judgement.allowed)
            results.append(
                CheckResult(
                    name: check.name, passed: passes, figure: judgement.figure, limit: judgement.limit,
                    explanation: passes ? "" : judgement.explanation))
        }
        if allowed < worth { trim(&order, to: max(.zero, allowed), of: worth) }
        let approved = order.quantity.isPositive
        if approved { book.note(order, worth: min(allowed, worth), of: instrument, at: now) }
        return Verdict(approved: approved, order: order, checks: results)
    }

    private func trim(_ order: inout Order, to allowed: Money, of worth: Money) {
        guard allowed.isPositive, worth.isPositive else {
            order.quantity = .zero
            return
        }
        if order.notional != nil { order.notional = allowed }
        do {
            order.quantity = try order.quantity.scaled(
                allowed.units, over: worth.units, rounding: .towardZero
            ).rounded(toMultipleOf: lot, .towardZero)
        } catch {
            // A part of a quantity that fits fits too.
            preconditionFailure("\(error)")
        }
    }
}
