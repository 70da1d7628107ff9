import Configuration

/// Which files of splits and dividends a backup or a snapshot has.
struct ActionList: Equatable {
    struct File: Equatable {
        var name: String
        var hash: String

        /// `AAPL` of `AAPL.csv`.
        var symbol: String { String(name.dropLast(".csv".count)) }
    }

    /// In the order of their names.
    var files: [File] = []

    init() {}

    /// A name that leads out of its folder is none of ours.
    static func isName(_ name: String) -> Bool {
        !name.contains("/") && !name.hasPrefix(".") && name.hasSuffix(".csv")
    }

    /// Nothing where this is no list of ours.
    init?(_ json: JSONValue?) {
        guard case .array(let items)? = json else { return nil }
        for item in items {
            guard let name = item["file"]?.text, ActionList.isName(name),
                let hash = FileHash.text(item["hash"])
            else { return nil }
            files.append(File(name: name, hash: hash))
        }
    }

    init?(json bytes: [UInt8]) {
        guard let json = try? JSONValue(bytes) else { return nil }
        self.init(json)
    }

    var json: [UInt8] {
        var json = JSONWriter()
        write(&json)
        return json.bytes + [UInt8(ascii: "\n")]
    }

    func write(_ json: inout JSONWriter) {
        json.array { json in
            for file in files {
                json.object { json in
                    json.key("file")
                    json.string(file.name)
                    json.key("hash")
                    json.string(file.hash)
                }
            }
        }
    }
}
