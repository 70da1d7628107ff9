import Domain
import Glibc
import Parquet
import Providers
import Store

struct StoreBench {
    static let rows = 10_000_000
    static let rowsOfText = 1_000_000
    private static let key = SeriesKey(Symbol("BENCH")!, .minute)

    let folder: String

    // MARK: What is measured with

    /// A walk in cents, minute by minute; the last digits are chance, as those of markets are.
    private func bars() -> BarSeries {
        var bars = BarSeries()
        var state: UInt64 = 20_261_121
        func chance(_ count: UInt64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64((state >> 33) % count)
        }
        var price: Int64 = 30_000
        for row in 0..<StoreBench.rows {
            let open = price
            price = max(1_000, min(90_000, price + chance(21) - 10))
            bars.openedAt.append(1_000_000_000_000_000_000 + Int64(row) * Nanoseconds.minute)
            bars.open.append(open * 10_000)
            bars.high.append((max(open, price) + chance(8)) * 10_000)
            bars.low.append((min(open, price) - chance(8)) * 10_000)
            bars.close.append(price * 10_000)
            bars.volume.append((100 + chance(50_000)) * 1_000)
            bars.trades.append(1 + chance(400))
        }
        return bars
    }

    func make() throws {
        let bars = bars()
        try write(bars, to: "\(folder)/bars.parquet")
        var text = Array("symbol,time,open,high,low,close,volume,trades\n".utf8)
        for row in 0..<StoreBench.rowsOfText {
            let bar = bars.bar(row, of: StoreBench.key)
            text += Array(
                "\(bar.symbol),\(bar.openedAt),\(bar.open),\(bar.high),\(bar.low),\(bar.close),\(bar.volume),\(bar.trades)\n"
                    .utf8)
        }
        try write(text, "\(folder)/bars.csv")
        cache(bars)
    }

    /// As the store and `tradewind data export` write: whole numbers that say where their point is.
    private func write(_ bars: BarSeries, to path: String) throws {
        try write(try bars.parquet(of: StoreBench.key), path)
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard file >= 0 else { throw ParquetError("\(path): cannot be made") }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress! + written, bytes.count - written)
            }
            guard count > 0 else { throw ParquetError("\(path): cannot be written") }
            written += count
        }
    }

    private func cache(_ bars: BarSeries) {
        bars.openedAt.withUnsafeBytes { at in
            bars.open.withUnsafeBytes { open in
                bars.high.withUnsafeBytes { high in
                    bars.low.withUnsafeBytes { low in
                        bars.close.withUnsafeBytes { close in
                            bars.volume.withUnsafeBytes { volume in
                                _ = ColumnFile.write(
                                    [
                                        .init("at", at), .init("open", open), .init("high", high),
                                        .init("low", low),
                                        .init("close", close), .init("volume", volume),
                                    ], to: "\(folder)/cache/bars.columns")
                            }
                        }
                    }
                }
            }
        }
    }

    // MARK: Measuring

    /// One measurement a process: a second one would find the memory of the first.
    func measure(_ what: String) throws {
        switch what {
        case "read bars": try timed(what) { try read("bars") }
        case "read doubles": try timed(what) { try read("doubles") }
        case "write":
            let bars = bars()
            try timed(what) {
                try write(bars, to: "\(folder)/written.parquet")
                return bars.count
            }
        case "cache": try timed(what, map)
        case "csv": try timed(what, readText)
        default: throw ParquetError("\(what) is not measured")
        }
    }

    private func read(_ name: String) throws -> Int {
        let file = try ParquetFile("\(folder)/\(name).parquet")
        let groups = try file.read(Array(file.columns.indices), cores: 2)
        return groups.reduce(0) { $0 + ($1.first?.count ?? 0) }
    }

    private func map() throws -> Int {
        guard let file = ColumnFile("\(folder)/cache/bars.columns"), let column = file.column("close") else {
            throw ParquetError("the cache is not there")
        }
        return column.count / 8
    }

    private func readText() throws -> Int {
        var rows = try BarRows(path: "\(folder)/bars.csv", symbol: nil, span: Nanoseconds.minute)
        var series = BarSeries(expecting: rows.rowsExpected)
        while let row = try rows.next() {
            if case .bar(let bar) = row { series.append(bar) }
        }
        return series.count
    }

    func timed(_ name: String, _ work: () throws -> Int) throws {
        let began = ContinuousClock.now
        let rows = try work()
        let spent = ContinuousClock.now - began
        let seconds = Double(spent.components.seconds) + Double(spent.components.attoseconds) * 1e-18
        print("{\"name\": \"\(name)\", \"ms\": \(seconds * 1000), \"rows\": \(rows)}")
    }
}
