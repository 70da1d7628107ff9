import Domain

/// What an account was worth over time: the venue notes it at the end of every bar.
extension Venue {
    private struct Frame {
        let name: String
        /// Nothing: a day.
        let span: Int64?
    }

    private static let frames = [
        Frame(name: "1Min", span: Nanoseconds.minute), Frame(name: "5Min", span: 5 * Nanoseconds.minute),
        Frame(name: "15Min", span: 15 * Nanoseconds.minute), Frame(name: "1H", span: Nanoseconds.hour),
        Frame(name: "1D", span: nil),
    ]

    func portfolioHistory(_ request: AlpacaRequest, of account: Int) throws(Refusal) -> Document {
        let today = VenueHours.day(of: now)
        var end = now
        if let given = try request.moment("end") {
            end = given
        } else if let date = try request.date("date_end") {
            end = EasternTime.moment(on: date + 1, at: 0)
        }
        let start: Timestamp
        let days: Int
        if let given = try request.moment("start") {
            start = given
            days = Int((end - given) / Nanoseconds.day)
        } else {
            let period = request.value("period") ?? "1M"
            guard let length = Venue.days(of: period) else { throw .invalid("invalid period: \(period)") }
            days = length
            // A day is a session: it begins with the day itself.
            start = EasternTime.moment(on: VenueHours.day(of: end) - (length - 1), at: 0)
        }
        let usual = days <= 1 ? "5Min" : days <= 7 ? "15Min" : "1D"
        let wanted = request.value("timeframe") ?? usual
        guard let frame = Venue.frames.first(where: { $0.name.lowercased() == wanted.lowercased() }) else {
            throw .invalid("invalid timeframe: \(wanted)")
        }
        let points = points(frame, from: start, to: end, of: account)
        let base = base(before: start, of: account)
        var members: [(key: String, value: Document)] = [
            ("timestamp", .list(points.map { .integer($0.at.nanoseconds / Nanoseconds.second) })),
            ("equity", .list(points.map { .figure($0.equity) })),
            ("profit_loss", .list(points.map { .figure($0.equity - base) })),
            ("profit_loss_pct", .list(points.map { .number(Venue.ratio($0.equity - base, base)) })),
            ("base_value", .figure(base)),
        ]
        members.append(("base_value_asof", .text((today - max(days, 1)).description)))
        members.append(("timeframe", .text(frame.name)))
        members.append(("cashflow", [:]))
        return .object(members)
    }

    /// The last equity of each window, labelled with the window's beginning, or with the day's.
    private func points(
        _ frame: Frame, from start: Timestamp, to end: Timestamp, of account: Int
    ) -> [VenueAccount.Sample] {
        var points: [VenueAccount.Sample] = []
        let now = VenueAccount.Sample(at: now, equity: equity(account))
        for sample in accounts[account].samples + [now] where sample.at >= start && sample.at <= end {
            let label: Timestamp
            if let span = frame.span {
                label = sample.at.floored(to: span)
            } else {
                label = EasternTime.moment(on: VenueHours.day(of: sample.at), at: 0)
            }
            if points.last?.at == label { points.removeLast() }
            points.append(VenueAccount.Sample(at: label, equity: sample.equity))
        }
        return points
    }

    private func base(before start: Timestamp, of account: Int) -> Money {
        accounts[account].samples.last { $0.at < start }?.equity ?? accounts[account].cashAtFirst
    }

    /// `5D`, `2W`, `1M`, `1A` in days.
    private static func days(of period: String) -> Int? {
        guard let unit = period.last, let count = Int(period.dropLast()), (1...10_000).contains(count) else {
            return nil
        }
        switch unit {
        case "D": return count
        case "W": return 7 * count
        case "M": return 30 * count
        case "A", "Y": return 365 * count
        default: return nil
        }
    }
}
