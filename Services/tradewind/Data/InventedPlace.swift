import Configuration
import Domain
import Glibc
import Parquet
import Providers
import RemoteProviders
import Store
import Trading

/// Where an invented market goes. What lies there already is never written over.
protocol InventedPlace {
    var name: String { get }
    func put(_ series: InventedMarket.Series, of market: InventedMarket) throws -> InventedMarket.Made
    /// All symbols are there.
    func close(_ made: [InventedMarket.Made], of market: InventedMarket) throws
}

/// A store of bars, with the actions beside them as a fetch puts them there.
struct InventedStore: InventedPlace {
    static let provider = "synthetic"
    let name: String
    private let store: BarFolder

    init(_ path: String, _ codec: Codec, _ market: InventedMarket) throws {
        name = path
        store = try BarFolder.made(path, codec: codec)
        for symbol in market.symbols {
            let key = SeriesKey(symbol, Interval(nanoseconds: market.span))
            guard let summary = try store.summary(of: key) else { continue }
            throw Failure(
                "\(path) has \(summary.rows) bars of \(key) from \(summary.providers.joined(separator: ", ")) already, and "
                    + "what is invented goes over nothing: another folder would be right")
        }
    }

    func put(_ series: InventedMarket.Series, of market: InventedMarket) throws -> InventedMarket.Made {
        let key = SeriesKey(series.symbol, Interval(nanoseconds: market.span))
        _ = try store.append(
            BarSeries(series.bars), to: key, provider: InventedStore.provider, at: .zero)
        try InventedFiles.write(actions: series, market, to: store.actionsFolder)
        return InventedMarket.Made(series, in: "\(name)/\(key.folder)")
    }

    func close(_ made: [InventedMarket.Made], of market: InventedMarket) {}
}

/// Files of CSV in a folder of their own, with their actions and what was planted beside them.
struct InventedFiles: InventedPlace {
    let name: String

    init(_ folder: String) throws {
        name = folder.hasSuffix("/") && folder.count > 1 ? String(folder.dropLast()) : folder
        guard let open = opendir(name) else {
            guard errno == ENOENT else {
                throw Failure("cannot open \(name): \(String(cString: strerror(errno)))")
            }
            return
        }
        defer { closedir(open) }
        while let entry = readdir(open) {
            let found = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard found == "." || found == ".." else {
                throw Failure(
                    "\(name) has \(found) in it, and what is invented goes over nothing: a new or empty folder would be right"
                )
            }
        }
    }

    func put(_ series: InventedMarket.Series, of market: InventedMarket) throws -> InventedMarket.Made {
        let folder = "\(Interval(nanoseconds: market.span))"
        let file = "\(BarFolder.fileName(of: series.symbol)).csv"
        var made = InventedMarket.Made(series, in: "\(name)/\(folder)/\(file)")
        try InventedFiles.write(actions: series, market, to: "\(name)/actions")
        let lines = series.bars.map { PlantedFaults.line(of: $0) }
        guard !market.faults.isEmpty else {
            try write(lines, file, in: folder)
            return made
        }
        let faulty: PlantedFaults
        do {
            faulty = try PlantedFaults(
                series.bars, market.faults, actions: series.actions, seed: UInt64(market.seed))
        } catch { throw Failure(error.description, exitCode: 2) }
        made.planted = faulty.planted
        if market.faults == [.disagreement] {
            try write(lines, file, in: folder)
            try write(faulty.lines, file, in: "other/\(folder)")
        } else {
            try write(faulty.lines, file, in: folder)
        }
        return made
    }

    private func write(_ lines: [String], _ file: String, in folder: String) throws {
        let text = ([PlantedFaults.header] + lines).map { $0 + "\n" }.joined()
        try ResultFolder.write([.init(name: file, bytes: Array(text.utf8))], to: "\(name)/\(folder)")
    }

    func close(_ made: [InventedMarket.Made], of market: InventedMarket) throws {
        try ResultFolder.write(
            [.init(name: "invented.json", bytes: Array(InventText.json(made, market).utf8))], to: name)
    }

    static func write(
        actions series: InventedMarket.Series, _ market: InventedMarket, to folder: String
    ) throws {
        do throws(SinkFault) {
            try FetchNotes(asked: "", actions: folder)
                .replace(actions: series.actions, of: series.symbol, market.days)
        } catch { throw Failure(error.description) }
    }
}
