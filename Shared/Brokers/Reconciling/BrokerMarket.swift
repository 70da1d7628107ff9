import Domain

/// What is known beside the orders: prices, hours, what may be done with a symbol, and what differed just now.
struct BrokerMarket {
    /// A position that differs, and is looked at once more before anybody is told.
    struct Suspect: Equatable {
        var symbol: Symbol
        var gap: Quantity
    }

    var prices: [Symbol: Price] = [:]
    var assets: [Symbol: BrokerAsset] = [:]
    /// Symbols that the broker was asked about, with answer or without.
    var asked: [Symbol] = []
    var isOpen = false
    var knowsHours = false
    var nextOpen = Timestamp.zero
    var dayHasEnded = false
    var isSkewed = false
    var suspects: [Suspect] = []
    var cashSuspect = Money.zero
    /// Since when cash has differed by just that.
    var cashSince = Timestamp.zero
    /// When the broker is asked about symbols again, and how often it gave no answer.
    var askAssetsAt = Timestamp.zero
    var assetFailures = 0

    mutating func note(_ price: Price, of symbol: Symbol) { prices[symbol] = price }

    func price(of symbol: Symbol) -> Price? { prices[symbol] }

    /// The broker is still to say what may be done with it.
    func awaits(_ symbol: Symbol) -> Bool { !asked.contains(symbol) }
}
