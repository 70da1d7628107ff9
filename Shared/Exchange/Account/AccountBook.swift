import Domain

/// What the exchange, as a broker, knows of each account: cash, holdings, and what working orders will need.
struct AccountBook: ~Copyable {
    struct State: BitwiseCopyable {
        var cash: Money
        /// The worth of all holdings at the last prices, shorts below zero, and the sum of their magnitudes. Kept only
        /// on margin.
        var worth: Money = .zero
        var gross: Money = .zero
        /// What working orders to buy will need, and what working market orders to sell will bring.
        var reserved: Money = .zero
        var expected: Money = .zero
        /// Orders that close positions for want of margin are working.
        var liquidations: Int32 = 0
        var shorts: Int32 = 0
        var equity: Money { cash + worth }
    }

    struct Holding: BitwiseCopyable {
        var quantity: Quantity = .zero
        var worth: Money = .zero
    }

    /// Whether holdings are marked at every bar: on margin.
    let isMarked: Bool
    var states = Shelf<State>()
    /// Symbol by symbol, in each the accounts: a bar of a symbol finds its holdings side by side.
    var holdings = Shelf<Holding>()

    init(_ rules: ExchangeRules, symbols: Int, cash: [Money]) {
        isMarked = rules.margin.kind == .regulationT
        for amount in cash { states.append(State(cash: amount)) }
        for _ in 0..<symbols { addSymbol() }
    }

    var count: Int { states.count }

    mutating func addSymbol() {
        for _ in 0..<states.count { holdings.append(Holding()) }
    }

    subscript(account: Int32) -> State {
        _read { yield states[Int(account)] }
        _modify { yield &states[Int(account)] }
    }

    func holding(_ account: Int32, _ symbol: Int) -> Holding {
        holdings[symbol * states.count + Int(account)]
    }

    /// Books a fill.
    mutating func trade(_ account: Int32, _ symbol: Int, signed quantity: Quantity, worth: Money, fee: Money)
    {
        states[Int(account)].cash -= worth + fee
        change(account, symbol, to: holding(account, symbol).quantity + quantity)
    }

    mutating func change(_ account: Int32, _ symbol: Int, to quantity: Quantity) {
        let place = symbol * states.count + Int(account)
        let before = holdings[place].quantity
        holdings[place].quantity = quantity
        if before.isNegative != quantity.isNegative {
            states[Int(account)].shorts += quantity.isNegative ? 1 : -1
        }
    }

    mutating func mark(_ account: Int32, _ symbol: Int, at price: Price) {
        let place = symbol * states.count + Int(account)
        let before = holdings[place].worth
        let after = price * holdings[place].quantity
        guard before != after else { return }
        holdings[place].worth = after
        states[Int(account)].worth += after - before
        states[Int(account)].gross += after.magnitude - before.magnitude
    }

    func isHeld(_ symbol: Int) -> Bool {
        for account in 0..<states.count where holdings[symbol * states.count + account].quantity != .zero {
            return true
        }
        return false
    }

    /// The symbol in which an account has the most, of those that are not named; nothing where it has nothing else.
    func largest(_ account: Int32, besides named: [Int]) -> Int? {
        var found: Int?
        for symbol in 0..<(holdings.count / states.count) where !named.contains(symbol) {
            let worth = holding(account, symbol).worth.magnitude
            if worth.isPositive, found.map({ worth > holding(account, $0).worth.magnitude }) ?? true {
                found = symbol
            }
        }
        return found
    }

    /// Takes cash, or pays it where the amount is negative.
    mutating func pay(_ account: Int32, _ amount: Money) { states[Int(account)].cash += amount }
}
