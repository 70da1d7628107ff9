extension Schema {
    static let marketData = SettingSection(
        "data", help: "Recorded market data.",
        [
            SettingSpec(
                key: "data.store", type: .path, default: .text("store"),
                help: "The folder in which `tradewind data` keeps bars, and backtests by symbol find them.")
        ])
}
