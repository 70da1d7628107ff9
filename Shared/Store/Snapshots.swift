import Configuration
import Domain

/// Named states of a store. A snapshot is a folder like the store itself, `.snapshots/NAME`, whose files are the same
/// bytes on the disk (links) for as long as the store has not written new ones: it costs next to nothing, and whatever
/// reads a store reads a snapshot.
public struct Snapshots: Sendable {
    private let store: BarFolder

    public init(_ store: BarFolder) { self.store = store }

    private var path: String { store.path + "/.snapshots" }
    private func path(of name: String) -> String { "\(path)/\(name)" }

    public struct Summary: Equatable, Sendable {
        public var name: String
        public var series: Int
        public var rows: Int
    }

    /// What one series is in two states.
    public struct Difference: Equatable, Sendable {
        public var key: SeriesKey
        /// Months or decades that only the first or only the second has, and those whose bars differ.
        public var onlyBefore: [String] = []
        public var onlyAfter: [String] = []
        public var changed: [String] = []
        public var rowsBefore = 0
        public var rowsAfter = 0
    }

    public func list() throws(StoreError) -> [Summary] {
        var found: [Summary] = []
        for name in try DiskFile.names(in: path) where !name.hasPrefix(".") {
            let series = try BarFolder(path(of: name)).series()
            found.append(Summary(name: name, series: series.count, rows: series.reduce(0) { $0 + $1.rows }))
        }
        return found
    }

    /// Keeps the store as it is now under a name; each series as a whole, one after the other.
    public func create(_ name: String) throws(StoreError) -> Summary {
        try check(name)
        guard !DiskFile.exists(path(of: name)) else {
            throw StoreError(.refused, "there is a snapshot \(name) already; another name would be right")
        }
        let fresh = path(of: ".\(name).new")
        try DiskFile.removeFolder(fresh)
        try DiskFile.makeFolders(fresh)
        for key in try store.keys() { try copy(key, to: fresh) }
        try DiskFile.rename(fresh, to: path(of: name))
        try DiskFile.syncFolder(path)
        let series = try BarFolder(path(of: name)).series()
        return Summary(name: name, series: series.count, rows: series.reduce(0) { $0 + $1.rows })
    }

    private func copy(_ key: SeriesKey, to target: String) throws(StoreError) {
        let source = store.folder(key)
        _ = try source.reading { manifest throws(StoreError) in
            let folder = SeriesFolder(key, in: target)
            try DiskFile.makeFolders(folder.path)
            for file in manifest.files {
                if file.isReplaced { try DiskFile.makeFolders(folder.path + "/replaced") }
                try DiskFile.link(source.path(of: file), to: folder.path(of: file))
            }
            try DiskFile.write(manifest.json(of: key), to: folder.path + "/manifest.json")
            try DiskFile.syncFolder(folder.path)
        }
    }

    /// Makes the store as it was; each series changes wholly or not at all, and one that was killed is done again.
    public func restore(_ name: String) throws(StoreError) -> [SeriesKey] {
        let snapshot = try opened(name)
        var changed: [SeriesKey] = []
        let kept = Set(try snapshot.keys())
        for key in kept.union(try store.keys()).sorted() {
            let target = store.folder(key)
            let source = snapshot.folder(key)
            let wanted = try source.reading { $0 } ?? SeriesManifest()
            // A damaged snapshot must not take the place of a store that is whole.
            for file in wanted.files { _ = try source.bytes(of: file) }
            try target.writing { current throws(StoreError) in
                if current.files == wanted.files, isWhole(current, in: target) { return nil }
                changed.append(key)
                return SeriesFolder.Write(
                    manifest: SeriesManifest(version: current.version, files: wanted.files),
                    files: wanted.files.map { ($0.name, .link(source.path(of: $0))) })
            }
        }
        return changed
    }

    private func isWhole(_ manifest: SeriesManifest, in folder: SeriesFolder) -> Bool {
        manifest.files.allSatisfy { (try? folder.bytes(of: $0)) != nil }
    }

    /// How two states differ; without a second name, the first and the store as it is.
    public func difference(_ name: String, _ other: String?) throws(StoreError) -> [Difference] {
        let before = try opened(name)
        let after = if let other { try opened(other) } else { store }
        var found: [Difference] = []
        for key in Set(try before.keys()).union(try after.keys()).sorted() {
            let old = try before.folder(key).reading { $0 } ?? SeriesManifest()
            let new = try after.folder(key).reading { $0 } ?? SeriesManifest()
            let difference = Difference(key, old.current, new.current)
            if difference.isSome { found.append(difference) }
        }
        return found
    }

    /// Forgets a snapshot.
    public func remove(_ name: String) throws(StoreError) {
        _ = try opened(name)
        // Under a hidden name first: half a snapshot is none.
        try DiskFile.rename(path(of: name), to: path(of: ".\(name).new"))
        try DiskFile.removeFolder(path(of: ".\(name).new"))
    }

    private func opened(_ name: String) throws(StoreError) -> BarFolder {
        try check(name)
        guard DiskFile.exists(path(of: name)) else {
            let names = try DiskFile.names(in: path).filter { !$0.hasPrefix(".") }
            let near = Spelling.nearest(to: name, among: names).map { "; did you mean \($0)?" }
            let known = names.isEmpty ? "there is none" : "there are \(names.joined(separator: ", "))"
            throw StoreError(.missing, "there is no snapshot \(name)\(near ?? "; \(known)")")
        }
        return try BarFolder(path(of: name))
    }

    private func check(_ name: String) throws(StoreError) {
        let isPlain = name.utf8.allSatisfy {
            ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z"))
                || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
        }
        guard isPlain, !name.hasPrefix("."), (1...64).contains(name.utf8.count) else {
            throw StoreError(
                .refused,
                "\"\(name)\" is no name of a snapshot: letters, digits, - and _ such as before-import would be "
                    + "right")
        }
    }
}

extension Snapshots.Difference {
    fileprivate init(_ key: SeriesKey, _ before: [SeriesManifest.File], _ after: [SeriesManifest.File]) {
        self.init(key: key)
        let old = Dictionary(uniqueKeysWithValues: before.map { (String($0.period), $0) })
        let new = Dictionary(uniqueKeysWithValues: after.map { (String($0.period), $0) })
        onlyBefore = old.keys.filter { new[$0] == nil }.sorted()
        onlyAfter = new.keys.filter { old[$0] == nil }.sorted()
        changed = old.keys.filter {
            new[$0].map { file in file.hash != old[String(file.period)]?.hash } ?? false
        }.sorted()
        rowsBefore = before.reduce(0) { $0 + $1.rows }
        rowsAfter = after.reduce(0) { $0 + $1.rows }
    }

    fileprivate var isSome: Bool { !onlyBefore.isEmpty || !onlyAfter.isEmpty || !changed.isEmpty }
}
