import Configuration
import Domain

/// What `manifest.json` says of a series: its files, and what each holds.
struct SeriesManifest: Equatable {
    struct File: Equatable {
        var name: String
        var rows: Int
        /// When the oldest and the newest bar opened, in nanoseconds.
        var first: Int64
        var last: Int64
        var bytes: Int
        /// CRC-32C, looked at whenever the file is read.
        var checksum: UInt32
        /// BLAKE2b-256 under the key of `FileHash`, in hex.
        var hash: String
        var providers: [String]
        /// Bars that others took the place of, which lie in a file of their own.
        var isReplaced: Bool
        /// What compaction took away of what was known of its bars before; nothing where all of it is there.
        var dropped: Dropped?

        /// Its month or decade.
        var period: Substring { (name.split(separator: "/").last ?? "").prefix { $0 != "." } }

        /// `2024-03.parquet`, and `replaced/2024-03.parquet`, which a pattern for the bars does not find.
        static func name(of period: String, isReplaced: Bool) -> String {
            (isReplaced ? "replaced/" : "") + period + ".parquet"
        }

        /// Whether a manifest may name such a file: nothing else is ever opened or removed.
        static func isName(_ name: String) -> Bool {
            let file = name.hasPrefix("replaced/") ? name.dropFirst(9) : name[...]
            return file.hasSuffix(".parquet") && file.count > 8
                && file.dropLast(8).allSatisfy { $0.isASCII && ($0.isNumber || $0 == "-" || $0 == "s") }
        }
    }

    /// What was known before `until` of bars that open from `first` to `last` is not there any more.
    struct Dropped: Equatable {
        var first: Int64
        var last: Int64
        var until: Int64

        /// Both together.
        func joined(_ other: Dropped?) -> Dropped {
            guard let other else { return self }
            return Dropped(
                first: min(first, other.first), last: max(last, other.last), until: max(until, other.until))
        }
    }

    static let layout = 1
    /// Where versions were dropped: a program that knows nothing of it would give holes as what was known.
    static let layoutOfDropped = 2

    /// How often the series was written.
    var version = 0
    var files: [File] = []

    var current: [File] { files.filter { !$0.isReplaced } }

    func file(of period: String, isReplaced: Bool) -> File? {
        files.first { $0.period == period && $0.isReplaced == isReplaced }
    }

    /// One for all of a period, replaced ones aside; sorted by name.
    mutating func put(_ file: File) {
        files.removeAll { $0.name == file.name }
        files.append(file)
        files.sort { $0.name < $1.name }
    }
}

// MARK: JSON

extension SeriesManifest {
    func json(of key: SeriesKey) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("layout")
            let isWhole = files.allSatisfy { $0.dropped == nil }
            json.integer(isWhole ? SeriesManifest.layout : SeriesManifest.layoutOfDropped)
            json.key("symbol")
            json.string(key.symbol.text)
            json.key("interval")
            json.string("\(key.interval)")
            json.key("version")
            json.integer(version)
            json.key("files")
            json.array { json in for file in files { file.write(&json) } }
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    init(_ bytes: [UInt8], of key: SeriesKey, path: String) throws(StoreError) {
        let json: JSONValue
        do throws(JSONProblem) {
            json = try JSONValue(bytes)
        } catch {
            throw StoreError(
                .damaged, "\(path): \(error); `tradewind data snapshot restore` brings an older one back")
        }
        guard let layout = json["layout"]?.integer, let version = json["version"]?.integer, version >= 0,
            let files = json["files"]
        else {
            throw StoreError(
                .damaged, "\(path): this is no manifest of a series; layout, version and files belong there")
        }
        guard (SeriesManifest.layout...SeriesManifest.layoutOfDropped).contains(layout) else {
            throw StoreError(
                .refused,
                "\(path): the series has layout \(layout), and this program knows layouts up to "
                    + "\(SeriesManifest.layoutOfDropped); the program that wrote it, or a newer one, can read it"
            )
        }
        guard json["symbol"]?.text == key.symbol.text, json["interval"]?.text == "\(key.interval)" else {
            throw StoreError(
                .damaged,
                "\(path): it is the manifest of \(json["symbol"]?.text ?? "") \(json["interval"]?.text ?? ""), "
                    + "and lies in the folder of \(key)")
        }
        self.version = version
        var index = 0
        while let value = files[index] {
            guard let file = File(value) else {
                throw StoreError(.damaged, "\(path): file \(index) is not described as it must be")
            }
            self.files.append(file)
            index += 1
        }
    }
}

extension SeriesManifest.File {
    fileprivate func write(_ json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.string(name)
            json.key("rows")
            json.integer(rows)
            for (key, moment) in [("first", first), ("last", last)] {
                json.key(key)
                json.string("\(Timestamp(nanoseconds: moment))")
            }
            json.key("bytes")
            json.integer(bytes)
            json.key("crc32c")
            json.integer(checksum)
            json.key("blake2b")
            json.string(hash)
            json.key("providers")
            json.array { json in for name in providers { json.string(name) } }
            json.key("replaced")
            json.flag(isReplaced)
            guard let dropped else { return }
            json.key("dropped")
            json.object { json in
                for (key, moment) in [
                    ("first", dropped.first), ("last", dropped.last), ("until", dropped.until),
                ] {
                    json.key(key)
                    json.string("\(Timestamp(nanoseconds: moment))")
                }
            }
        }
    }

    fileprivate init?(_ json: JSONValue) {
        guard let name = json["name"]?.text, SeriesManifest.File.isName(name),
            let rows = json["rows"]?.integer, rows >= 0, let bytes = json["bytes"]?.integer, bytes >= 0,
            let checksum = json["crc32c"]?.integer.flatMap({ UInt32(exactly: $0) }),
            let hash = json["blake2b"]?.text,
            let first = json["first"]?.text.flatMap({ try? Timestamp($0) }),
            let last = json["last"]?.text.flatMap({ try? Timestamp($0) }), first <= last,
            let isReplaced = json["replaced"]?.flag
        else { return nil }
        self.name = name
        self.rows = rows
        self.bytes = bytes
        self.checksum = checksum
        self.hash = hash
        self.first = first.nanoseconds
        self.last = last.nanoseconds
        self.isReplaced = isReplaced
        providers = []
        if let dropped = json["dropped"] {
            guard let found = SeriesManifest.Dropped(dropped) else { return nil }
            self.dropped = found
        }
        while let provider = json["providers"]?[providers.count]?.text { providers.append(provider) }
    }
}

extension SeriesManifest.Dropped {
    fileprivate init?(_ json: JSONValue) {
        let moments = ["first", "last", "until"].map { json[$0]?.text.flatMap { try? Timestamp($0) } }
        guard let first = moments[0], let last = moments[1], let until = moments[2], first <= last else {
            return nil
        }
        (self.first, self.last, self.until) = (first.nanoseconds, last.nanoseconds, until.nanoseconds)
    }
}

extension SeriesManifest.File {
    /// What a manifest says of a file with these rows.
    init(name: String, of rows: SeriesRows, _ bytes: [UInt8], isReplaced: Bool) {
        let moments = rows.bars.openedAt
        self.init(
            name: name, rows: rows.count, first: moments.min() ?? 0, last: moments.max() ?? 0,
            bytes: bytes.count, checksum: FileHash.crc32c(bytes), hash: FileHash.blake2b(bytes),
            providers: Set(rows.provider).map { rows.names[Int($0)] }.sorted(), isReplaced: isReplaced)
    }
}
