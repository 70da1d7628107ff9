import Backtesting
import Configuration
import Domain
import Gatekeeper
import Parity
import Store
import Trading

/// The bars of a record as they are known today, from files or a store that somebody names.
enum KnownBars {
    /// Nothing where nobody names any. They go through the gatekeeper as a feed's do, and are those of the record's time.
    static func table(
        _ parsed: Parsed, _ house: Configuration.Settings, _ plan: DeskPlan, _ record: LiveRecord
    ) throws -> BarTable? {
        guard parsed.isGiven("csv") || parsed.isGiven("store"), let first = record.instants.first?.at,
            let last = record.instants.last?.at
        else { return nil }
        var files = MarketFiles()
        files.bars = try parsed.texts("csv").flatMap { try OptionText.files($0) }
        if let path = parsed.text(ifGiven: "store") {
            do { files.store = try BarFolder(path) } catch { throw Failure("\(error)", exitCode: 2) }
        }
        files.selection.symbols = plan.symbols
        files.selection.span = plan.span
        let market = try files.load().bars
        var limits = GateLimits(calendar: house.text("feed.calendar") == "none" ? nil : .xnys)
        limits.jump = house.number("feed.jump")
        var gate = Gatekeeper(limits, provider: "csv")
        var table = BarTable()
        var open: [Bar] = []
        func close(at end: Int64) {
            for bar in open.sorted(by: { $0.symbol.text < $1.symbol.text }) {
                table.append(bar, closingAt: Timestamp(nanoseconds: end))
            }
            open = []
        }
        for row in 0..<market.count {
            let at = Timestamp(nanoseconds: market.closesAt[row])
            guard at >= first, at <= last else { continue }
            let bar = market.bar(row)
            if gate.judge(bar, at: at) == nil { open.append(bar) }
            if row + 1 == market.count || market.closesAt[row + 1] != market.closesAt[row] {
                close(at: market.closesAt[row])
            }
        }
        guard table.count > 0 else {
            throw Failure("there is no bar of the record's time, from \(first) to \(last)", exitCode: 1)
        }
        return table
    }
}
