import Configuration
import Domain

/// What a backup holds: of each series the hash of its manifest, which says all else, and the files of splits and
/// dividends.
struct BackupList {
    struct Series {
        var key: SeriesKey
        var manifest: String
    }

    struct File {
        var name: String
        var hash: String
    }

    var series: [Series] = []
    var actions: [File] = []

    private static let layout = 1

    init() {}

    /// Nothing where the bytes are no whole list of ours.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(bytes), json["layout"]?.integer == BackupList.layout,
            case .array(let series)? = json["series"], case .array(let actions)? = json["actions"]
        else { return nil }
        for item in series {
            guard let symbol = item["symbol"]?.text.flatMap({ Symbol($0) }),
                let interval = item["interval"]?.text.flatMap({ try? Interval($0) }),
                let hash = BackupList.hash(item["manifest"])
            else { return nil }
            self.series.append(Series(key: SeriesKey(symbol, interval), manifest: hash))
        }
        for item in actions {
            // A name that leads out of its folder is none of ours.
            guard let name = item["file"]?.text, !name.contains("/"), !name.hasPrefix("."),
                name.hasSuffix(".csv"), let hash = BackupList.hash(item["hash"])
            else { return nil }
            self.actions.append(File(name: name, hash: hash))
        }
    }

    private static func hash(_ value: JSONValue?) -> String? {
        guard let hash = value?.text, hash.utf8.count == 64,
            hash.utf8.allSatisfy({ ($0 >= 48 && $0 < 58) || ($0 >= 97 && $0 < 103) })
        else { return nil }
        return hash
    }

    func json(at now: Timestamp) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("layout")
            json.integer(BackupList.layout)
            json.key("made_at")
            json.string("\(now)")
            json.key("series")
            json.array { json in
                for item in series {
                    BackupList.add(
                        [
                            ("symbol", item.key.symbol.text), ("interval", "\(item.key.interval)"),
                            ("manifest", item.manifest),
                        ], &json)
                }
            }
            json.key("actions")
            json.array { json in
                for item in actions { BackupList.add([("file", item.name), ("hash", item.hash)], &json) }
            }
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private static func add(_ members: [(key: String, text: String)], _ json: inout JSONWriter) {
        json.object { json in
            for (key, text) in members {
                json.key(key)
                json.string(text)
            }
        }
    }
}
