import Configuration
import Domain
import Glibc
import Mesh
import Providers
import Storage
import Trading

/// `tradewind data catalog`: what is known of instruments, and what was tried, in the historian's database.
enum CatalogCommand {
    static let spec = CommandSpec(
        "catalog",
        summary: "put instruments, actions, fundamentals and runs into the database, and count its rows",
        discussion: """
            Takes what `tradewind data refresh` fetched and the book of runs, and the files that are named, into the \
            database that the historian has: the server of historian.postgres, or the file of historian.database. The same \
            command again changes nothing. Then tells how many rows each table has.
            """,
        options: [
            .option(
                "folder", value: "FOLDER", type: .path,
                help: "Where universe.json lies; static in state.folder if not given."),
            .option(
                "actions", value: "FILE", repeats: true, help: "Splits and dividends: \(ActionFile.example)."),
            .option(
                "fundamentals", value: "FILE", repeats: true,
                help: "Figures of companies: symbol,known_on and a column for each."),
            .flag("json", help: "Print JSON."),
        ],
        examples: [.init("tradewind data catalog --actions splits.csv", "after a refresh, once a day")])

    static func run(_ parsed: Parsed) throws {
        let settings = try Configuration.Settings.load(for: parsed)
        let catalog = try opened(settings)
        defer { catalog.close() }
        let folder = parsed.text(ifGiven: "folder") ?? "\(settings.path("state.folder"))/static"
        if access("\(folder)/universe.json", F_OK) == 0 {
            try universe("\(folder)/universe.json", into: catalog)
        }
        for file in parsed.texts("actions") { try catalog.put(try ActionFile.read(file)) }
        for file in parsed.texts("fundamentals") { try fundamentals(file, into: catalog) }
        try runs(settings.path("backtest.runs"), into: catalog)
        let counts = try catalog.counts()
        if parsed.flag("json") {
            var json = JSONWriter()
            json.object { json in
                for (table, rows) in counts {
                    json.key(table)
                    json.integer(rows)
                }
            }
            return try Console.write(json.text + "\n")
        }
        var table = Table(columns: [.text("table"), .number("rows")])
        for (name, rows) in counts { table.add([name, "\(rows)"]) }
        try Console.write("\(catalog.place)\n" + table.text())
    }

    /// The historian's file where it is one, and not divided into parts.
    private static func path(_ settings: Configuration.Settings) -> String {
        let named = settings.path("historian.database")
        return named.isEmpty ? settings.path("state.folder") + "/history.sqlite" : named
    }

    /// Whether there is a database to open, or a server is named.
    static func exists(_ settings: Configuration.Settings) -> Bool {
        !settings.text("historian.postgres").isEmpty || access(path(settings), F_OK) == 0
    }

    static func opened(_ settings: Configuration.Settings) throws -> Catalog {
        do {
            let server = settings.text("historian.postgres")
            guard server.isEmpty else {
                return try Catalog(
                    PostgresAddress(server, password: settings.secret("historian.postgres_password") ?? ""))
            }
            let path = path(settings)
            if let slash = path.lastIndex(of: "/") { try makeFolders(String(path[..<slash])) }
            return try Catalog(path: path)
        } catch let error as StorageError { throw Failure(error.description) }
    }

    private static func universe(_ path: String, into catalog: Catalog) throws {
        let json = try JSONValue(try read(path))
        guard let at = json["at"]?.text.flatMap({ try? Timestamp($0) }),
            let provider = json["provider"]?.text,
            case .array(let items)? = json["instruments"]
        else {
            throw Failure(
                "\(path): at, provider and instruments belong there; `tradewind data refresh` writes it")
        }
        var instruments: [Catalog.Instrument] = []
        var sizes: [Catalog.Fundamental] = []
        for item in items {
            guard let symbol = item["symbol"]?.text.flatMap({ Symbol($0) }) else { continue }
            let text = { (key: String) in item[key]?.text ?? "" }
            instruments.append(
                Catalog.Instrument(
                    symbol: symbol, name: text("name"), exchange: text("exchange"), sector: text("sector"),
                    industry: text("industry")))
            if let size = item["market_cap"]?.number {
                sizes.append(Catalog.Fundamental(symbol: symbol, name: "market_cap", at: at, value: size))
            }
        }
        try catalog.put(instruments, provider: provider, at: at)
        try catalog.put(universe: "listed", instruments.map(\.symbol), at: at)
        try catalog.put(sizes, provider: provider)
    }

    private static func fundamentals(_ path: String, into catalog: Catalog) throws {
        let lines = String(decoding: try read(path), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        var names: [Substring] = []
        var found: [Catalog.Fundamental] = []
        for (number, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            if names.isEmpty {
                names = cells
                guard names.prefix(2) == ["symbol", "known_on"] else {
                    throw Failure(
                        "\(path), line \(number + 1): the header is \(line); symbol,known_on,… would be right"
                    )
                }
                continue
            }
            guard cells.count == names.count, let symbol = Symbol(cells[0]),
                let day = try? CivilDate(String(cells[1]))
            else {
                throw Failure(
                    "\(path), line \(number + 1): a symbol, a day and \(names.count - 2) figures would be right"
                )
            }
            for (name, cell) in zip(names, cells).dropFirst(2) where !cell.isEmpty {
                guard let value = Double(cell) else {
                    throw Failure("\(path), line \(number + 1): \(name) is \(cell); a number would be right")
                }
                found.append(
                    Catalog.Fundamental(symbol: symbol, name: String(name), at: day.midnightUTC, value: value)
                )
            }
        }
        try catalog.put(found, provider: String(path.split(separator: "/").last ?? ""))
    }

    private static func runs(_ folder: String, into catalog: Catalog) throws {
        guard access("\(folder)/runs.jsonl", F_OK) == 0 else { return }
        let entries = try RunBook(folder).read().entries
        try catalog.put(
            entries.map { entry in
                Catalog.Run(
                    name: entry.name, kind: "backtest", madeAt: (try? Timestamp(entry["at"])) ?? .zero,
                    command: "\(entry.strategy) \(entry["parameters"])", summary: entry.text)
            })
    }

    static func read(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw Failure("\(path): cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count >= 0 else {
                throw Failure("\(path): cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}
