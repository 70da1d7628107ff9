import Configuration
import Domain

/// The symbols that the services trade, by the settings in their transcripts.
enum TradedSymbols {
    /// A misspelt symbol would be a position that stays open, and nobody would say so.
    static func check(_ symbols: [Symbol], _ settings: Configuration.Settings) throws {
        // Whoever commands from another machine has no transcripts, and a command in need does not wait for them.
        guard let text = try? RecordedSettings.text(in: settings.path("state.folder")),
            let recorded = try? Settings.load(recorded: text)
        else { return }
        let named = recorded.list("trading.symbols")
        let known = named.isEmpty ? recorded.list("feed.symbols") : named
        for symbol in symbols where !known.contains(symbol.text) {
            let near = Spelling.nearest(to: symbol.text.uppercased(), among: known)
            throw Failure(
                "\(symbol) is not traded here"
                    + (near.map { "; did you mean \($0)?" } ?? "; there are \(known.joined(separator: ", "))"),
                exitCode: 2)
        }
    }
}
