import Domain

/// Turns the signals in force into proposals: what should be held, less what is held.
///
/// It looks at the account only where something has happened: a signal, or a day of rebalancing. An instrument whose
/// order is still on its way is left alone until that has ended, so nothing is asked for twice.
public struct Allocator: Sendable {
    /// What the account looks like to the allocator, and no more.
    public struct Holding: Sendable, Equatable {
        public var quantity: Quantity
        public var price: Price

        public init(quantity: Quantity, price: Price) {
            self.quantity = quantity
            self.price = price
        }

        var worth: Money { quantity * price }
    }

    /// An order that the account should place, in numbers. Its words are those of the signal in force, or name the weights
    /// where it only brings those back, and it gets them where it is made: `inWords`, `write`.
    public struct Proposal: BitwiseCopyable, Sendable {
        public var instrument: Int
        public var side: Side
        public var quantity: Quantity
        /// Spend or raise no more than this; `quantity` is then a bound.
        public var notional: Money?
        /// The last price that is known.
        public var price: Price
        /// Where the signal in force stays as it was, and the position only goes back to its share of the money.
        var correction: WeightCorrection?
    }

    /// What there is of an instrument, side by side.
    struct Line: Sendable {
        /// The signal in force; blank where there has been none.
        private(set) var signal = Signal()
        private(set) var isSaid = false
        /// A stop has closed the position of the signal in force: it is good for nothing more until it changes.
        var isSpent = false
        /// How many orders are on their way.
        var working = 0

        /// Takes a signal, and tells whether it asks for anything new: one that repeats the last one does not.
        mutating func take(_ new: inout Signal) -> Bool {
            if isSaid, signal.strength == new.strength, signal.confidence == new.confidence { return false }
            swap(&signal, &new)
            isSaid = true
            isSpent = false
            return true
        }

        /// Becomes what a snapshot says, or what a split makes of it.
        mutating func remember(_ signal: Signal?) {
            self.signal = signal ?? Signal()
            isSaid = signal != nil
        }
    }

    public let settings: AllocationSettings
    /// By instrument.
    var lines: [Line]
    /// Instruments whose signal has changed and was not acted upon, in order.
    var changed: [Int] = [] { didSet { noteDue() } }
    /// Instruments that leave one side now, and go to the other once they are out.
    var turning: [Int] = []
    /// Instruments whose signal cannot be acted upon before their volatility is known.
    var waiting: [Int] = []
    /// Room for those that are entered at a moment.
    var entering: [Int] = []
    /// Instruments in which nothing is opened or added to, and until when: an order of theirs did not leave the house.
    private(set) var resting: [Int: Timestamp] = [:]
    /// Those in which nothing is made smaller either: an order that did so was held back, too.
    private(set) var restingExits: [Int: Timestamp] = [:]
    var calendar: RebalanceCalendar { didSet { noteDue() } }
    var weigher: Weigher { didSet { noteDue() } }
    /// The settings' rule goes by signals; kept, because to look into a rule is to copy it.
    let follows: AllocationRule.Following?
    /// The sector of each instrument, where it is known.
    let sectors: [Int?]
    /// From when on there is something to decide; the end of time where nothing is. Kept, because it is looked at after
    /// every order, and to compute it there would be to copy all of the allocator.
    public private(set) var nextDue: Timestamp

    public init(instruments: Int, _ settings: AllocationSettings, sectors: [Int?]? = nil) {
        self.settings = settings
        follows = settings.rule.following
        self.sectors = sectors ?? Array(repeating: nil, count: instruments)
        weigher = Weigher(settings)
        lines = Array(repeating: Line(), count: instruments)
        calendar = RebalanceCalendar(settings.rebalance)
        nextDue = calendar.nextDue
    }

    /// A signal holds until the next one of its instrument.
    public mutating func onSignal(_ signal: Signal, of instrument: Int) {
        var signal = signal
        take(&signal, of: instrument)
    }

    /// The same of a signal that nobody else wants: it is left with what it was exchanged for.
    public mutating func take(_ signal: inout Signal, of instrument: Int) {
        guard lines[instrument].take(&signal) else { return }
        // It is another wish, and gets its own answer.
        if !resting.isEmpty { resting[instrument] = nil }
        if !restingExits.isEmpty { restingExits[instrument] = nil }
        if !changed.contains(instrument) { changed.append(instrument) }
    }

