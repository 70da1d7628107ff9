import Configuration
import Domain

/// `tradewind calendar`: the sessions of an exchange.
enum CalendarCommand {
    static let spec = CommandSpec(
        "calendar", summary: "show the sessions of an exchange",
        options: [
            .option("from", value: "DATE", required: true, help: "The first day."),
            .option("to", value: "DATE", required: true, help: "The last day."),
            .flag("csv", help: "Print date, open and close in UTC as CSV."),
            .flag("json", help: "Print the same as JSON."),
        ],
        arguments: [.argument("EXCHANGE", type: .choice(["XNYS"]), default: .text("XNYS"), help: "XNYS")],
        examples: [.init("tradewind calendar --from 2026-11-20 --to 2026-12-31", "half days are marked")])

    static func run(_ parsed: Parsed) throws {
        let calendar = try TradingCalendar.named(parsed.text("EXCHANGE"))
        let (first, last) = (try CivilDate(parsed.text("from")), try CivilDate(parsed.text("to")))
        let rows = try calendar.csv(from: first, to: last)
        if parsed.flag("csv") { return try Console.write(rows.joined(separator: "\n") + "\n") }
        if parsed.flag("json") {
            let objects = rows.dropFirst().map { row in
                let parts = row.split(separator: ",").map { JSONWriter.string(String($0)) }
                return "{\"date\":\(parts[0]),\"open\":\(parts[1]),\"close\":\(parts[2])}"
            }
            return try Console.write("[\(objects.joined(separator: ","))]\n")
        }
        var table = Table(columns: [
            .text("date"), .text("day"), .text("open (UTC)"), .text("close (UTC)"), .text(""),
        ])
        for session in calendar.sessions(from: first, to: last) {
            table.add([
                "\(session.date)", "\(session.date.weekday)", "\(session.open)", "\(session.close)",
                session.isHalfDay ? "half day" : "",
            ])
        }
        try Console.write(table.text(width: nil, paint: Terminal.standardOutput.paint))
    }
}
