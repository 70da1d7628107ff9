import Domain
import Providers
import Storage
import Store
import Wire

/// The splits that bars of history may lie before: those that the feed told of, and those that were fetched with a store's
/// bars. They go along with an answer, as envelopes.
enum KnownSplits {
    static func envelopes(
        of symbol: Symbol, after moment: Timestamp, _ database: HistoryStore, _ store: BarFolder?
    ) throws -> [[UInt8]] {
        var splits = try database.actions(of: symbol)
        if let store {
            for file in try store.actionFiles() where file.hasSuffix("/\(symbol).csv") {
                splits += try ActionFile.read(file)
            }
        }
        let codec = Codec()
        var seen: Set<Timestamp> = []
        return splits.filter {
            $0.kind == .split && $0.symbol == symbol && $0.exAt > moment && seen.insert($0.exAt).inserted
        }.map { codec.encode(Message(topic: .action(symbol), body: $0.body)) }
    }
}
