import Configuration
import Domain

/// Named states of a store. A snapshot is a folder like the store itself, `.snapshots/NAME`, whose files are the same
/// bytes on the disk (links) for as long as the store has not written new ones: it costs next to nothing, and whatever
/// reads a store reads a snapshot.
public struct Snapshots: Sendable {
    private let store: BarFolder

    public init(_ store: BarFolder) { self.store = store }

    private var path: String { store.path + "/.snapshots" }
    private var lockPath: String { path + "/.lock" }
    private func path(of name: String) -> String { "\(path)/\(name)" }

    public struct Summary: Equatable, Sendable {
        public var name: String
        public var series: Int
        public var rows: Int
        /// Of how many symbols it has a file of splits and dividends; nothing if it was made before snapshots took them.
        public var actions: Int?
    }

    /// What a restore has changed.
    public struct Restored: Equatable, Sendable {
        public var series: [SeriesKey] = []
        /// The symbols whose splits and dividends are others now; nothing where the snapshot has none to restore.
        public var actions: [String]?
    }

    public func list() throws(StoreError) -> [Summary] {
        var found: [Summary] = []
        for name in try DiskFile.names(in: path) where !name.hasPrefix(".") {
            found.append(try summary(of: name))
        }
        return found
    }

    private func summary(of name: String) throws(StoreError) -> Summary {
        let series = try BarFolder(path(of: name)).series()
        return Summary(
            name: name, series: series.count, rows: series.reduce(0) { $0 + $1.rows },
            actions: try ActionFolder(in: path(of: name)).noted()?.files.count)
    }

    /// Keeps the store as it is now under a name; each series as a whole, one after the other.
    public func create(_ name: String) throws(StoreError) -> Summary {
        try check(name)
        guard !DiskFile.exists(path(of: name)) else {
            throw StoreError(.refused, "there is a snapshot \(name) already; another name would be right")
        }
        try DiskFile.makeFolders(path)
        let lock = try FileLock(lockPath, .exclusive)
        defer { withExtendedLifetime(lock) {} }
        let fresh = path(of: ".\(name).new")
        try DiskFile.removeFolder(fresh)
        try DiskFile.makeFolders(fresh)
        for key in try store.keys() { try copy(key, to: fresh) }
        _ = try ActionFolder(in: fresh).copy(ActionFolder(store))
        try DiskFile.rename(fresh, to: path(of: name))
        try DiskFile.syncFolder(path)
        return try summary(of: name)
    }

    /// Removes what killed commands left of snapshots that were not finished, and tells how many there were.
    public func sweep(isTrial: Bool) throws(StoreError) -> Int {
        guard DiskFile.exists(path) else { return 0 }
        // Those at work are waited for.
        let lock = try FileLock(lockPath, .exclusive)
        defer { withExtendedLifetime(lock) {} }
        let left = try DiskFile.names(in: path).filter { $0.hasPrefix(".") && $0.hasSuffix(".new") }
        if !isTrial { for name in left { try DiskFile.removeFolder(path(of: name)) } }
        return left.count
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
    public func restore(_ name: String) throws(StoreError) -> Restored {
        let snapshot = try opened(name)
        let actions = ActionFolder(snapshot)
        let noted = try actions.noted()
        for file in noted?.files ?? [] { _ = try actions.bytes(of: file) }
        var restored = Restored()
        let kept = Set(try snapshot.keys())
        for key in kept.union(try store.keys()).sorted() {
            let target = store.folder(key)
            let source = snapshot.folder(key)
            let wanted = try source.reading { $0 } ?? SeriesManifest()
            // A damaged snapshot must not take the place of a store that is whole.
            for file in wanted.files { _ = try source.bytes(of: file) }
            try target.writing { current throws(StoreError) in
                if current.files == wanted.files, isWhole(current, in: target) { return nil }
                restored.series.append(key)
                return SeriesFolder.Write(
                    manifest: SeriesManifest(version: current.version, files: wanted.files),
                    files: wanted.files.map { ($0.name, .link(source.path(of: $0))) })
            }
        }
        if let noted { restored.actions = try restore(noted, from: actions) }
        return restored
    }

    private func restore(_ wanted: ActionList, from source: ActionFolder) throws(StoreError) -> [String] {
        let target = ActionFolder(store)
        let current = try target.list().files
        var changed: [String] = []
        for file in wanted.files where !current.contains(file) {
            try target.put(try source.bytes(of: file), file.name)
            changed.append(file.symbol)
        }
        let kept = Set(wanted.files.map(\.name))
        for file in current where !kept.contains(file.name) {
            try target.remove(file.name)
            changed.append(file.symbol)
        }
        return changed.sorted()
    }

    private func isWhole(_ manifest: SeriesManifest, in folder: SeriesFolder) -> Bool {
        manifest.files.allSatisfy { (try? folder.bytes(of: $0)) != nil }
    }

    /// How two states differ; without a second name, the first and the store as it is.
    public func difference(_ name: String, _ other: String?) throws(StoreError) -> Differences {
        let before = try opened(name)
        let after = if let other { try opened(other) } else { store }
        var found = Differences()
        for key in Set(try before.keys()).union(try after.keys()).sorted() {
            let difference = try Difference(of: before.folder(key), after.folder(key))
            if difference.isSome { found.series.append(difference) }
        }
        let old = try ActionFolder(before).noted()
        let new = try other == nil ? ActionFolder(after).list() : ActionFolder(after).noted()
        found.actions = if let old, let new { Differences.Actions(old, new) } else { nil }
        return found
    }

    /// Forgets a snapshot.
    public func remove(_ name: String) throws(StoreError) {
        _ = try opened(name)
        let lock = try FileLock(lockPath, .exclusive)
        defer { withExtendedLifetime(lock) {} }
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
