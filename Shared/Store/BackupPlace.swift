/// Where backups go: a folder, or an object store. A name is `blobs/…` or `backups/…`.
public protocol BackupPlace: AnyObject {
    /// The place in a sentence.
    var name: String { get }
    /// All names that begin so, sorted.
    func names(under prefix: String) throws(StoreError) -> [String]
    /// What lies under a name; a fault of the kind `missing` where nothing does.
    func read(_ name: String) throws(StoreError) -> [UInt8]
    /// Puts something under a name, wholly or not at all.
    func write(_ bytes: [UInt8], to name: String) throws(StoreError)
    func remove(_ name: String) throws(StoreError)
}

/// A folder that backups go to: on another disk, or what another machine shows here.
public final class BackupFolder: BackupPlace {
    public let name: String

    public init(_ path: String) { name = path }

    public func names(under prefix: String) throws(StoreError) -> [String] {
        var found: [String] = []
        try list(String(prefix.prefix { $0 != "/" }), into: &found)
        return found.filter { $0.hasPrefix(prefix) }.sorted()
    }

    private func list(_ folder: String, into found: inout [String]) throws(StoreError) {
        for each in try DiskFile.names(in: "\(name)/\(folder)") where !each.hasPrefix(".") {
            if each.contains(".") || each.utf8.count == 64 {
                found.append("\(folder)/\(each)")
            } else {
                try list("\(folder)/\(each)", into: &found)
            }
        }
    }

    public func read(_ name: String) throws(StoreError) -> [UInt8] {
        try DiskFile.read("\(self.name)/\(name)")
    }

    public func write(_ bytes: [UInt8], to name: String) throws(StoreError) {
        let path = "\(self.name)/\(name)"
        guard let slash = path.lastIndex(of: "/") else { return }
        let folder = String(path[..<slash])
        try DiskFile.makeFolders(folder)
        let hidden = "\(folder)/.\(path[path.index(after: slash)...]).new"
        try DiskFile.write(bytes, to: hidden)
        try DiskFile.rename(hidden, to: path)
        try DiskFile.syncFolder(folder)
    }

    public func remove(_ name: String) throws(StoreError) { try DiskFile.remove("\(self.name)/\(name)") }
}
