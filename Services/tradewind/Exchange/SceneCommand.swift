import Configuration
import Glibc

/// `tradewind scene`: orders and market data from a file, through the simulated exchange and the ledger.
enum SceneCommand {
    static let spec = CommandSpec(
        "scene", summary: "try orders on the simulated exchange",
        discussion: """
            Plays a file of bars, quotes, trades and orders through the simulated exchange and the ledger, and prints \
            what became of each order: the quickest way to see what a rule or a kind of order does. \
            docs/exchange.md has the words; Tests/Golden/scenes is full of examples. Times are New York's.
            """,
        arguments: [.argument("FILE", help: "The scene.")],
        examples: [.init("tradewind scene Tests/Golden/scenes/bracket-partial.scene", "a bracket in parts")])

    static func run(_ parsed: Parsed) throws {
        let path = parsed.text("FILE")
        guard case .contents(let bytes, _) = FileReading(path: path) else {
            throw Failure("\(path) cannot be read", exitCode: 1)
        }
        try Console.write(ScenePlay.play(SceneText(String(decoding: bytes, as: UTF8.self))))
    }
}
