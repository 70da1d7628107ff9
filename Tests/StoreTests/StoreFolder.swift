import Domain
import Glibc
import Store

/// A folder for a test, which goes with it, and bars to fill it.
final class StoreFolder {
    let path: String

    init() {
        var name = Array("/tmp/tradewind-store-XXXXXX".utf8CString)
        path = name.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? ""
        }
    }

    deinit {
        // Its own folder and nothing else.
        guard path.hasPrefix("/tmp/tradewind-store-") else { return }
        StoreFolder.remove(path)
    }

    private static func remove(_ path: String) {
        for name in names(in: path) {
            let inner = "\(path)/\(name)"
            if unlink(inner) != 0 { remove(inner) }
        }
        rmdir(path)
    }

    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { found.append(name) }
        }
        return found.sorted()
    }

    static let symbol = Symbol("AAPL")!
    static let minutes = SeriesKey(symbol, .minute)
    static let days = SeriesKey(symbol, .day)
    static let now = Timestamp(seconds: 1_800_000_000)
    /// 2023-11-14 22:13:20, in the middle of a month.
    static let start: Int64 = 1_700_000_000 * Nanoseconds.second

    /// Minutes from a place on, with figures that a seed changes.
    static func series(_ rows: Range<Int>, seed: Int64 = 0) -> BarSeries {
        BarSeries(rows.map { bar($0, seed: seed) })
    }

    static func bar(_ row: Int, seed: Int64 = 0) -> Bar {
        let price = 100_000_000 + Int64(row) % 997 * 10_000 + seed
        return Bar(
            symbol: symbol, span: Nanoseconds.minute,
            openedAt: Timestamp(nanoseconds: start + Int64(row) * Nanoseconds.minute),
            open: Price(units: price),
            high: Price(units: price + 50_000), low: Price(units: price - 50_000),
            close: Price(units: price + 10_000), volume: Volume(units: Int64(row) * 1000),
            trades: UInt64(row % 7))
    }
}
