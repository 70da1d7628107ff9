extension SnapshotWalk {
    public mutating func order(_ order: inout Order) throws(SnapshotMismatch) {
        try text(&order.id)
        try text(&order.account)
        try text(&order.strategy)
        try symbol(&order.symbol)
        try choice(&order.side)
        try choice(&order.kind)
        try amount(&order.quantity)
        try price(&order.limit)
        try price(&order.stop)
        try price(&order.trail)
        try number(&order.trailShare)
        try choice(&order.timeInForce)
        try choice(&order.orderClass)
        try text(&order.parent)
        try moment(&order.validUntil)
        try optional(&order.notional, blank: .zero) { (value, walk) throws(SnapshotMismatch) in
            try walk.amount(&value)
        }
    }

    public mutating func cause(_ cause: inout Cause) throws(SnapshotMismatch) {
        try text(&cause.topic.text)
        try integer(&cause.epoch)
        try integer(&cause.number)
    }

    /// What is behind something, where there is anything.
    public mutating func origin(_ origin: inout Origin?) throws(SnapshotMismatch) {
        let blank = Origin(cause: Cause(topic: Topic(""), epoch: 0, number: 0), at: .zero)
        try optional(&origin, blank: blank) { (origin, walk) throws(SnapshotMismatch) in
            try walk.cause(&origin.cause)
            try walk.moment(&origin.at)
        }
    }

    public mutating func symbol(_ symbol: inout Symbol) throws(SnapshotMismatch) {
        var name = symbol.text
        try text(&name)
        guard let known = name.isEmpty ? Symbol() : Symbol(name) else {
            throw SnapshotMismatch("\(name) is no symbol")
        }
        symbol = known
    }

    public mutating func price(_ price: inout Price?) throws(SnapshotMismatch) {
        try optional(&price, blank: .zero) { (value, walk) throws(SnapshotMismatch) in
            try walk.amount(&value)
        }
    }

    public mutating func figures(_ figures: inout [Figure]) throws(SnapshotMismatch) {
        try list(&figures, blank: Figure()) { (figure, walk) throws(SnapshotMismatch) in
            try walk.text(&figure.name)
            try walk.number(&figure.value)
        }
    }

    public mutating func signal(_ signal: inout Signal) throws(SnapshotMismatch) {
        try text(&signal.strategy)
        try symbol(&signal.symbol)
        try number(&signal.strength)
        try number(&signal.confidence)
        try optional(&signal.quantity, blank: .zero) { (value, walk) throws(SnapshotMismatch) in
            try walk.amount(&value)
        }
        try price(&signal.stop)
        try price(&signal.target)
        try integer(&signal.horizon)
        try text(&signal.reason)
        try figures(&signal.figures)
    }

    public mutating func account(_ account: inout Account) throws(SnapshotMismatch) {
        try text(&account.account)
        try amount(&account.cash)
        try amount(&account.equity)
        try amount(&account.highWater)
        try amount(&account.buyingPower)
        try amount(&account.gross)
        try amount(&account.net)
    }

    public mutating func action(_ action: inout CorporateAction) throws(SnapshotMismatch) {
        try symbol(&action.symbol)
        try choice(&action.kind)
        try moment(&action.exAt)
        try moment(&action.knownAt)
        try integer(&action.numerator)
        try integer(&action.denominator)
        try amount(&action.amount)
        try symbol(&action.newSymbol)
    }

    public mutating func bar(_ bar: inout Bar) throws(SnapshotMismatch) {
        try symbol(&bar.symbol)
        try integer(&bar.span)
        try moment(&bar.openedAt)
        try amount(&bar.open)
        try amount(&bar.high)
        try amount(&bar.low)
        try amount(&bar.close)
        try amount(&bar.volume)
        try integer(&bar.trades)
    }
}
