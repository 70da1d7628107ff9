import Domain
import Parquet

/// The folder of one series: its files, its manifest, and how both change together.
///
/// New files are written beside the old ones under hidden names, then the new manifest as `.commit`. That one rename
/// is the moment at which the write is there: whoever finds a `.commit` renames what is left to rename, and the
/// manifest last. Without it what is hidden is rubbish, and the next writer sweeps it out.
struct SeriesFolder {
    let key: SeriesKey
    let path: String

    init(_ key: SeriesKey, in store: String) {
        self.key = key
        path = "\(store)/\(key.folder)"
    }

    private var manifestPath: String { path + "/manifest.json" }
    private var commitPath: String { path + "/.commit" }

    var exists: Bool { DiskFile.exists(manifestPath) || DiskFile.exists(commitPath) }

    // MARK: Reading

    /// Lets `body` look at the manifest and the files it names, while no write changes either.
    func reading<Result>(
        _ body: (SeriesManifest) throws(StoreError) -> Result
    ) throws(StoreError) -> Result? {
        guard exists else { return nil }
        var lock = try FileLock(path + "/.lock", .shared)
        // A writer was killed after its commit: what it began is finished first.
        while DiskFile.exists(commitPath) {
            lock.release()
            try rollForward(FileLock(path + "/.lock", .exclusive))
            lock = try FileLock(path + "/.lock", .shared)
        }
        defer { withExtendedLifetime(lock) {} }
        guard DiskFile.exists(manifestPath) else { return nil }
        return try body(try manifest())
    }

    private func manifest() throws(StoreError) -> SeriesManifest {
        try SeriesManifest(try DiskFile.read(manifestPath), of: key, path: manifestPath)
    }

    /// The bytes of a file, held against what the manifest says of them.
    func bytes(of file: SeriesManifest.File) throws(StoreError) -> [UInt8] {
        let path = path(of: file)
        let advice = "`tradewind data snapshot restore` brings back what a snapshot has of it"
        let bytes: [UInt8]
        do throws(StoreError) {
            bytes = try DiskFile.read(path)
        } catch {
            guard error.kind == .missing else { throw error }
            throw StoreError(
                .damaged,
                "\(path): the file is gone, and the manifest says it has \(file.rows) bars; \(advice)")
        }
        guard bytes.count == file.bytes else {
            throw StoreError(
                .damaged,
                "\(path): the file has \(bytes.count) bytes, and \(file.bytes) were written; \(advice)")
        }
        guard FileHash.crc32c(bytes) == file.checksum else {
            throw StoreError(
                .damaged, "\(path): the file is not as it was written: bits have changed; \(advice)")
        }
        return bytes
    }

    func path(of file: SeriesManifest.File) -> String { "\(path)/\(file.name)" }

    // MARK: Writing

    /// One write: what changes, and what the manifest says then.
    struct Write {
        var manifest: SeriesManifest
        /// What lies in each new file.
        var files: [(name: String, content: Content)] = []

        enum Content {
            case bytes([UInt8])
            case link(String)
        }
    }

    /// Lets one writer at a time change the series; nothing is written where `body` gives nothing.
    func writing(_ body: (SeriesManifest) throws(StoreError) -> Write?) throws(StoreError) {
        try DiskFile.makeFolders(path)
        let writer = try FileLock(path + "/.writer", .exclusive)
        defer { withExtendedLifetime(writer) {} }
        if DiskFile.exists(commitPath) { try rollForward(FileLock(path + "/.lock", .exclusive)) }
        try sweep()
        let before = DiskFile.exists(manifestPath) ? try manifest() : SeriesManifest()
        guard var write = try body(before) else { return }
        write.manifest.version = before.version + 1
        do throws(StoreError) {
            try prepare(write)
        } catch {
            try? sweep()
            throw error
        }
        let lock = try FileLock(path + "/.lock", .exclusive)
        try DiskFile.rename(path + "/.manifest.new", to: commitPath)
        try DiskFile.syncFolder(path)
        try rollForward(lock)
    }

    private func prepare(_ write: Write) throws(StoreError) {
        var folders: Set<String> = []
        for (name, content) in write.files {
            let hidden = hidden(name)
            if let folder = folder(of: name), folders.insert(folder).inserted {
                try DiskFile.makeFolders("\(path)/\(folder)")
            }
            switch content {
            case .bytes(let bytes): try DiskFile.write(bytes, to: hidden)
            case .link(let other): try DiskFile.link(other, to: hidden)
            }
        }
        try DiskFile.write(write.manifest.json(of: key), to: path + "/.manifest.new")
        for folder in folders { try DiskFile.syncFolder("\(path)/\(folder)") }
        try DiskFile.syncFolder(path)
    }

    /// `2024-03.parquet` is written as `.2024-03.parquet.new`.
    private func hidden(_ name: String) -> String {
        let folder = folder(of: name).map { "\($0)/" } ?? ""
        return "\(path)/\(folder).\(name.dropFirst(folder.count)).new"
    }

    private func folder(of name: String) -> String? { name.hasPrefix("replaced/") ? "replaced" : nil }

    /// Finishes a write that was committed; it may be done several times over.
    private func rollForward(_ lock: FileLock) throws(StoreError) {
        defer { withExtendedLifetime(lock) {} }
        // Another may have been faster to the lock.
        guard DiskFile.exists(commitPath) else { return }
        let new = try SeriesManifest(try DiskFile.read(commitPath), of: key, path: commitPath)
        for file in new.files where DiskFile.exists(hidden(file.name)) {
            try DiskFile.rename(hidden(file.name), to: path(of: file))
        }
        if DiskFile.exists(manifestPath), let old = try? manifest() {
            let kept = Set(new.files.map(\.name))
            for file in old.files where !kept.contains(file.name) { try DiskFile.remove(path(of: file)) }
        }
        if DiskFile.exists(path + "/replaced") { try DiskFile.syncFolder(path + "/replaced") }
        try DiskFile.syncFolder(path)
        try DiskFile.rename(commitPath, to: manifestPath)
        try DiskFile.syncFolder(path)
    }

    /// Removes what a killed writer left.
    private func sweep() throws(StoreError) {
        for path in try leftovers() { try DiskFile.remove(path) }
    }

    private func leftovers() throws(StoreError) -> [String] {
        var found: [String] = []
        for folder in [path, path + "/replaced"] {
            for name in try DiskFile.names(in: folder) where name.hasPrefix(".") && name.hasSuffix(".new") {
                found.append("\(folder)/\(name)")
            }
        }
        return found
    }

    /// How many bytes a killed writer left in how many files; they are removed unless one only looks.
    func leftBehind(isRemoved: Bool) throws(StoreError) -> (files: Int, bytes: Int) {
        // A writer at work is waited for: what it has not yet renamed is no rubbish.
        let writer = try FileLock(path + "/.writer", .exclusive)
        defer { withExtendedLifetime(writer) {} }
        // What belongs to a write that was committed is none either.
        if DiskFile.exists(commitPath) { try rollForward(FileLock(path + "/.lock", .exclusive)) }
        let found = try leftovers()
        var bytes = 0
        for path in found { bytes += try DiskFile.size(path) }
        if isRemoved { try sweep() }
        return (found.count, bytes)
    }
}
