import Configuration
import Domain

/// Copies of a store in another place, each under a name.
///
/// A file goes there once, under its hash, and a backup is a list of hashes that is written last: what has not changed
/// since yesterday is not sent again, and a backup that was killed on the way is none.
public struct Backups {
    public struct Summary: Equatable, Sendable {
        public var name: String
        public var series = 0
        /// Files and bytes that were sent or fetched; the others were there.
        public var files = 0
        public var bytes = 0
        public var filesThere = 0
    }

    /// One series in a backup's list: the hash of its manifest says all else.
    private struct Entry {
        var key: SeriesKey
        var manifest: String
    }

    private static let layout = 1
    private let place: any BackupPlace

    public init(_ place: any BackupPlace) { self.place = place }

    private func path(of name: String) -> String { "backups/\(name).json" }
    private func blob(_ hash: String) -> String { "blobs/\(hash.prefix(2))/\(hash)" }

    public func names() throws(StoreError) -> [String] {
        try place.names(under: "backups/").compactMap { path in
            path.hasSuffix(".json") ? String(path.dropFirst("backups/".count).dropLast(".json".count)) : nil
        }
    }

    // MARK: there

    /// Puts the store as it is now into the place; each series as a whole, one after the other.
    public func create(
        _ name: String, of store: BarFolder, at now: Timestamp, progress: (Int) -> Void = { _ in }
    ) throws(StoreError) -> Summary {
        try check(name)
        var known = Set(try place.names(under: "blobs/").map { String($0.suffix(64)) })
        var summary = Summary(name: name)
        var entries: [Entry] = []
        for key in try store.keys() {
            let folder = store.folder(key)
            // Under the lock it is read, and sent without: nobody who writes waits for a network.
            let found = try folder.reading { manifest throws(StoreError) in
                var contents: [(hash: String, bytes: [UInt8])] = []
                for file in manifest.files {
                    let bytes = known.contains(file.hash) ? [] : try folder.bytes(of: file)
                    contents.append((file.hash, bytes))
                }
                return (manifest.json(of: key), contents)
            }
            guard let (manifest, contents) = found else { continue }
            let hash = FileHash.blake2b(manifest)
            for (hash, bytes) in contents + [(hash, manifest)] {
                guard known.insert(hash).inserted else {
                    summary.filesThere += 1
                    continue
                }
                try place.write(bytes, to: blob(hash))
                summary.files += 1
                summary.bytes += bytes.count
            }
            entries.append(Entry(key: key, manifest: hash))
            summary.series += 1
            progress(summary.series)
        }
        try place.write(json(entries, at: now), to: path(of: name))
        return summary
    }

    /// Keeps the last so many backups by name, and what they need.
    public func prune(keeping count: Int) throws(StoreError) -> [String] {
        let all = try names().sorted()
        let old = Array(all.dropLast(count))
        guard !old.isEmpty else { return [] }
        for name in old { try place.remove(path(of: name)) }
        var needed: Set<String> = []
        for name in all.suffix(count) {
            for entry in try entries(of: name) {
                needed.insert(entry.manifest)
                needed.formUnion(try manifest(entry).files.map(\.hash))
            }
        }
        for blob in try place.names(under: "blobs/") where !needed.contains(String(blob.suffix(64))) {
            try place.remove(blob)
        }
        return old
    }

    // MARK: and back

    public func seriesCount(of name: String) throws(StoreError) -> Int {
        try entries(of: try existing(name)).count
    }

    /// Makes each series of a backup as it was then, wholly or not at all; what the backup has not is left alone.
    public func restore(
        _ name: String, to store: BarFolder, progress: (Int) -> Void = { _ in }
    ) throws(StoreError) -> Summary {
        var summary = Summary(name: name)
        for entry in try entries(of: try existing(name)) {
            let wanted = try manifest(entry)
            let target = store.folder(entry.key)
            try target.writing { current throws(StoreError) in
                var isOther = current.files.count != wanted.files.count
                var files: [(name: String, content: SeriesFolder.Write.Content)] = []
                for file in wanted.files {
                    // A file that is there and whole need not come over the network.
                    if current.files.contains(file), (try? target.bytes(of: file)) != nil {
                        summary.filesThere += 1
                        files.append((file.name, .link(target.path(of: file))))
                        continue
                    }
                    let bytes = try content(file.hash)
                    isOther = true
                    summary.files += 1
                    summary.bytes += bytes.count
                    files.append((file.name, .bytes(bytes)))
                }
                guard isOther else { return nil }
                return SeriesFolder.Write(
                    manifest: SeriesManifest(version: current.version, files: wanted.files), files: files)
            }
            summary.series += 1
            progress(summary.series)
        }
        return summary
    }

    private func manifest(_ entry: Entry) throws(StoreError) -> SeriesManifest {
        try SeriesManifest(
            try content(entry.manifest), of: entry.key, path: "\(place.name)/\(blob(entry.manifest))")
    }

    /// What lies under a hash, held against it.
    private func content(_ hash: String) throws(StoreError) -> [UInt8] {
        let bytes = try place.read(blob(hash))
        guard FileHash.blake2b(bytes) == hash else {
            throw StoreError(
                .damaged,
                "\(place.name)/\(blob(hash)): this is not what was put there; another backup may have it whole"
            )
        }
        return bytes
    }

    private func existing(_ name: String) throws(StoreError) -> String {
        try check(name)
        let names = try names()
        guard !names.contains(name) else { return name }
        let near = Spelling.nearest(to: name, among: names).map { "; did you mean \($0)?" }
        let known = names.isEmpty ? "there is none" : "the last one is \(names.sorted().last!)"
        throw StoreError(.missing, "\(place.name) has no backup \(name)\(near ?? "; \(known)")")
    }

    private func check(_ name: String) throws(StoreError) {
        let isPlain = name.utf8.allSatisfy {
            ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z"))
                || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: "_")
        }
        guard isPlain, (1...64).contains(name.utf8.count) else {
            throw StoreError(
                .refused,
                "\"\(name)\" is no name of a backup: letters, digits, - and _ such as 2026-03-31 would be right"
            )
        }
    }

    // MARK: the list

    private func json(_ entries: [Entry], at now: Timestamp) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("layout")
            json.integer(Backups.layout)
            json.key("made_at")
            json.string("\(now)")
            json.key("series")
            json.array { json in
                for entry in entries {
                    json.object { json in
                        json.key("symbol")
                        json.string(entry.key.symbol.text)
                        json.key("interval")
                        json.string("\(entry.key.interval)")
                        json.key("manifest")
                        json.string(entry.manifest)
                    }
                }
            }
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private func entries(of name: String) throws(StoreError) -> [Entry] {
        let path = path(of: name)
        let bytes = try place.read(path)
        let damaged = StoreError(.damaged, "\(place.name)/\(path): this is no list of a backup")
        guard let json = try? JSONValue(bytes), json["layout"]?.integer == Backups.layout,
            let series = json["series"]
        else { throw damaged }
        var found: [Entry] = []
        while let item = series[found.count] {
            guard let symbol = item["symbol"]?.text.flatMap({ Symbol($0) }),
                let interval = item["interval"]?.text.flatMap({ try? Interval($0) }),
                let hash = item["manifest"]?.text, hash.utf8.count == 64,
                hash.utf8.allSatisfy({ ($0 >= 48 && $0 < 58) || ($0 >= 97 && $0 < 103) })
            else { throw damaged }
            found.append(Entry(key: SeriesKey(symbol, interval), manifest: hash))
        }
        return found
    }
}
