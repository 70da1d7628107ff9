import Testing

@testable import Configuration

private let root = CommandSpec(
    "tradewind", summary: "everything", options: .common, subcommands: [ConfigCommand.spec])

private func output(_ words: [String], yaml: String, environment: [String: String] = [:]) throws -> String {
    var text = ""
    try ConfigCommand.run(
        root.parse(["config"] + words), small,
        from: Surroundings(environment: environment, files: [standardFile: yaml]),
        terminal: Terminal(isTerminal: false),
        write: { text += $0 })
    return text
}

@Suite("tradewind config")
struct ConfigCommandTests {
    @Test("show gives each setting, its value and its origin")
    func show() throws {
        let text = try output(
            ["show", "--given", "--set", "mesh.curve=true"], yaml: "feed:\n  speed: 2\n",
            environment: ["TRADEWIND_BROKER_KEY": "hunter2"])
        #expect(
            text == """
                setting     value   origin
                mesh.curve  true    --set
                feed.speed  2       config/tradewind.yaml:2
                broker.key  ••••••  TRADEWIND_BROKER_KEY

                """)
    }

    @Test("show --json gives the same for programs")
    func showJSON() throws {
        #expect(
            try output(["show", "--json", "--given"], yaml: "feed:\n  speed: 2\n  symbols: [A]\n")
                == #"[{"key":"feed.speed","value":2.0,"origin":"config/tradewind.yaml:2"},"#
                + #"{"key":"feed.symbols","value":["A"],"origin":"config/tradewind.yaml:3"}]"# + "\n")
    }

    @Test("check says what it read")
    func check() throws {
        #expect(
            try output(["check"], yaml: "feed.speed: 2")
                == "config/tradewind.yaml: all is well; 1 of 9 settings are given\n"
        )
        #expect(try output(["check", "--json"], yaml: "") == "[]\n")
    }

    @Test("check fails with the mistakes")
    func checkFails() {
        let error = #expect(throws: SettingsError.self) { try output(["check"], yaml: "fed.speed: 2") }
        #expect(
            error?.description
                == "the settings are wrong:\n  config/tradewind.yaml:1:1: there is no setting \"fed.speed\"; "
                + "did you mean feed.speed?")
    }

    @Test("the page about settings has what tradewind config reference writes")
    func reference() throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        guard case .contents(let page, _) = FileReading(path: root + "/docs/settings.md") else {
            Issue.record("docs/settings.md is missing")
            return
        }
        #expect(String(decoding: page, as: UTF8.self).hasSuffix(Schema.tradewind.reference))
    }

    @Test("log options of a command line are settings")
    func logOptions() throws {
        let parsed = try root.parse(["config", "show", "--log-level", "debug", "--log-file", "x.log"])
        let settings = try Settings.load(from: Surroundings(), for: parsed)
        #expect(settings.text("log.level") == "debug")
        #expect(settings.origin("log.file").description == "--log-file")
    }
}
