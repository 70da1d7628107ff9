import Domain
import Store

/// Memory of a file that is mapped.
struct Mapped {
    var bytes: UnsafeRawBufferPointer
    var owner: ColumnFile

    func of<Element>(_ type: Element.Type) -> Column<Element>? {
        bytes.count % MemoryLayout<Element>.stride == 0 ? Column(bytes, of: owner) : nil
    }
}

/// Tables that were made of a store's bars, kept as they lie in memory: the second run over the same bars maps them.
///
/// A table is found by the hashes of the files that its bars came from, so one that is older than its bars is never
/// found. One that is damaged is made anew.
struct TableCache {
    private let path: String

    /// `description` says which bars: store, symbols, range and the hashes of files.
    init(_ store: BarFolder, _ description: String) {
        path = store.cachePath(of: "table 1\n" + description)
    }

    func load() -> (shortest: BarTable, longer: [LongerBar])? {
        guard let file = ColumnFile(path), let head = file.column("head"), let names = file.column("names"),
            let spans = file.column("spans"), head.count == 8,
            let longer = TableCache.longer(file)
        else { return nil }
        let symbols = String(decoding: names, as: UTF8.self).split(separator: "\n").map {
            Symbol($0) ?? Symbol()
        }
        guard
            let table = BarTable(
                symbols: symbols, spans: Array(spans.bindMemory(to: Int64.self)),
                instantCount: Int(head.load(as: Int64.self)),
                column: { name in file.column(name).map { Mapped(bytes: $0, owner: file) } })
        else { return nil }
        guard longer.allSatisfy({ symbols.indices.contains(Int($0.instrument)) }) else { return nil }
        return (
            table,
            longer.map { item in
                var item = item
                item.bar.symbol = symbols[Int(item.instrument)]
                return item
            }
        )
    }

    func save(_ table: BarTable, _ longer: [LongerBar]) {
        let names = Array(table.symbols.map(\.text).joined(separator: "\n").utf8)
        let head = [Int64(table.instantCount)]
        let figures = longer.flatMap { item -> [Int64] in
            [
                item.at, Int64(item.instrument), item.bar.span, item.bar.openedAt.nanoseconds,
                item.bar.open.units,
                item.bar.high.units, item.bar.low.units, item.bar.close.units, item.bar.volume.units,
                Int64(clamping: item.bar.trades),
            ]
        }
        names.withUnsafeBytes { names in
            head.withUnsafeBytes { head in
                table.spans.withUnsafeBytes { spans in
                    figures.withUnsafeBytes { figures in
                        let own = [
                            ColumnFile.Content("head", head), .init("names", names), .init("spans", spans),
                            .init("longer", figures),
                        ]
                        _ = ColumnFile.write(own + TableCache.columns(of: table), to: path)
                    }
                }
            }
        }
    }

    private static func columns(of table: BarTable) -> [ColumnFile.Content] {
        let numbers: [(name: String, column: Column<Int64>)] = [
            ("closesAt", table.closesAt), ("openedAt", table.openedAt), ("open", table.open),
            ("high", table.high), ("low", table.low), ("close", table.close), ("volume", table.volume),
        ]
        var contents: [ColumnFile.Content] = []
        for (name, column) in numbers {
            contents.append(ColumnFile.Content(name, UnsafeRawBufferPointer(column.values)))
        }
        contents.append(ColumnFile.Content("symbol", UnsafeRawBufferPointer(table.symbol.values)))
        contents.append(ColumnFile.Content("dayStarts", UnsafeRawBufferPointer(table.dayStarts.values)))
        return contents
    }

    private static func longer(_ file: ColumnFile) -> [LongerBar]? {
        guard let bytes = file.column("longer"), bytes.count % 80 == 0 else { return nil }
        let figures = bytes.bindMemory(to: Int64.self)
        var bars: [LongerBar] = []
        for at in stride(from: 0, to: figures.count, by: 10) {
            let bar = Bar(
                span: figures[at + 2], openedAt: Timestamp(nanoseconds: figures[at + 3]),
                open: Price(units: figures[at + 4]), high: Price(units: figures[at + 5]),
                low: Price(units: figures[at + 6]), close: Price(units: figures[at + 7]),
                volume: Volume(units: figures[at + 8]), trades: UInt64(max(0, figures[at + 9])))
            bars.append(
                LongerBar(at: figures[at], instrument: Int32(truncatingIfNeeded: figures[at + 1]), bar: bar))
        }
        return bars
    }
}
