extension Schema {
    static let marketData = SettingSection(
        "data", help: "Recorded market data.",
        [
            SettingSpec(
                key: "data.store", type: .path, default: .text("store"),
                help: "The folder in which `tradewind data` keeps bars, and backtests by symbol find them."),
            SettingSpec(
                key: "data.codec", type: .choice(["snappy", "zstd"]), default: .text("snappy"),
                help:
                    "How new files of a store are packed; `tradewind data compact` packs those that are there anew."
            ),
            SettingSpec(
                key: "data.backup", type: .text, default: .text(""),
                help: "Where `tradewind data backup` copies the store: a folder, or s3://BUCKET/PREFIX."),
            SettingSpec(
                key: "data.static", type: .text, default: .text(""),
                help:
                    "Where `tradewind data refresh` puts what it fetched for other machines, and reads it where nobody "
                    + "can be asked: a folder, or s3://BUCKET/PREFIX."),
            SettingSpec(
                key: "data.s3_endpoint", type: .text, default: .text(""),
                help: "The address of an object store that is not Amazon's; empty for that of data.s3_region."
            ),
            SettingSpec(
                key: "data.s3_region", type: .text, default: .text("us-east-1"),
                help: "The region of the bucket."),
            .secret("data.s3_key", help: "The id of the key for the object store."),
            .secret("data.s3_secret", help: "The key's secret."),
        ])
}
