import Configuration
import Domain

/// What a backup holds: of each series the hash of its manifest, which says all else, and the files of splits and
/// dividends.
struct BackupList {
    struct Series {
        var key: SeriesKey
        var manifest: String
    }

    var series: [Series] = []
    var actions = ActionList()

    private static let layout = 1

    init() {}

    /// Nothing where the bytes are no whole list of ours.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(bytes), json["layout"]?.integer == BackupList.layout,
            case .array(let series)? = json["series"], let actions = ActionList(json["actions"])
        else { return nil }
        self.actions = actions
        for item in series {
            guard let symbol = item["symbol"]?.text.flatMap({ Symbol($0) }),
                let interval = item["interval"]?.text.flatMap({ try? Interval($0) }),
                let hash = FileHash.text(item["manifest"])
            else { return nil }
            self.series.append(Series(key: SeriesKey(symbol, interval), manifest: hash))
        }
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
                    json.object { json in
                        json.key("symbol")
                        json.string(item.key.symbol.text)
                        json.key("interval")
                        json.string("\(item.key.interval)")
                        json.key("manifest")
                        json.string(item.manifest)
                    }
                }
            }
            json.key("actions")
            actions.write(&json)
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }
}
