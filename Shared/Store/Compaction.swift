import Domain
import Parquet

/// What compaction did to a series, or would do.
public struct Compacted: Equatable, Sendable {
    public var key: SeriesKey
    /// Files and their bytes, those that a killed writer left among them.
    public var filesBefore = 0
    public var bytesBefore = 0
    public var filesAfter = 0
    public var bytesAfter = 0
    /// Files with the same rows that were packed anew.
    public var packed = 0
    /// Bars that others took the place of, and that nobody needs any more.
    public var versionsDropped = 0
    /// Files that a killed writer left.
    public var leftovers = 0

    public init(_ key: SeriesKey) { self.key = key }

    public var isSome: Bool { packed + versionsDropped + leftovers > 0 }
}

extension BarFolder {
    /// Makes a series as small as it can be, and takes no bar away: files are packed anew by the store's codec where
    /// they were packed by another or get smaller, what a killed writer left is removed, and versions that others took
    /// the place of until `cutoff` are dropped. It is a write like any other: there wholly or not at all.
    ///
    /// Nothing is written where one only looks (`isTrial`).
    public func compact(
        _ key: SeriesKey, droppingVersionsUntil cutoff: Timestamp?, isTrial: Bool = false
    ) throws(StoreError) -> Compacted {
        let folder = folder(key)
        let left = try folder.leftBehind(isRemoved: !isTrial)
        var done = Compacted(key)
        func look(_ manifest: SeriesManifest) throws(StoreError) -> SeriesFolder.Write? {
            done = Compacted(key)
            done.leftovers = left.files
            done.filesBefore = left.files + manifest.files.count
            done.bytesBefore = manifest.files.reduce(left.bytes) { $0 + $1.bytes }
            var write = SeriesFolder.Write(manifest: manifest)
            for file in manifest.files { try pack(file, in: folder, cutoff, &write, &done) }
            done.filesAfter = write.manifest.files.count
            done.bytesAfter = write.manifest.files.reduce(0) { $0 + $1.bytes }
            return write.manifest == manifest ? nil : write
        }
        if isTrial {
            _ = try folder.reading { manifest throws(StoreError) in try look(manifest) }
        } else {
            try folder.writing(look)
        }
        return done
    }

    private func pack(
        _ file: SeriesManifest.File, in folder: SeriesFolder, _ cutoff: Timestamp?,
        _ write: inout SeriesFolder.Write, _ done: inout Compacted
    ) throws(StoreError) {
        let bytes = try folder.bytes(of: file)
        let path = folder.path(of: file)
        var rows = try SeriesFile.rows(bytes, named: path)
        let isOther = try SeriesFile.codec(bytes, named: path) != codec
        var isFewer = false
        if file.isReplaced, let cutoff, let dropped = rows.drop(replacedUntil: cutoff.nanoseconds) {
            isFewer = true
            done.versionsDropped += file.rows - rows.count
            // It is noted with the bars, since nothing may be left of the file.
            if var current = write.manifest.file(of: String(file.period), isReplaced: false) {
                current.dropped = dropped.joined(current.dropped)
                write.manifest.put(current)
            }
        }
        guard rows.count > 0 else { return write.manifest.files.removeAll { $0.name == file.name } }
        let packed = try SeriesFile.bytes(rows, of: folder.key, codec)
        guard isFewer || isOther || packed.count < bytes.count else { return }
        var new = SeriesManifest.File(name: file.name, of: rows, packed, isReplaced: file.isReplaced)
        new.dropped = write.manifest.file(of: String(file.period), isReplaced: file.isReplaced)?.dropped
        write.files.append((file.name, .bytes(packed)))
        write.manifest.put(new)
        if !isFewer { done.packed += 1 }
    }
}

extension SeriesRows {
    /// Takes out what others took the place of until a moment, and tells what that was; nothing where there is none.
    fileprivate mutating func drop(replacedUntil moment: Int64) -> SeriesManifest.Dropped? {
        var kept = SeriesRows()
        let numbers = names.map { kept.number(of: $0) }
        var dropped: SeriesManifest.Dropped?
        for row in 0..<count {
            if replacedAt[row] > moment {
                kept.append(row, of: self, numbers: numbers)
            } else {
                let opened = bars.openedAt[row]
                dropped = SeriesManifest.Dropped(first: opened, last: opened, until: replacedAt[row])
                    .joined(dropped)
            }
        }
        if dropped != nil { self = kept }
        return dropped
    }
}
