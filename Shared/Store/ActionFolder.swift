/// The splits and dividends beside the bars of a store or of a snapshot: a file of CSV for each symbol.
struct ActionFolder {
    let path: String
    /// Where a snapshot says which files it has; a store has none.
    private let listPath: String

    init(_ store: BarFolder) { self.init(in: store.path) }

    init(in store: String) {
        path = "\(store)/.fetched/actions"
        listPath = "\(store)/.fetched/actions.json"
    }

    func names() throws(StoreError) -> [String] {
        try DiskFile.names(in: path).filter { ActionList.isName($0) }
    }

    func bytes(of name: String) throws(StoreError) -> [UInt8] { try DiskFile.read("\(path)/\(name)") }

    /// What lies there now.
    func list() throws(StoreError) -> ActionList {
        var list = ActionList()
        for name in try names() {
            list.files.append(.init(name: name, hash: FileHash.blake2b(try bytes(of: name))))
        }
        return list
    }

    /// Writes a file, wholly or not at all.
    func put(_ bytes: [UInt8], _ name: String) throws(StoreError) {
        try DiskFile.makeFolders(path)
        try DiskFile.write(bytes, to: "\(path)/.\(name).new")
        try DiskFile.rename("\(path)/.\(name).new", to: "\(path)/\(name)")
        try DiskFile.syncFolder(path)
    }

    func remove(_ name: String) throws(StoreError) {
        try DiskFile.remove("\(path)/\(name)")
        try DiskFile.syncFolder(path)
    }

    // MARK: Of a snapshot

    /// Takes all files of another folder, and notes which they are.
    func copy(_ other: ActionFolder) throws(StoreError) -> ActionList {
        var list = ActionList()
        // Copies and no links: people edit such a file, and then the snapshot's would change too.
        for name in try other.names() {
            let bytes = try other.bytes(of: name)
            try put(bytes, name)
            list.files.append(.init(name: name, hash: FileHash.blake2b(bytes)))
        }
        try DiskFile.makeFolders(String(listPath.dropLast("/actions.json".count)))
        try DiskFile.write(list.json, to: listPath)
        return list
    }

    /// Which files the snapshot has; nothing if it was made before snapshots took them.
    func noted() throws(StoreError) -> ActionList? {
        guard DiskFile.exists(listPath) else { return nil }
        guard let list = ActionList(json: try DiskFile.read(listPath)) else {
            throw StoreError(.damaged, "\(listPath): this is no list of files of splits and dividends")
        }
        return list
    }

    /// A file that a snapshot has noted, held against its hash.
    func bytes(of file: ActionList.File) throws(StoreError) -> [UInt8] {
        let bytes = try bytes(of: file.name)
        guard FileHash.blake2b(bytes) == file.hash else {
            throw StoreError(
                .damaged, "\(path)/\(file.name): the file is not as it was when the snapshot was made")
        }
        return bytes
    }
}
