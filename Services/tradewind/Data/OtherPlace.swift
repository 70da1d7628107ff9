import Configuration
import HTTP
import ObjectStore
import Store

/// A place for data beside this machine's own, by its name in an option or a setting: a folder, or s3://BUCKET/PREFIX.
enum OtherPlace {
    static func opened(_ text: String, _ settings: Configuration.Settings) throws -> any BackupPlace {
        guard text.hasPrefix("s3://") else { return BackupFolder(text) }
        let words = text.dropFirst(5).split(separator: "/", maxSplits: 1)
        guard let bucket = words.first else {
            throw Failure("\(text): the bucket is missing; s3://BUCKET/PREFIX would be right", exitCode: 2)
        }
        guard let key = settings.secret("data.s3_key"), let secret = settings.secret("data.s3_secret") else {
            throw Failure(
                "\(text) needs keys: TRADEWIND_DATA_S3_KEY and TRADEWIND_DATA_S3_SECRET, or files of them "
                    + "(data.s3_key_file, data.s3_secret_file)")
        }
        return ObjectStore(
            .init(
                endpoint: settings.text("data.s3_endpoint"), region: settings.text("data.s3_region"),
                bucket: String(bucket), prefix: words.count > 1 ? String(words[1]) : "", key: key,
                secret: secret),
            CurlTransport(proxy: settings.text("providers.proxy")))
    }
}
