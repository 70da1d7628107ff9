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

    @Test("every strategy of the shelf passes the audit with its defaults, on the days of the samples")
    func days() throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let files: [BarFiles.File] = ["AAPL", "IBM", "KO", "MSFT"].map {
            (nil, "\(root)/config/sample/\($0).csv")
        }
        let table = try BarFiles.load(files, BarFiles.Selection())
        var auditor = Auditor(table: table)
        try StrategyRegistry.visitAll(&auditor)
        let silent = Set(auditor.compared.filter { $0.value == 0 }.keys)
        // What waits for something within a session finds nothing in its days, and no two of the samples go together.
        #expect(silent.isSubset(of: ["mean-reversion", "gap", "opening-range", "pairs"]), "\(silent)")
        #expect(auditor.compared.count - silent.count >= 5)
    }
}
