import Testing

@testable import Configuration

private let verify = CommandSpec(
    "verify", summary: "run a day again and compare",
    discussion:
        "Feeds every transcript of a day through the machines of today.\n\nA message that differs is printed.",
    options: [
        .option("replay", short: "r", value: "FOLDER", type: .path, help: "Read transcripts from FOLDER."),
        .option("seed", value: "N", type: .integer(1...9), default: .integer(7), help: "The seed."),
        .option("mode", value: "MODE", type: .choice(["fast", "exact"]), help: "How to compare."),
        .option("wait", value: "TIME", type: .duration(.zero ... .seconds(60)), help: "How long to wait."),
        .flag("quiet", short: "q", help: "Print nothing but differences."),
    ],
    arguments: [
        .argument("DAY", help: "the day, as 2026-03-02"),
        .argument("SERVICE", required: false, repeats: true, help: "Only these services."),
    ],
    examples: [.init("tradewind verify 2026-03-02 --quiet", "verify one day")])

private let tradewind = CommandSpec(
    "tradewind", summary: "the command line in front of the mesh", options: .common,
    subcommands: [verify, ConfigCommand.spec])

private func end(of words: String) -> ParseEnd? {
    do {
        _ = try tradewind.parse(words.split(separator: " ").map(String.init))
        return nil
    } catch {
        return error
    }
}

@Suite("Arguments")
struct ArgumentTests {
    @Test("values, flags and arguments arrive typed, however they are spelled")
    func values() throws {
        let parsed = try tradewind.parse([
            "--set", "a=1", "verify", "2026-03-02", "--seed=3", "-r", "here", "-q", "--wait", "1.5s",
            "--set=b=2",
            "feed", "--", "--odd",
        ])
        #expect(parsed.command == ["verify"])
        #expect(parsed.text("DAY") == "2026-03-02")
        #expect(parsed.texts("SERVICE") == ["feed", "--odd"])
        #expect(parsed.int("seed") == 3)
        #expect(parsed.text(ifGiven: "replay") == "here")
        #expect(parsed.flag("quiet"))
        #expect(parsed.duration(ifGiven: "wait") == 1_500_000_000)
        #expect(parsed.texts("set") == ["a=1", "b=2"])
        #expect(parsed.text(ifGiven: "mode") == nil)
        #expect(!parsed.isGiven("mode"))
    }

    @Test("defaults hold where nothing is given")
    func defaults() throws {
        let parsed = try tradewind.parse(["verify", "-5"])
        #expect(parsed.int("seed") == 7)
        #expect(!parsed.flag("quiet"))
        #expect(parsed.text("DAY") == "-5")
    }

    @Test(
        "a mistake is one sentence that names what would be right",
        arguments: [
            (
                "verify D --replya x",
                "unknown option --replya; did you mean --replay? See tradewind verify --help"
            ),
            ("verify D --zzzzzz", "unknown option --zzzzzz. See tradewind verify --help"),
            ("verify D -x", "unknown option -x. See tradewind verify --help"),
            ("verfy", "unknown command verfy; did you mean verify? See tradewind --help"),
            ("config chekc", "unknown command chekc; did you mean check? See tradewind config --help"),
            ("verify", "tradewind verify needs DAY: the day, as 2026-03-02. See tradewind verify --help"),
            (
                "verify D --seed 12",
                #"--seed must be a whole number from 1 to 9, not "12". See tradewind verify --help"#
            ),
            (
                "verify D --seed x",
                #"--seed must be a whole number from 1 to 9, not "x". See tradewind verify --help"#
            ),
            ("verify D --seed 1 --seed 2", "option --seed is given twice. See tradewind verify --help"),
            ("verify D --seed", "option --seed needs a value: --seed N. See tradewind verify --help"),
            ("verify D --seed --quiet", "option --seed needs a value: --seed N. See tradewind verify --help"),
            ("verify D --quiet=1", "option --quiet takes no value. See tradewind verify --help"),
            (
                "verify D --mode exat",
                #"--mode must be fast or exact, not "exat"; did you mean exact? See tradewind verify --help"#
            ),
            (
                "config show extra",
                #"tradewind config show takes no arguments, but was given "extra". See tradewind config show --help"#
            ),
        ])
    func mistakes(words: String, sentence: String) {
        #expect(end(of: words) == .usage(sentence))
    }