    /// A position was closed by a stop, a target or a halt, and not because its strategy wanted out.
    public mutating func onStopped(_ instrument: Int) {
        lines[instrument].isSpent = true
        changed.removeAll { $0 == instrument }
    }

    /// Shares were split: the prices that the signal in force names are of the new ones.
    public mutating func onSplit(_ numerator: Int64, for denominator: Int64, of instrument: Int) {
        func price(_ price: Price) -> Price { (try? price.scaled(denominator, over: numerator)) ?? price }
        guard lines[instrument].isSaid else { return }
        var signal = lines[instrument].signal
        signal.stop = signal.stop.map(price)
        signal.target = signal.target.map(price)
        lines[instrument].remember(signal)
    }

    /// What the signal in force asks for.
    func strength(of instrument: Int) -> Double {
        lines[instrument].isSpent ? 0 : lines[instrument].signal.strength
    }

    /// Who gave the signal in force; nobody where there has been none.
    public func speaker(of instrument: Int) -> String { lines[instrument].signal.strategy }

    /// How far from a price the signals of strategies would give a position up: by the first that names a stop.
    public static func stopDistance(
        of instrument: Int, from price: Price, by allocators: [Allocator]
    ) -> Price? {
        allocators.lazy.compactMap { $0.lines[instrument].signal.stop }.first.map { ($0 - price).magnitude }
    }

    public mutating func onOrderSent(of instrument: Int) { lines[instrument].working += 1 }
    public mutating func onOrderEnd(of instrument: Int) { lines[instrument].working -= 1 }

    /// An order was held back, and so would the next one be: what is wanted is wanted again after a rest. What makes a
    /// position smaller goes where nothing may be opened, and rests only where that itself was held back.
    public mutating func rest(_ instrument: Int, until: Timestamp, isExit: Bool) {
        resting[instrument] = until
        if isExit { restingExits[instrument] = until }
    }

    mutating func resume(_ rests: [Int: Timestamp], exits: [Int: Timestamp]) {
        (resting, restingExits) = (rests, exits)
    }

    /// Whether an order that made the position smaller was held back, and the next one would be too.
    func exitRests(_ instrument: Int, at now: Timestamp) -> Bool {
        restingExits[instrument].map { $0 > now } ?? false
    }

    /// Every position is to be closed, whatever was held back before.
    mutating func endExitRests() { restingExits = [:] }

    /// Whether what the signal in force asks for has to wait.
    private func isResting(_ instrument: Int) -> Bool {
        guard resting[instrument] != nil else { return false }
        return strength(of: instrument) != 0 || restingExits[instrument] != nil
    }

    /// Whether there is anything to decide at this moment; asked at each.
    public func isDue(at now: Timestamp) -> Bool { nextDue <= now }
    private var hasChanges: Bool { !changed.isEmpty || weigher.waits }
    private mutating func noteDue() { nextDue = hasChanges ? .distantPast : calendar.nextDue }

    /// What the rule had no answer to; the weights that there were stayed in force.
    public var troubles: [AllocationTrouble] { weigher.troubles }

    /// What should be ordered now, sales first. `volatility` is a year's, `distance` that of the stop which would guard
    /// a position opened at the last price.
    public mutating func proposals(
        cash: Money, equity: Money, at now: Timestamp, holding: (Int) -> Holding,
        volatility: (Int) -> Double?, distance: (Int) -> Price? = { _ in nil }, returns: ReturnBook? = nil
    ) throws(OverflowError) -> [Proposal] {
        var proposals: [Proposal] = []
        try propose(
            cash: cash, equity: equity, at: now, holding: holding, volatility: volatility, distance: distance,
            returns: returns, &proposals)
        return proposals
    }

