import Configuration
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

    static func opened(_ parsed: Parsed) throws -> BarFolder { try BarFolder(try path(parsed)) }
}
