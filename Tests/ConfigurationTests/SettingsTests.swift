import Testing

@testable import Configuration

let standardFile = "config/tradewind.yaml"

/// A schema with one setting of each type.
let small = Schema(sections: [
    SettingSection(
        "all", help: "",
        [
            SettingSpec(key: "environment", type: .text, default: .text("development"), help: ""),
            SettingSpec(
                key: "mesh.window_steps", type: .integer(1...100_000), default: .integer(64), help: ""),
            SettingSpec(
                key: "mesh.transport", type: .choice(["ipc", "tcp"]), default: .text("ipc"), help: ""),
            SettingSpec(
                key: "mesh.beat_interval", type: .duration(.milliseconds(10) ... .seconds(60)),
                default: .duration(.milliseconds(500)), help: ""),
            SettingSpec(key: "mesh.curve", type: .flag, default: .flag(false), help: ""),
            SettingSpec(key: "feed.speed", type: .number(0...100), default: .number(0), help: ""),
            SettingSpec(key: "feed.symbols", type: .list, default: .list([]), help: ""),
            SettingSpec(key: "state.size", type: .size, default: .size(16 << 20), help: ""),
            .secret("broker.key", help: ""),
        ])
])

private func load(
    _ yaml: String, files: [String: String] = [:], environment: [String: String] = [:], set: [String] = []
) throws(SettingsError) -> Settings {
    try Settings.load(
        small,
        from: Surroundings(environment: environment, files: files.merging([standardFile: yaml]) { $1 }),
        overrides: set.map(SettingOverride.init(assignment:)))
}

