import Domain

/// The checks that a set of limits comes to, always in the same order.
struct CheckList {
    var symbols: [Symbol]
    var sectors: [String?]
    var restricted: Set<Int>
    var hardToBorrow: Set<Int>
    var hours: TradingHours

    init(_ settings: RiskSettings, symbols: [Symbol], _ hours: TradingHours) {
        var numbers: [Symbol: Int] = [:]
        for (number, symbol) in symbols.enumerated() { numbers[symbol] = number }
        self.symbols = symbols
        self.hours = hours
        restricted = Set(settings.restricted.compactMap { numbers[$0] })
        hardToBorrow = Set(settings.hardToBorrow.compactMap { numbers[$0] })
        sectors = Array(repeating: nil, count: symbols.count)
        for (symbol, sector) in settings.sectors {
            if let number = numbers[symbol] { sectors[number] = sector }
        }
    }

    func checks(_ values: LimitValues, withLists: Bool = true) -> [any RiskCheck] {
        var checks: [any RiskCheck] = []
        let gross = values[.grossExposure]
        if withLists, !restricted.isEmpty { checks.append(Restricted(restricted)) }
        if withLists, !hardToBorrow.isEmpty { checks.append(HardToBorrow(hardToBorrow)) }
        if let limit = values[.positionSize] { checks.append(PositionSize(shareMax: limit)) }
        if let gross { checks.append(GrossExposure(shareMax: gross)) }
        if let limit = values[.shortShare] { checks.append(ShortShare(shareMax: limit, ofGross: gross ?? 1)) }
        if let limit = values.count(.positions) { checks.append(PositionCount(countMax: limit)) }
        if let limit = values[.sectorExposure] {
            checks.append(SectorExposure(shareMax: limit, sectors: sectors))
        }
        if let limit = values[.correlatedExposure] {
            checks.append(
                CorrelatedExposure(shareMax: limit, correlationMin: values[.correlation] ?? 0.8))
        }
        if let limit = values[.cashReserve] { checks.append(CashReserve(shareMin: limit)) }
        if let limit = values[.buyingPower] { checks.append(BuyingPower(shareMax: limit)) }
        if let limit = values[.liquidity] { checks.append(Liquidity(shareMax: limit)) }
        losses(values, gross, &checks)
        conduct(values, &checks)
        return checks
    }

    private func losses(_ values: LimitValues, _ gross: Double?, _ checks: inout [any RiskCheck]) {
        if let limit = values[.dailyDrawdown] { checks.append(DailyDrawdown(shareMax: limit)) }
        if let limit = values[.lossPerTrade] {
            checks.append(LossPerTrade(shareMax: limit, ranges: values[.stopRanges] ?? 2))
        }
        if let limit = values.count(.lossesInARow) { checks.append(LossesInARow(countMax: limit)) }
        let tails: [(RiskLimit, String, TailLoss.Measure, Double)] = [
            (.var95, "VaR 95 %", .valueAtRisk, 0.05), (.var99, "VaR 99 %", .valueAtRisk, 0.01),
            (.cvar95, "CVaR 95 %", .conditional, 0.05), (.cvar99, "CVaR 99 %", .conditional, 0.01),
        ]
        for (limit, name, measure, tail) in tails {
            if let value = values[limit] {
                checks.append(TailLoss(name, measure, tail: tail, shareMax: value))
            }
        }
        if let limit = values[.volatilityRegime] {
            checks.append(
                VolatilityRegime(ratioMax: limit, positionMax: values[.positionSize] ?? gross ?? 1))
        }
        if let limit = values[.drawdownReduce] {
            checks.append(DrawdownLadder(drawdownMax: limit, ofGross: gross ?? 1))
        }
    }

    private func conduct(_ values: LimitValues, _ checks: inout [any RiskCheck]) {
        if let limit = values.count(.tradesADay) { checks.append(TradesPerDay(countMax: limit)) }
        if let limit = values.count(.ordersAMinute) { checks.append(OrdersPerMinute(countMax: limit)) }
        let (worth, quantity) = (values[.orderWorth], values[.orderQuantity])
        if worth != nil || quantity != nil {
            checks.append(
                FatFinger(
                    worthMax: worth.map { share($0, of: Money(1)) } ?? .max,
                    quantityMax: quantity.flatMap { try? Quantity(1).scaled(by: $0) } ?? .max))
        }
        if let limit = values[.duplicateSeconds] {
            checks.append(DuplicateOrder(within: Int64(limit * Double(Nanoseconds.second))))
        }
        if let limit = values[.priceCollar] { checks.append(PriceCollar(shareMax: limit)) }
        if let limit = values[.dataAge] { checks.append(DataAge(intervalsMax: limit, hours)) }
        if values[.marketHours] == 1 { checks.append(MarketHours(hours)) }
    }
}
