import Domain

/// The ledger's accounts. Every message moves amounts between them so that their sum stays zero: what is owned stands
/// on one side, where it came from with the opposite sign on the other. Holdings stand at their cost; by how much they
/// are worth more is `Ledger.unrealised`.
public struct Books: Equatable, BitwiseCopyable, Sendable {
    // What is owned.
    public internal(set) var cash: Money = .zero
    /// What the lots cost, shorts below zero.
    public internal(set) var cost: Money = .zero

    // Where it came from: a source is below zero, an expense above.
    public internal(set) var capital: Money = .zero
    public internal(set) var realised: Money = .zero
    public internal(set) var fees: Money = .zero
    public internal(set) var dividends: Money = .zero
    public internal(set) var borrow: Money = .zero
    public internal(set) var interest: Money = .zero

    /// Zero, always.
    public var balance: Int128 {
        Int128(cash.units) + Int128(cost.units) + Int128(capital.units) + Int128(realised.units)
            + Int128(fees.units) + Int128(dividends.units) + Int128(borrow.units) + Int128(interest.units)
    }
}