private func problems(
    _ yaml: String, files: [String: String] = [:], environment: [String: String] = [:], set: [String] = []
) -> [String] {
    do {
        _ = try load(yaml, files: files, environment: environment, set: set)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

@Suite("Settings")
struct SettingsTests {
    @Test("every type is read from a file, and remembers its line")
    func types() throws {
        let settings = try load(
            """
            mesh:
              window_steps: 8
              transport: "tcp"
              beat_interval: 1.5s
              curve: yes
            feed.speed: 2.5
            feed:
              symbols: [AAPL, "MSFT"]
            state: { size: 64MiB }
            """)
        #expect(settings.integer("mesh.window_steps") == 8)
        #expect(settings.text("mesh.transport") == "tcp")
        #expect(settings.duration("mesh.beat_interval") == 1_500_000_000)
        #expect(settings.flag("mesh.curve"))
        #expect(settings.number("feed.speed") == 2.5)
        #expect(settings.list("feed.symbols") == ["AAPL", "MSFT"])
        #expect(settings.section("state").size("size") == 64 << 20)
        #expect(settings.secret("broker.key") == nil)
        #expect(settings.origin("mesh.beat_interval") == .file(path: standardFile, line: 4))
        #expect(settings.origin("environment") == .standard)
    }

    @Test("a file with a dozen mistakes is told all of them, each with its line")
    func dozen() {
        let found = problems(
            """
            mesh:
              window_step: 8
              transport: udp
              beat_interval: 500
              curve: maybe
              window_steps: 0
              window_steps: 5
            fed:
              speed: 1
            feed:
              speed: fast
              symbols: {a: b}
            \tstate:
            broker:
              key: hunter2
            state: 5
            mesh.curve: *yes
            """)
        let expected = [
            #"2:3: there is no setting "mesh.window_step"; did you mean mesh.window_steps?"#,
            #"3:14: mesh.transport must be ipc or tcp, not "udp""#,
            #"4:18: mesh.beat_interval must be a duration such as 250ms, 5s or 2m from 10ms to 1m, not "500""#,
            #"5:10: mesh.curve must be true or false, not "maybe""#,
            #"6:17: mesh.window_steps must be a whole number from 1 to 100000, not "0""#,
            "7:3: mesh.window_steps is given twice, first in line 6",
            #"8:1: there is no setting "fed"; did you mean feed?"#,
            #"11:10: feed.speed must be a number from 0 to 100, not "fast""#,
            "12:12: feed.symbols must be a list of texts, not a section",
            "13:1: the line is indented with a tab; YAML is indented with spaces",
            #"13:3: there is no setting "feed.state""#,
            "15:3: broker.key is a secret and does not belong in a settings file; set TRADEWIND_BROKER_KEY, "
                + "or name a file of mode 0600 with broker.key_file",
            "16:8: state is a section: its settings stand below it, indented, each as key: value",
            "17:1: mesh.curve is given twice, first in line 5",
            "17:13: the alias *yes is not supported; write the value out, in quotes if it is a text",
        ]
        #expect(found == expected.map { "\(standardFile):\($0)" })
    }

    @Test(
        "what settings do not use of YAML is refused by name",
        arguments: [
            (
                "mesh: &m\n  curve: true\n",
                "1:7: the anchor &m is not supported; write the value where it is used"
            ),
            (
                "mesh:\n  <<: {}\n",
                "2:3: the merge key << is not supported; use a file for each environment instead"
            ),
            (
                "feed:\n  speed: !!float 1\n",
                "2:10: the tag tag:yaml.org,2002:float is not supported; the setting's key decides its type"
            ),
            ("mesh:\nfeed:\nmesh:\n", "3:1: mesh is given twice, first in line 1"),
            ("feed:\n---\nmesh:\n", "2:1: a second document begins here (---); a settings file holds one"),
            ("- a\n", "1:1: a settings file is a mapping of keys to values"),
            ("[a]: b\n", "1:1: a key is a word, not a list or a mapping"),
            (
                "feed:\n  speed:\n",
                "2:3: feed.speed has no value; give it a number from 0 to 100, or remove the line"
            ),
            ("feed:\n  symbols: [[a]]\n", "2:13: each item of feed.symbols must be a text"),
            (
                "feed: {speed: 1\nmesh:\n",
                "2:5: this is not valid YAML: did not find expected ',' or '}' (while parsing a flow mapping that begins in line 1)"
            ),
        ])
    func refusals(yaml: String, sentence: String) {
        #expect(problems(yaml).first == "\(standardFile):\(sentence)")
    }

    @Test(
        "an empty file, one of comments and empty sections are fine",
        arguments: ["", "# nothing\n", "mesh:\nfeed:\n"])
    func empty(yaml: String) {
        #expect(problems(yaml) == [])
    }

    @Test("bytes that are no text are refused with their line")
    func bytes() {
        let (root, found) = YamlReader.read(Array("mesh:\n  a: ".utf8) + [0xFF, 0xFE])
        #expect(root == nil)
        #expect(found.map(\.sentence) == ["the file is not UTF-8 text"])
        #expect(found.first?.mark.line == 2)
    }

    @Test("nesting without end does not end the process")
    func nesting() {
        let found = problems(String(repeating: "[", count: 100_000))
        #expect(found.contains("\(standardFile):1:34: the file is nested deeper than 32 levels"))
    }

    @Test("the later source is stronger: file, overlay, variable, command line")
    func precedence() throws {
        let base = "feed:\n  speed: 1\nenvironment: paper\n"
        let overlay = ["config/tradewind.paper.yaml": "\nfeed:\n  speed: 2\n"]
        let variable = ["TRADEWIND_FEED_SPEED": "3"]
        let live = ["config/tradewind.live.yaml": "feed.speed: 9"]
        let steps = [
            (try load(base, files: ["config/tradewind.paper.yaml": ""]), 1.0, "\(standardFile):2"),
            (try load(base, files: overlay), 2, "config/tradewind.paper.yaml:3"),
            (
                try load(base, files: live, environment: ["TRADEWIND_ENVIRONMENT": "live"]), 9,
                "config/tradewind.live.yaml:1"
            ),
            (try load(base, files: overlay, environment: variable), 3, "TRADEWIND_FEED_SPEED"),
            (try load(base, files: overlay, environment: variable, set: ["feed.speed=4"]), 4, "--set"),
        ]
        for (settings, speed, origin) in steps {
            #expect(settings.number("feed.speed") == speed)
            #expect(settings.origin("feed.speed").description == origin)
        }
    }

    @Test("an overridden mistake is still a mistake")
    func overridden() {
        #expect(problems("feed:\n  speed: x\n", set: ["feed.speed=1"]).count == 1)
    }

    @Test("the settings file of --config or TRADEWIND_CONFIG must exist, the standard one need not")
    func files() throws {
        let outside = Surroundings(
            environment: ["TRADEWIND_CONFIG": "b.yaml"], files: ["a.yaml": "feed.speed: 7"])
        #expect(try Settings.load(small, from: outside, file: "a.yaml").number("feed.speed") == 7)
        #expect(throws: SettingsError.self) { try Settings.load(small, from: outside) }
        #expect(try Settings.load(small, from: Surroundings()).files == [])
    }

    @Test(
        "variables and overrides are checked as strictly as files",
        arguments: [
            (
                ["TRADEWIND_FEED_SPED": "1"], [],
                "TRADEWIND_FEED_SPED: there is no such variable; did you mean TRADEWIND_FEED_SPEED?"
            ),
            (
                ["TRADEWIND_FEED_SPEED": "x"], [],
                #"TRADEWIND_FEED_SPEED: feed.speed must be a number from 0 to 100, not "x""#
            ),
            ([:], ["feed.sped=1"], #"--set: there is no setting "feed.sped"; did you mean feed.speed?"#),
            (
                [:], ["window_steps=1"],
                #"--set: there is no setting "window_steps"; did you mean mesh.window_steps?"#
            ),
            ([:], ["feed.speed"], "--set: feed.speed has no value; write --set feed.speed=VALUE"),
            (
                [:], ["environment=live"],
                "config/tradewind.live.yaml: the settings file does not exist, but the environment is live; create it, or choose another"
            ),
            (
                [:], ["environment=../x"],
                #"config/tradewind.yaml: environment must be one word, such as paper, not "../x""#
            ),
            (
                [:], ["broker.key=abc"],
                "--set: broker.key is a secret and does not belong on a command line; set TRADEWIND_BROKER_KEY, or name a file of mode 0600 with broker.key_file"
            ),
        ] as [([String: String], [String], String)])
    func strict(environment: [String: String], set: [String], sentence: String) {
        #expect(problems("", environment: environment, set: set) == [sentence])
    }

    @Test("other variables of the house are no mistakes")
    func houseVariables() {
        #expect(
            problems("", environment: ["TRADEWIND_STRICT": "1", "TRADEWIND_ADVERTISE": "x", "PATH": "/"])
                == [])
    }

    @Test("the canonical text has every setting but secrets, sorted, whatever their origins")
    func canonical() throws {
        let expected = """
            environment = development
            feed.speed = 2.5
            feed.symbols = ["A","B"]
            mesh.beat_interval = 2m
            mesh.curve = false
            mesh.transport = ipc
            mesh.window_steps = 64
            state.size = 16MiB

            """
        let written = try load(
            "feed: {speed: 2.50, symbols: [A, B]}\nmesh: {beat_interval: 120s}\n".replacing(
                "120s", with: "60s"))
        #expect(written.canonicalText == expected.replacing("2m", with: "1m"))
        let variables = [
            "TRADEWIND_FEED_SPEED": "2.5", "TRADEWIND_FEED_SYMBOLS": "A, B",
            "TRADEWIND_BROKER_KEY": "hunter2",
        ]
        let given = try load("mesh.beat_interval: 60000ms", environment: variables)
        #expect(given.canonicalText == written.canonicalText)
    }

    @Test("the file in the repository is right, and so is the house's schema")
    func shipped() throws {
        let settings = try Settings.load(from: Surroundings())
        #expect(settings.integer("mesh.window_steps") == 64)
        #expect(settings.duration("mesh.beat_interval") == 500_000_000)
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let files = Surroundings(readFile: { FileReading(path: "\(root)/\($0)") })
        let own = try Settings.load(from: files)
        #expect(own.files == ["config/tradewind.yaml"])
        #expect(own.canonicalText == settings.canonicalText, "the file shows defaults")
    }

    @Test("no bytes crash the loader", arguments: [UInt64(1), 2, 3, 4])
    func fuzz(seed: UInt64) {
        var random = Random(seed: seed)
        let pieces = [
            "mesh:", "\n", "  ", "window_steps", ": ", "- ", "[", "]", "{", "}", "\t", "&a", "*a", "!!x",
            "---", "#",
            "'", "\"", "|", ">", "?", ",", "\u{0}", "é", "\u{FEFF}", "%YAML", "...", "8", "\\x",
        ].map { Array($0.utf8) }
        for round in 0..<2000 {
            var bytes: [UInt8] = []
            for _ in 0..<random.next(below: 40) {
                bytes +=
                    round % 2 == 0
                    ? pieces[random.next(below: pieces.count)] : [UInt8(random.next(below: 256))]
            }
            let contents = bytes
            let outside = Surroundings(readFile: { $0 == "x" ? .contents(contents, mode: 0o600) : .missing })
            do {
                _ = try Settings.load(small, from: outside, file: "x")
            } catch {
                #expect(
                    error.problems.allSatisfy { !$0.sentence.isEmpty && $0.source == "x" }, "seed \(seed)")
            }
        }
    }
}
