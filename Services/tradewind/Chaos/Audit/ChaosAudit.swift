import Domain
import Exchange
import Storage

/// All that is held against each other when a round is over.
struct ChaosAudit {
    private(set) var findings: [ChaosFinding] = []
    private(set) var orders = 0
    private(set) var fills = 0
    private(set) var curbed = 0
    /// How many words and rows were compared.
    private(set) var compared = 0

    init(_ round: ChaosRound, _ statement: VenueAudit.Statement?, _ plants: [Plant]) throws {
        var testimony = try Testimony(state: round.mesh.folder)
        for plant in plants { try plant.falsify(&testimony) }
        findings += testimony.problems.map { ChaosFinding("transcripts", $0) }
        // For a cash account the exchange keeps no worths.
        let rules = round.desks.settings.rules
        let ledger: BookAudit.Ledger =
            statement != nil ? .none : rules.margin.kind == .regulationT ? .equity : .cash
        let trail = OrderAudit(testimony, venue: round.mesh.venue, works: round.plan.manner == .worked)
        (orders, fills) = (trail.orders, trail.fills)
        findings += trail.findings
        let books = BookAudit(testimony, cash: ChaosRound.cash, ledger: ledger)
        findings += [books.finding].compactMap { $0 }
        let limits = LimitAudit(
            testimony, ChaosRound.limits, cash: ChaosRound.cash, lot: Double(rules.lot),
            works: round.plan.manner == .worked)
        findings += [limits.finding].compactMap { $0 }
        curbed = limits.curbed
        let database = try SQLAudit(testimony, database: round.mesh.database)
        findings += [database.finding].compactMap { $0 }
        compared = books.compared + limits.approved + database.rows
        var derivation = try DerivationAudit(state: round.mesh.folder)
        if let statement {
            findings += VenueAudit(statement, testimony, cash: ChaosRound.cash).findings
        } else {
            try derivation.compare(round.backtest(), state: round.mesh.folder, testimony)
        }
        findings += derivation.findings
        if orders == 0 || fills == 0 {
            findings.append(ChaosFinding("orders", "nothing was traded, so nothing was tried"))
        }
    }
}
