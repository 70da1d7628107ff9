import Domain
import Exchange

/// Stands in until the ledger is merged.
struct Ledger: ~Copyable {
    struct Line: BitwiseCopyable {
        var quantity: Quantity = .zero
        var price: Price = .zero
        var worth: Money = .zero
        var cost: Money = .zero
    }
    private(set) var cash: Money
    private(set) var worth: Money = .zero
    private(set) var gross: Money = .zero
    private var lines: Shelf<Line>

    init(cash: Money, symbols: Int) {
        self.cash = cash
        lines = Shelf(repeating: Line(), count: symbols)
    }
    var equity: Money { cash + worth }
    func quantity(of instrument: Int) -> Quantity { lines[instrument].quantity }
    func price(of instrument: Int) -> Price { lines[instrument].price }
    func averagePrice(of instrument: Int) -> Price { .zero }
    func unrealised(of instrument: Int) -> Money { lines[instrument].worth - lines[instrument].cost }

    @inline(__always) mutating func mark(_ symbol: SymbolIndex, at price: Price) {
        lines[symbol.number].price = price
        if lines[symbol.number].quantity != .zero { revalue(symbol.number) }
    }
    private mutating func revalue(_ place: Int) {
        let before = lines[place].worth
        let after = lines[place].price * lines[place].quantity
        lines[place].worth = after
        worth += after - before
        gross += after.magnitude - before.magnitude
    }
    mutating func count(_ fill: Fill, of symbol: SymbolIndex) throws {
        let amount = fill.price * fill.quantity
        let place = symbol.number
        cash -= (fill.side == .buy ? amount : -amount) + fill.fee
        lines[place].quantity += fill.side == .buy ? fill.quantity : -fill.quantity
        lines[place].cost += fill.side == .buy ? amount : -amount
        lines[place].price = fill.price
        revalue(place)
    }
}
