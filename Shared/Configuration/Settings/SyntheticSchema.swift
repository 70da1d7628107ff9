extension Schema {
    static let synthetic = SettingSection(
        "synthetic", help: "What an invented market does: docs/providers.md.",
        [
            SettingSpec(
                key: "synthetic.market", type: .choice(["plain", "real"]), default: .text("plain"),
                help:
                    "plain is a walk of steady volatility for each symbol; real has every part that follows.")
        ] + [
            part("volatility", "Volatility that comes in waves, and rises where prices fall"),
            part("jumps", "Jumps, most of them over night"),
            part("sectors", "Symbols that move together, those of a sector more than others"),
            part("regimes", "Calm, rising, falling and panicking days for all symbols together"),
            part("splits", "Splits where a price has grown far, and reverse ones where it is very low"),
            part("dividends", "Dividends each quarter, of two companies in three"),
        ])

    private static func part(_ name: String, _ meaning: String) -> SettingSpec {
        SettingSpec(
            key: "synthetic.\(name)", type: .choice(["market", "with", "without"]), default: .text("market"),
            help: "\(meaning); market has it as synthetic.market says.")
    }
}
