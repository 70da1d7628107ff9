import Domain

/// What an account's risk goes by: a preset, what somebody changed in it, and the lists that belong to it.
public struct RiskSettings: Sendable {
    public var preset: RiskPreset
    /// In the order given: of two for the same, the later one holds.
    public var limits: [ScopedLimit] = []
    public var restricted: [Symbol] = []
    public var hardToBorrow: [Symbol] = []
    public var sectors: [(symbol: Symbol, sector: String)] = []
    /// How a backtest goes on after a halt.
    public var lift = HaltLift.never
    /// Kinds of halt that close what is held.
    public var flattens: [HaltKind] = []

    public init(_ preset: RiskPreset = .none) { self.preset = preset }

    public static var none: RiskSettings { RiskSettings(.none) }
    public static var basic: RiskSettings { RiskSettings(.basic) }
    public static var dynamic: RiskSettings { RiskSettings(.dynamic) }
    public static var advanced: RiskSettings { RiskSettings(.advanced) }

    /// Nothing is checked at all.
    public var isOff: Bool {
        preset == .none && limits.allSatisfy { $0.value == nil } && restricted.isEmpty && hardToBorrow.isEmpty
    }

    /// The sector of each symbol by number, in the order in which they come up; nothing where none is named.
    public func sectorNumbers(of symbols: [Symbol]) -> [Int?] {
        var names: [String] = []
        return symbols.map { symbol in
            guard let name = sectors.last(where: { $0.symbol == symbol })?.sector else { return nil }
            if let known = names.firstIndex(of: name) { return known }
            names.append(name)
            return names.count - 1
        }
    }

    /// The limits of an account, and what of them is different for a symbol.
    func values(account: String, symbol: Symbol? = nil) -> LimitValues {
        var values = LimitValues(preset)
        for given in limits where given.scope == .account(nil) { values[given.limit] = given.value }
        for given in limits where given.scope == .account(account) { values[given.limit] = given.value }
        if let symbol {
            for given in limits where given.scope == .symbol(symbol) { values[given.limit] = given.value }
        }
        return values
    }

    /// What a strategy is held to beside the account: only what was given for it.
    func values(strategy: String) -> LimitValues {
        var values = LimitValues(.none)
        for given in limits where given.scope == .strategy(strategy) { values[given.limit] = given.value }
        return values
    }

    public var limitedStrategies: [String] {
        var names: [String] = []
        for given in limits {
            if case .strategy(let name) = given.scope, !names.contains(name) { names.append(name) }
        }
        return names
    }

    var limitedSymbols: [Symbol] {
        var symbols: [Symbol] = []
        for given in limits {
            if case .symbol(let symbol) = given.scope, !symbols.contains(symbol) { symbols.append(symbol) }
        }
        return symbols
    }
}

/// A value for each limit, or none.
struct LimitValues: Sendable {
    private var values: [RiskLimit: Double] = [:]

    init(_ preset: RiskPreset) {
        for limit in RiskLimit.allCases {
            if let value = limit.value(in: preset) { values[limit] = value }
        }
    }

    subscript(limit: RiskLimit) -> Double? {
        get { values[limit] }
        set { values[limit] = newValue }
    }
    func count(_ limit: RiskLimit) -> Int? { values[limit].map { Int($0) } }
}