    /// The same into an empty list of the caller's, which can be used again.
    public mutating func propose(
        cash: Money, equity: Money, at now: Timestamp, holding: (Int) -> Holding,
        volatility: (Int) -> Double?, distance: (Int) -> Price?, returns: ReturnBook?,
        _ proposals: inout [Proposal]
    ) throws(OverflowError) {
        let rebalances = calendar.begin(at: now)
        if !resting.isEmpty {
            resting = resting.filter { $0.value > now }
            restingExits = restingExits.filter { $0.value > now }
        }
        if follows != nil {
            if changed.count > 1 { changed.sort() }
            try follow(cash: cash, equity: equity, holding, volatility, distance, &proposals)
        } else if hasNews || rebalances || weigher.isReady(returns) {
            try weigh(
                equity: equity, at: now, isAsked: hasNews || rebalances, holding, volatility,
                returns, &proposals)
            afford(cash, &proposals)
        } else {
            return
        }
        forgetWhatWasDone()
        guard proposals.count > 1 else { return }
        // What is sold pays for what is bought, so it is asked for first.
        proposals =
            proposals.filter { $0.side == .sell } + proposals.filter { $0.side == .buy }
    }

    /// A signal has changed whose instrument does not rest.
    private var hasNews: Bool {
        resting.isEmpty ? !changed.isEmpty : changed.contains { !isResting($0) }
    }

    /// Keeps of the changes those that could not be acted upon yet.
    private mutating func forgetWhatWasDone() {
        // In place, and each list emptied only where there is something in it: this comes after every signal.
        if isAllDone {
            // One by one: most often it is a single one, and to empty a whole array takes three times as long.
            while !changed.isEmpty { changed.removeLast() }
            return
        }
        var open: [Int] = []
        swap(&open, &changed)
        open.removeAll {
            lines[$0].working == 0 && !turning.contains($0) && !waiting.contains($0) && !isResting($0)
        }
        for instrument in turning where !open.contains(instrument) { open.append(instrument) }
        swap(&open, &changed)
        if !waiting.isEmpty { waiting.removeAll(keepingCapacity: true) }
        if !turning.isEmpty { turning.removeAll(keepingCapacity: true) }
    }

    /// Nothing is on its way, and nothing keeps any change from being acted upon. A loop, for a closure would count references
    /// to all of the allocator.
    private var isAllDone: Bool {
        guard turning.isEmpty, waiting.isEmpty else { return false }
        for instrument in changed where lines[instrument].working != 0 || isResting(instrument) {
            return false
        }
        return true
    }

    // MARK: Orders

    /// Opens or adds for an amount of money: how many shares that is, the price of the fill decides.
    mutating func spend(
        _ money: Money, on instrument: Int, _ side: Side, _ price: Price, _ proposals: inout [Proposal]
    ) throws(OverflowError) {
        guard money.isPositive, money >= settings.worthMin, price.isPositive else { return }
        // The bound leaves room for an open at half the price.
        let bound = try (Quantity(for: money, at: price) * 2).rounded(
            toMultipleOf: settings.lot, .towardZero)
        propose(instrument, side, max(bound, settings.lot), money, price, &proposals)
    }

    // Mutating, though it changes nothing: what only looks at an allocator is given a copy of it.
    mutating func propose(
        _ instrument: Int, _ side: Side, _ quantity: Quantity, _ notional: Money?, _ price: Price,
        _ proposals: inout [Proposal]
    ) {
        guard quantity.isPositive, lines[instrument].isSaid else { return }
        proposals.append(
            Proposal(
                instrument: instrument, side: side, quantity: quantity, notional: notional, price: price))
    }

    /// A proposal with its words.
    public mutating func inWords(_ proposal: Proposal) -> OrderProposal {
        var words = OrderProposal()
        write(proposal, to: &words.order, &words.reason)
        return words
    }

    /// Makes a blank order what a proposal asks for, and says why.
    public mutating func write(_ proposal: Proposal, to order: inout Order, _ reason: inout String) {
        let place = proposal.instrument
        order.strategy = lines[place].signal.strategy
        order.symbol = lines[place].signal.symbol
        order.side = proposal.side
        order.quantity = proposal.quantity
        order.timeInForce = .goodTillCancelled
        order.notional = proposal.notional
        if let correction = proposal.correction {
            reason = correction.inWords
        } else if lines[place].isSpent {
            reason = "a stop, a target or a halt has closed it, and something of it was left"
        } else {
            reason = lines[place].signal.reason
        }
    }
}
