import Domain
import Strategies
import Testing

@testable import Backtesting

/// Our own audit of our own strategies.
@Suite struct LibraryAuditTests {
    /// Audits each strategy that can be made without a file, as it is on the shelf.
    private struct Auditor: StrategyVisitor {
        let table: BarTable
        /// By strategy, how many opinions and decisions were compared.
        var compared: [String: Int] = [:]

        mutating func visit<B: Blueprint>(_ blueprint: B) throws {
            let arguments = try Arguments(blueprint.parameters, of: blueprint.name)
            guard (try? blueprint.make(arguments, symbols: table.symbols)) != nil else { return }
            let warmUp = try WarmUp.finding(of: blueprint, arguments, on: table)
            #expect(warmUp.failure == nil, "\(blueprint.name)")
            let findings = try LookAhead.findings(on: table) { table in
                try Backtest.run(blueprint, arguments, on: Market(table), BacktestSettings())
            }
            for finding in findings {
                #expect(finding.failure == nil, "\(blueprint.name), \(finding.test)")
            }
            compared[blueprint.name] = min(warmUp.opinions, findings[1].decisions)
        }
    }

    /// The strategies that have nothing to say of such bars.
    private func silent(on table: BarTable) throws -> Set<String> {
        var auditor = Auditor(table: table)
        try StrategyRegistry.visitAll(&auditor)
        return Set(auditor.compared.filter { $0.value == 0 }.keys)
    }

    @Test(
        "every strategy of the shelf passes the audit with its defaults, on days",
        arguments: [1, 2, 3] as [UInt64])
    func days(seed: UInt64) throws {
        let silent = try silent(on: try Markets.walk(seed: seed, symbols: 3, days: 900))
        // What waits for something within a session finds nothing in its days.
        #expect(silent.isSubset(of: ["mean-reversion", "gap", "opening-range", "pairs"]), "\(silent)")
    }

    @Test("and on minutes", arguments: [1, 2] as [UInt64])
    func minutes(seed: UInt64) throws {
        let silent = try silent(on: try Markets.minutes(seed: seed, symbols: 2, sessions: 40))
        #expect(silent.isDisjoint(with: ["mean-reversion", "gap", "opening-range"]), "\(silent)")
    }
}
