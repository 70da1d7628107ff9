import Domain

/// What it costs to carry positions: interest on borrowed shares, and their end where the margin does not suffice.
extension Exchange {
    /// After a trade on margin: the holding is marked, and its symbol's bars are all looked at.
    mutating func holdingChanged(_ account: Int32, _ index: Int, at price: Price) {
        accounts.mark(account, index, at: price)
    }

    /// Marks the holdings in a symbol to its close, and closes what the account can no longer carry.
    mutating func mark(_ index: Int, at moment: Timestamp, _ reports: inout [Report]) {
    }

    mutating func chargeInterest(_ reports: inout [Report]) {
        interestDue = .distantFuture
    }
}
