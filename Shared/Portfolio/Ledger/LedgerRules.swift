/// How the ledger takes lots, as plain values.
public struct LedgerRules: Equatable, Sendable {
    /// Which lot a deal closes first.
    public enum LotOrder: String, CaseIterable, Sendable {
        /// The oldest.
        case firstInFirstOut = "fifo"
        /// The youngest.
        case lastInFirstOut = "lifo"
        /// The one that cost the most for a share; of shorts, the one that brought the least.
        case highestCost = "highest_cost"
    }

    /// What becomes of parts of a share that a split leaves.
    public enum Fractions: String, CaseIterable, Sendable {
        /// They are held.
        case keep
        /// They are paid out at the price after the split.
        case cashInLieu = "cash_in_lieu"
    }

    public var lots: LotOrder = .firstInFirstOut
    public var fractions: Fractions = .keep

    public init() {}
}
