import Glibc

/// What the store asks of a file system, with its failures as sentences.
enum DiskFile {
    static func failure(_ verb: String, _ path: String, _ code: Int32 = errno) -> StoreError {
        switch code {
        case ENOSPC, EDQUOT, EFBIG:
            StoreError(
                .full, "\(path): cannot \(verb) it: the disk is full; nothing was changed, free some room")
        case ENOENT: StoreError(.missing, "\(path): cannot \(verb) it: it is not there")
        default: StoreError(.other, "\(path): cannot \(verb) it: \(String(cString: strerror(code)))")
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func read(_ path: String) throws(StoreError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("open", path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure("look at", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(.other, "\(path): this is not a file")
        }
        let size = Int(status.st_size)
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(file, buffer.baseAddress! + count, size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { code = errno }
                if got <= 0 { return }
                count += got
            }
        }
        guard code == 0 else { throw failure("read", path, code) }
        return bytes
    }

    static func size(_ path: String) throws(StoreError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("look at", path) }
        return Int(status.st_size)
    }

    /// Writes a new file, and sees to it that it is on the disk.
    static func write(_ bytes: [UInt8], to path: String) throws(StoreError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure("make", path) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress! + written, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw abandoned(file, path, "write") }
            written += count
        }
        guard fsync(file) == 0 else { throw abandoned(file, path, "sync") }
        close(file)
    }

    private static func abandoned(_ file: Int32, _ path: String, _ verb: String) -> StoreError {
        let code = errno
        close(file)
        unlink(path)
        return failure(verb, path, code)
    }

    static func rename(_ path: String, to name: String) throws(StoreError) {
        guard Glibc.rename(path, name) == 0 else { throw failure("rename", path) }
    }

    /// The same bytes under another name; a copy where the file system knows no links.
    static func link(_ path: String, to name: String) throws(StoreError) {
        if Glibc.link(path, name) == 0 { return }
        switch errno {
        case EXDEV, EPERM, EMLINK, EOPNOTSUPP: try write(try read(path), to: name)
        default: throw failure("link", path)
        }
    }

    static func remove(_ path: String) throws(StoreError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    /// Makes a folder and those above it; each is on the disk when this returns.
    static func makeFolders(_ path: String) throws(StoreError) {
        if exists(path) { return }
        let parts = path.split(separator: "/")
        var made = path.hasPrefix("/") ? "/" : ""
        for part in parts {
            let above = made.isEmpty ? "." : made
            made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
            if mkdir(made, 0o755) == 0 {
                try syncFolder(above)
            } else if errno != EEXIST {
                throw failure("make", made)
            }
        }
    }

    static func syncFolder(_ path: String) throws(StoreError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("open", path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure("sync", path) }
    }

    /// The names in a folder, hidden ones too, sorted; none where there is no such folder.
    static func names(in path: String) throws(StoreError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw failure("list", path)
        }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { found.append(name) }
        }
        return found.sorted()
    }

    /// Removes a folder with all that is in it.
    static func removeFolder(_ path: String) throws(StoreError) {
        for name in try names(in: path) {
            let inner = "\(path)/\(name)"
            var status = stat()
            guard lstat(inner, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                try removeFolder(inner)
            } else {
                try remove(inner)
            }
        }
        guard rmdir(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }
}

/// A lock on a file, held for as long as this is; a killed process lets go of it.
final class FileLock {
    private var file: Int32

    enum Kind { case shared, exclusive }

    init(_ path: String, _ kind: Kind) throws(StoreError) {
        var file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        // Who may only read can lock all the same.
        if file < 0, kind == .shared, errno == EACCES || errno == EROFS {
            file = open(path, O_RDONLY | O_CLOEXEC)
        }
        guard file >= 0 else { throw DiskFile.failure("lock", path) }
        while flock(file, kind == .shared ? LOCK_SH : LOCK_EX) != 0 {
            guard errno == EINTR else {
                let failure = DiskFile.failure("lock", path)
                close(file)
                throw failure
            }
        }
        self.file = file
    }

    deinit { release() }

    /// Lets go of it before its time.
    func release() {
        if file >= 0 { close(file) }
        file = -1
    }
}
