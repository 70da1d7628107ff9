import Domain

/// What is said to a gateway.
public enum TWSRequest: Equatable, Sendable {
    case start(client: Int)
    case currentTime
    case nextOrderId
    case managedAccounts
    case contract(Int, TWSContract)
    case history(Int, TWSHistory)
    case cancelHistory(Int)
    /// 1 live, 2 frozen, 3 delayed, 4 delayed and frozen.
    case marketDataType(Int)
    case market(Int, TWSContract, isSnapshot: Bool)
    case cancelMarket(Int)
    case place(TWSOrder)
    case cancel(order: Int)
    /// The orders of this client; those of all clients.
    case openOrders, allOpenOrders
    /// The orders of all clients that have ended today.
    case completedOrders
    /// Executions of all clients since that moment, which is in UTC.
    case executions(Int, since: Timestamp?)
    case positions
    case cancelPositions
    case summary(Int, tags: [String])
    case cancelSummary(Int)
    case accountUpdates(Bool, account: String)

    /// The message, as a server of that version reads it.
    public func message(for version: Int) -> [UInt8] {
        var letter = TWSLetter()
        switch self {
        case .start(let client):
            letter.add(71, 2, client)
            letter.addUnset(1)
        case .currentTime: letter.add(49, 1)
        case .nextOrderId: letter.add(8, 1, 1)
        case .managedAccounts: letter.add(17, 1)
        case .contract(let id, let contract):
            letter.add(9, 8, id)
            contract.write(&letter)
            letter.add(false)
            letter.addUnset(version >= 176 ? 3 : 2)
        case .history(let id, let history): history.write(id, &letter)
        case .cancelHistory(let id): letter.add(25, 1, id)
        case .marketDataType(let type): letter.add(59, 1, type)
        case .market(let id, let contract, let isSnapshot):
            letter.add(1, 11, id)
            contract.write(&letter)
            letter.add(false)
            letter.addUnset(1)
            letter.add(isSnapshot)
            letter.add(false)
            letter.addUnset(1)
        case .cancelMarket(let id): letter.add(2, 2, id)
        case .place(let order): order.write(&letter, version)
        case .cancel(let order):
            letter.add(4, 1, order)
            if version >= 169 { letter.addUnset(1) }
        case .openOrders: letter.add(5, 1)
        case .allOpenOrders: letter.add(16, 1)
        case .completedOrders:
            letter.add(99)
            letter.add(false)
        case .executions(let id, let since):
            letter.add(7, 3, id, 0)
            letter.addUnset(1)
            letter.add(since.map(TWSTime.utc) ?? "")
            letter.addUnset(4)
        case .positions: letter.add(61, 1)
        case .cancelPositions: letter.add(64, 1)
        case .summary(let id, let tags):
            letter.add(62, 1, id)
            letter.add("All")
            letter.add(tags.joined(separator: ","))
        case .cancelSummary(let id): letter.add(63, 1, id)
        case .accountUpdates(let isWanted, let account):
            letter.add(6, 2)
            letter.add(isWanted)
            letter.add(account)
        }
        return letter.bytes
    }
}

/// Bars of the past that are wanted.
public struct TWSHistory: Equatable, Sendable {
    public var contract: TWSContract
    /// What the last bar ends before; nothing for now.
    public var end: Timestamp?
    /// `1 Y`, `20 D`, `1 W`.
    public var duration: String
    /// `1 day`, `5 mins`.
    public var barSize: String
    public var what = "TRADES"
    public var isRegularHours = true
    /// Goes on as the last bar changes.
    public var staysUpToDate = false

    public init(_ contract: TWSContract, end: Timestamp?, duration: String, barSize: String) {
        (self.contract, self.end, self.duration, self.barSize) = (contract, end, duration, barSize)
    }

    fileprivate func write(_ id: Int, _ letter: inout TWSLetter) {
        letter.add(20, id)
        contract.write(&letter)
        letter.add(false)
        letter.add(end.map(TWSTime.utc) ?? "")
        letter.add(barSize)
        letter.add(duration)
        letter.add(isRegularHours)
        letter.add(what)
        // Times within a day as seconds since 1970; days keep their date.
        letter.add(2)
        letter.add(staysUpToDate)
        letter.addUnset(1)
    }
}
