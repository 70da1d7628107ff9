import Configuration

/// The command line of tap.
let tapCommand = CommandSpec(
    "tap", summary: "show what is said in the mesh, live, from a transcript or from a recording",
    discussion: """
        A topic pattern is the beginning of a topic, or has * for one part and ** for the rest. --where compares \
        fields with == != < <= > >= and ~ (contains), joined by && || ! and brackets; a field is named by its path or \
        the end of it.
        """,
    options: filters + sources + outlets + .common,
    arguments: [
        .argument("TOPIC", required: false, repeats: true, help: "patterns of topics; all by default")
    ],
    examples: [
        .init("tap market/bar --symbol AAPL", "bars of one share as they come"),
        .init("tap 'control/beat/*' --form pretty --count 1", "one beat, all of it"),
        .init("tap --where 'bar.close > 100 && symbol == \"AAPL\"'", "by fields"),
        .init(
            "tap --transcript state/historian/all --stats --where 'body == \"store\"'", "from a transcript"),
        .init("tap --top", "a live table of topics and services"),
        .init("tap --record day.rec", "keep what is said, until Ctrl-C"),
        .init("tap --replay day.rec --speed 10x", "and hear it again, ten times as fast"),
        .init("tap --why local/store:1/42", "what brought a message about, back to the datum"),
    ])

private let filters: [OptionSpec] = [
    .option("service", value: "NAME", help: "Only what this service or instance says.", group: "Which"),
    .option("symbol", value: "SYMBOL", help: "Only what is about this instrument.", group: "Which"),
    .option("where", value: "CONDITION", help: "Only what meets the condition.", group: "Which"),
    .option("from", value: "TIME", help: "Nothing sent before this day or time, UTC.", group: "Which"),
    .option("to", value: "TIME", help: "Nothing sent after this day or time.", group: "Which"),
    .option(
        "count", value: "N", type: .integer(1...Int.max), help: "Stop after so many messages.", group: "Which"
    ),
]

private let sources: [OptionSpec] = [
    .option(
        "for", value: "TIME", type: .duration(.zero ... .seconds(86_400)),
        help: "Stop listening after this time, 10s or 5m.", group: "From where"),
    .option(
        "transcript", value: "FOLDER", type: .path, help: "Read this transcript instead of listening.",
        group: "From where"),
    .option(
        "replay", value: "FILE", type: .path, help: "Play this recording instead of listening.",
        group: "From where"),
    .option(
        "speed", value: "SPEED", default: .text("1x"),
        help: "With --replay: how many times as fast; max for as fast as it goes.", group: "From where"),
]

private let outlets: [OptionSpec] = [
    .option(
        "form", value: "FORM", type: .choice(Printer.Form.allCases.map(\.rawValue)), default: .text("line"),
        help: "How a message is written.", group: "What becomes of it"),
    .flag("json", help: "Write messages, statistics and causes as JSON.", group: "What becomes of it"),
    .flag(
        "stats", help: "At the end: rates, sizes, missing numbers, repeats, and delays of each hop.",
        group: "What becomes of it"),
    .flag("top", help: "A live table of services and topics.", group: "What becomes of it"),
    .option(
        "record", value: "FILE", type: .path, help: "Keep it in this file, for --replay.",
        group: "What becomes of it"),
    .option(
        "why", value: "MESSAGE",
        help: "Follow TOPIC:EPOCH/NUMBER, or the last message of an order, back to what caused it.",
        group: "What becomes of it"),
]

/// Refuses options that contradict each other.
func checkCombination(_ parsed: Parsed) throws(Failure) {
    let exclusive = [
        ["transcript", "replay", "why"], ["transcript", "for"], ["replay", "for"], ["why", "for"],
        ["stats", "top"], ["why", "stats"], ["why", "top"], ["why", "record"], ["json", "top"],
        ["stats", "form"], ["top", "form"], ["record", "form"], ["transcript", "top"], ["json", "form"],
    ]
    func isAsked(_ name: String) -> Bool {
        ["stats", "top", "json"].contains(name) ? parsed.flag(name) : parsed.isGiven(name)
    }
    for names in exclusive {
        let asked = names.filter(isAsked)
        guard asked.count > 1 else { continue }
        throw Failure(
            "--\(asked[0]) and --\(asked[1]) do not go together; leave one of them out", exitCode: 2)
    }
    guard !parsed.isGiven("speed") || parsed.isGiven("replay") else {
        throw Failure("--speed says how fast a recording is played; name one with --replay FILE", exitCode: 2)
    }
}
