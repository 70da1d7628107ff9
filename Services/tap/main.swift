/// tap: shows what is said in the mesh, live or from transcripts. It takes part in nothing and slows nobody.
import Configuration
import Domain
import Mesh
import Wire

let command = CommandSpec(
    "tap", summary: "show what is said in the mesh, live or from a transcript",
    discussion: """
        A topic pattern is the beginning of a topic, or has * for one part and ** for the rest. --where compares \
        fields with == != < <= > >= and ~ (contains), joined by && || ! and brackets; a field is named by its path or \
        the end of it.
        """,
    options: [
        .option("service", value: "NAME", help: "Only what this service or instance says."),
        .option("symbol", value: "SYMBOL", help: "Only what is about this instrument."),
        .option("where", value: "CONDITION", help: "Only what meets the condition."),
        .option(
            "form", value: "FORM", type: .choice(Printer.Form.allCases.map(\.rawValue)),
            default: .text("line"),
            help: "How a message is written."),
        .option("count", value: "N", type: .integer(1...Int.max), help: "Stop after so many messages."),
        .option(
            "for", value: "TIME", type: .duration(.zero ... .seconds(86_400)),
            help: "Stop after this time, 10s or 5m."),
        .option(
            "transcript", value: "FOLDER", type: .path, help: "Read this transcript instead of listening."),
        .flag("stats", help: "At the end: rates, missing numbers, repeats and delays of each topic."),
    ] + .common,
    arguments: [
        .argument("TOPIC", required: false, repeats: true, help: "patterns of topics; all by default")
    ],
    examples: [
        .init("tap market/bar --symbol AAPL", "bars of one share as they come"),
        .init("tap 'control/beat/*' --form pretty --count 1", "one beat, all of it"),
        .init("tap --where 'bar.close > 100 && symbol == \"AAPL\"'", "by fields"),
        .init(
            "tap --transcript state/historian/all --stats --where 'body == \"store\"'", "from a transcript"),
    ])

run(command) { parsed in
    Stop.listen()
    var tap = try Tap(parsed)
    if let folder = parsed.text(ifGiven: "transcript") {
        try tap.read(folder)
    } else {
        try tap.listen(MeshSettings(Settings.load(for: parsed)), for: parsed.duration(ifGiven: "for"))
    }
    try tap.finish()
}
