import Domain

/// The latest of the market, and snapshots.
extension Venue {
    private func wanted(_ request: AlpacaRequest) throws(Refusal) -> [(name: String, symbol: Int)] {
        let names = request.list("symbols").map { $0.uppercased() }
        guard !names.isEmpty else { throw .badQuery("symbols is required") }
        return Array(Set(names)).sorted().compactMap { name in symbolNumbers[name].map { (name, $0) } }
    }

    func latest(_ kind: HistoryKind, _ request: AlpacaRequest) throws(Refusal) -> Document {
        var members: [(key: String, value: Document)] = []
        for (name, symbol) in try wanted(request) {
            if let document = latest(kind, symbol) { members.append((name, document)) }
        }
        return .object([(kind.rawValue, .object(members))])
    }

    func latest(_ kind: HistoryKind, of name: String) throws(Refusal) -> Document {
        guard let symbol = symbolNumbers[name.uppercased()], let document = latest(kind, symbol) else {
            throw Refusal(404, nil, "no \(kind.rawValue.dropLast()) found for \(name)")
        }
        return .object([("symbol", .text(name.uppercased())), (String(kind.rawValue.dropLast()), document)])
    }

    private func latest(_ kind: HistoryKind, _ symbol: Int) -> Document? {
        switch kind {
        case .bars: memory.instruments[symbol].bars.last.map { MarketBar($0, at: $0.openedAt).document }
        case .quotes: memory.quote(symbol, named: assets[symbol].symbol)?.document
        case .trades: memory.trade(symbol)?.document
        }
    }

    func snapshots(_ request: AlpacaRequest) throws(Refusal) -> Document {
        .object(try wanted(request).map { ($0.name, .object(snapshot($0.symbol))) })
    }

    func snapshot(of name: String) throws(Refusal) -> Document {
        guard let symbol = symbolNumbers[name.uppercased()] else {
            throw Refusal(404, nil, "no snapshot found for \(name)")
        }
        return .object([("symbol", .text(name.uppercased()))] + snapshot(symbol))
    }

    private func snapshot(_ symbol: Int) -> [(key: String, value: Document)] {
        let days = lastDays(symbol)
        return [
            ("latestTrade", latest(.trades, symbol) ?? .null),
            ("latestQuote", latest(.quotes, symbol) ?? .null),
            ("minuteBar", latest(.bars, symbol) ?? .null), ("dailyBar", days.last?.document ?? .null),
            ("prevDailyBar", days.count > 1 ? days[days.count - 2].document : .null),
        ]
    }

    /// The bars of the last two days for which there are any.
    func lastDays(_ symbol: Int) -> [MarketBar] {
        guard let last = memory.instruments[symbol].bars.last, let day = try? Timeframe("1Day") else {
            return []
        }
        return memory.bars(symbol, day, from: last.openedAt - 14 * Nanoseconds.day, through: now)
    }
}
