import Configuration
import Domain
import Features

/// `tradewind features check`: what the validator finds in the features of files.
struct FeatureCheck {
    private let market: FeatureMarket
    private let findings: [FeatureValidator.Finding]

    init(_ market: FeatureMarket, outlierFrom: Double) {
        self.market = market
        let columns = market.columns()
        let validator = FeatureValidator(outlierFrom: outlierFrom)
        findings = market.set.features.indices.flatMap { feature in
            market.symbols.indices.flatMap { symbol in
                validator.findings(
                    columns[feature: feature, symbol: symbol], feature: market.set.features[feature].name,
                    symbol: market.symbols[symbol].text)
            }
        }
    }

    func print(asJSON: Bool) throws {
        try Console.write(asJSON ? json : text)
        if !findings.isEmpty {
            throw Failure("\(findings.count) finding\(findings.count == 1 ? "" : "s") in the features")
        }
    }

    private func moment(_ finding: FeatureValidator.Finding) -> String? {
        finding.instant.map { "\(market.moments[$0])" }
    }

    private var text: String {
        guard !findings.isEmpty else {
            return "\(market.set.features.count) features of \(market.symbols.count) symbols: nothing found\n"
        }
        var table = Table(
            columns: [.text("what"), .text("feature"), .text("symbol"), .text("time"), .text("why")])
        for finding in findings {
            table.add([
                finding.kind.rawValue, finding.feature, finding.symbol, moment(finding) ?? "", finding.reason,
            ])
        }
        return table.text(paint: Terminal.standardOutput.paint)
    }

    private var json: String {
        var json = JSONWriter()
        json.array { json in
            for finding in findings {
                json.object { json in
                    let texts = [
                        ("kind", finding.kind.rawValue), ("feature", finding.feature),
                        ("symbol", finding.symbol),
                        ("time", moment(finding) ?? ""), ("reason", finding.reason),
                    ]
                    for (key, text) in texts {
                        json.key(key)
                        json.string(text)
                    }
                }
            }
        }
        return json.text + "\n"
    }
}

/// `tradewind features drift`: the features of later bars beside those of a reference window.
struct FeatureDrift {
    private struct Row {
        var feature: String
        var reference: Int
        var now: Int
        var drift: Drift?
    }

    private let rows: [Row]

    init(_ market: FeatureMarket, referenceTo last: CivilDate) {
        let columns = market.columns()
        let first =
            market.moments.firstIndex { EasternTime.local(at: $0).date > last } ?? market.moments.count
        rows = market.set.features.enumerated().map { place, feature in
            let all = market.symbols.indices.map { columns[feature: place, symbol: $0] }
            let reference = all.flatMap { $0[..<first].compactMap { $0 } }
            let now = all.flatMap { $0[first...].compactMap { $0 } }
            return Row(
                feature: feature.name, reference: reference.count, now: now.count,
                drift: Drift(of: now, against: reference))
        }
    }

    func print(asJSON: Bool) throws { try Console.write(asJSON ? json : text) }

    private var text: String {
        var table = Table(
            columns: [
                .text("feature"), .number("reference"), .number("now"), .number("index"), .number("distance"),
                .number("p"), .text(""),
            ])
        for row in rows {
            guard let drift = row.drift else {
                table.add([row.feature, "\(row.reference)", "\(row.now)", "", "", "", "nothing to compare"])
                continue
            }
            let figures = [drift.stabilityIndex, drift.test.statistic, drift.test.pValue]
            table.add(
                [row.feature, "\(row.reference)", "\(row.now)"] + figures.map(Plot.label)
                    + [drift.stabilityIndex > 0.25 ? "moved" : ""])
        }
        return table.text(paint: Terminal.standardOutput.paint)
    }

    private var json: String {
        var json = JSONWriter()
        json.array { json in
            for row in rows {
                json.object { json in
                    json.key("feature")
                    json.string(row.feature)
                    for (key, count) in [("reference", row.reference), ("now", row.now)] {
                        json.key(key)
                        json.integer(count)
                    }
                    let figures = [
                        ("stability_index", row.drift?.stabilityIndex),
                        ("ks_statistic", row.drift?.test.statistic),
                        ("ks_p_value", row.drift?.test.pValue),
                    ]
                    for (key, figure) in figures {
                        json.key(key)
                        if let figure { json.number(figure) } else { json.null() }
                    }
                }
            }
        }
        return json.text + "\n"
    }
}
