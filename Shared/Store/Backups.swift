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
        var list = BackupList()
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
                try send(bytes, hash, &known, &summary)
            }
            list.series.append(.init(key: key, manifest: hash))
            summary.series += 1
            progress(summary.series)
        }
        let actions = ActionFolder(store)
        for name in try actions.names() {
            let bytes = try actions.bytes(of: name)
            let hash = FileHash.blake2b(bytes)
            try send(bytes, hash, &known, &summary)
            list.actions.files.append(.init(name: name, hash: hash))
        }
        try place.write(list.json(at: now), to: path(of: name))
        return summary
    }

    private func send(
        _ bytes: [UInt8], _ hash: String, _ known: inout Set<String>, _ summary: inout Summary
    ) throws(StoreError) {
        guard known.insert(hash).inserted else { return summary.filesThere += 1 }
        try place.write(bytes, to: blob(hash))
        summary.files += 1
        summary.bytes += bytes.count
    }

    /// Keeps the last so many backups by name, and what they need. Not while another backup is made: what that one has
    /// sent is in no list yet.
    public func prune(keeping count: Int) throws(StoreError) -> [String] {
        let all = try names().sorted()
        let old = Array(all.dropLast(count))
        guard !old.isEmpty else { return [] }
        for name in old { try place.remove(path(of: name)) }
        var needed: Set<String> = []
        for name in all.suffix(count) {
            let list = try list(of: name)
            needed.formUnion(list.actions.files.map(\.hash))
            for entry in list.series {
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
        try list(of: try existing(name)).series.count
    }

    /// Makes each series of a backup as it was then, wholly or not at all; what the backup has not is left alone.
    public func restore(
        _ name: String, to store: BarFolder, progress: (Int) -> Void = { _ in }
    ) throws(StoreError) -> Summary {
        var summary = Summary(name: name)
        let list = try list(of: try existing(name))
        for entry in list.series {
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
        let actions = ActionFolder(store)
        for file in list.actions.files {
            if try actions.list().files.contains(file) {
                summary.filesThere += 1
                continue
            }
            let bytes = try content(file.hash)
            try actions.put(bytes, file.name)
            summary.files += 1
            summary.bytes += bytes.count
        }
        return summary
    }

    private func manifest(_ entry: BackupList.Series) throws(StoreError) -> SeriesManifest {
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

    private func list(of name: String) throws(StoreError) -> BackupList {
        let path = path(of: name)
        guard let list = BackupList(try place.read(path)) else {
            throw StoreError(.damaged, "\(place.name)/\(path): this is no list of a backup")
        }
        return list
    }
}
