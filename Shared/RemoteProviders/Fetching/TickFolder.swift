import Domain
import Glibc

/// Trades and quotes in CSV files that backtests read: `trades/AAPL/2024-03-11.csv` with `symbol,time,price,size`, and
/// `quotes/AAPL/2024-03-11.csv` with `symbol,time,bid,bid_size,ask,ask_size`, a file for each session.
public struct TickFolder: Sendable {
    private let folder: String

    public init(_ folder: String) {
        self.folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }

    public func path(_ kind: TickKind, of symbol: Symbol, on date: CivilDate) -> String {
        "\(folder)/\(kind.rawValue)/\(FetchNotes.name(symbol))/\(date).csv"
    }

    public func has(_ kind: TickKind, of symbol: Symbol, on date: CivilDate) -> Bool {
        access(path(kind, of: symbol, on: date), F_OK) == 0
    }

    /// A session's file that grows; it has its name once it is finished, and is gone where it never is.
    func file(_ kind: TickKind, of symbol: Symbol, on date: CivilDate) throws(SinkFault) -> File {
        try SmallFile.makeFolders("\(folder)/\(kind.rawValue)/\(FetchNotes.name(symbol))")
        let file = try File(path(kind, of: symbol, on: date), kind, symbol)
        return file
    }

    struct File: ~Copyable {
        private let path: String
        private let fresh: String
        private let descriptor: Int32
        private let kind: TickKind
        private let symbol: Symbol
        private var isFinished = false

        fileprivate init(_ path: String, _ kind: TickKind, _ symbol: Symbol) throws(SinkFault) {
            (self.path, self.kind, self.symbol) = (path, kind, symbol)
            fresh = "\(path).partial-\(getpid())"
            descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw SmallFile.fault("write", fresh) }
            try write(
                kind == .trades ? "symbol,time,price,size\n" : "symbol,time,bid,bid_size,ask,ask_size\n")
        }

        func append(_ ticks: [MarketTick]) throws(SinkFault) {
            var text = ""
            for tick in ticks {
                text += "\(symbol),\(tick.at),\(tick.price),\(tick.size)"
                text += kind == .trades ? "\n" : ",\(tick.ask),\(tick.askSize)\n"
                if text.utf8.count >= 1 << 20 {
                    try write(text)
                    text = ""
                }
            }
            try write(text)
        }

        mutating func finish() throws(SinkFault) {
            guard fsync(descriptor) == 0, rename(fresh, path) == 0 else {
                throw SmallFile.fault("write", path)
            }
            isFinished = true
        }

        private func write(_ text: String) throws(SinkFault) {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw SmallFile.fault("write", fresh) }
                rest = rest.dropFirst(count)
            }
        }

        deinit {
            close(descriptor)
            if !isFinished { unlink(fresh) }
        }
    }
}
