import Configuration
import Domain
import Parquet
import Store

/// Which store a command means: `--store`, or the setting `data.store`.
enum StorePlace {
    static let option = OptionSpec.option(
        "store", value: "FOLDER", type: .path,
        help: "The store of bars; without it the folder that data.store names.")

    static func path(_ parsed: Parsed) throws -> String {
        if let path = parsed.text(ifGiven: "store") { return path }
        return try Configuration.Settings.load(for: parsed).path("data.store")
    }

    /// How new files are packed.
    static func codec(_ parsed: Parsed) throws -> Codec {
        BarFolder.codec(named: try Configuration.Settings.load(for: parsed).text("data.codec"))
    }

    /// What to say of a symbol that a store has not.
    static func lacks(_ symbol: Symbol, _ store: BarFolder, _ keys: [SeriesKey]) -> Failure {
        let near = Spelling.nearest(to: symbol.text, among: Set(keys.map(\.symbol.text)).sorted())
        let advice = near.map { "did you mean \($0)?" } ?? "`tradewind data list` tells what it has"
        return Failure("\(store.path) has no bars of \(symbol); \(advice)")
    }

    static func opened(_ parsed: Parsed) throws -> BarFolder { try BarFolder(try path(parsed)) }
}