    @Test("a command that needs a subcommand shows its help as an answer to a mistake")
    func incomplete() {
        guard case .incomplete(let help) = end(of: "config") else {
            Issue.record("not incomplete")
            return
        }
        #expect(help.contains("Usage: tradewind config [OPTIONS] COMMAND"))
    }

    @Test("a command that has something to do by itself does it where no subcommand is named")
    func fallback() throws {
        let group = CommandSpec(
            "tradewind", summary: "",
            subcommands: [
                CommandSpec("list", summary: "", options: [.flag("json", help: "")]),
                CommandSpec("show", summary: "", arguments: [.argument("NAME", help: "")]),
            ], fallback: "list")
        #expect(try group.parse([]).command == ["list"])
        #expect(try group.parse(["--json"]).flag("json"))
        #expect(try group.parse(["show", "rsi"]).command == ["show"])
        #expect(HelpText([group]).text.contains("Without COMMAND, list is meant."))
        do {
            _ = try group.parse(["sow"])
            Issue.record("a word that is no subcommand is taken")
        } catch {
            guard case .usage = error else { throw error }
        }
    }

    @Test("--version names the executable")
    func version() {
        #expect(end(of: "verify --version") == .version("tradewind \(tradewindVersion)\n"))
    }

    @Test("help teaches", arguments: ["verify --help", "verify -h", "verify D --seed 3 --help"])
    func help(words: String) {
        let expected = """
            tradewind verify: run a day again and compare

            Usage: tradewind verify [OPTIONS] DAY [SERVICE…]

            Feeds every transcript of a day through the machines of today.

            A message that differs is printed.

            Arguments:
              DAY      the day, as 2026-03-02
              SERVICE  Only these services.

            Options:
              -r, --replay FOLDER  Read transcripts from FOLDER.
                  --seed N         The seed. (a whole number from 1 to 9; default 7)
                  --mode MODE      How to compare. (fast or exact)
                  --wait TIME      How long to wait. (a duration such as 250ms, 5s or 2m of at most 1m)
              -q, --quiet          Print nothing but differences.
              -h, --help           Show this help.
                  --version        Show the version.

            Common options:
                  --config FILE        Read settings from FILE instead of config/tradewind.yaml.
                  --set KEY=VALUE      Give one setting a value for this run. (may be repeated)
                  --log-level LEVEL    Log nothing below LEVEL. (debug, info, warning or error)
                  --log-format FORMAT  Write log lines for people or for programs. (text or json)
                  --log-file FILE      Write the log to FILE instead of standard error.

            Examples:
              # verify one day
              tradewind verify 2026-03-02 --quiet

            """
        #expect(end(of: words) == .help(expected))
    }

    @Test("no words crash the parser", arguments: [UInt64(1), 2, 3])
    func fuzz(seed: UInt64) {
        var random = Random(seed: seed)
        let pieces = [
            "--", "-", "--seed", "=", "9", "verify", "config", "show", "--set", "\u{0}", "é", "-q", "--help",
            "--x=", "", "-5",
        ]
        var refused = 0
        for _ in 0..<3000 {
            let words = (0..<random.next(below: 7)).map { _ in
                (0..<random.next(below: 3)).map { _ in pieces[random.next(below: pieces.count)] }.joined()
            }
            do {
                let parsed = try tradewind.parse(words)
                _ = parsed.texts("set")
            } catch {
                refused += 1
            }
        }
        #expect(refused > 1000)
    }
}
