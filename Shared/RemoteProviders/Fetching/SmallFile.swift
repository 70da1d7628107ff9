import Glibc

/// Files that are read and written as a whole. A file is either as it was or as it was to become, whatever is killed.
enum SmallFile {
    /// Nothing where there is no such file.
    static func read(_ path: String) throws(SinkFault) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw fault("read", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw fault("read", path) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress! + filled, $0.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fault("read", path) }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws(SinkFault) {
        let fresh = "\(path).partial-\(getpid())"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw fault("write", fresh) }
        var rest = bytes[...]
        var isWhole = true
        while !rest.isEmpty, isWhole {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            isWhole = count > 0
            rest = rest.dropFirst(max(0, count))
        }
        isWhole = isWhole && fsync(descriptor) == 0
        let reason = errno
        close(descriptor)
        guard isWhole, rename(fresh, path) == 0 else {
            if isWhole { return try failed("write", path, errno, fresh) }
            return try failed("write", path, reason, fresh)
        }
    }

    private static func failed(
        _ verb: String, _ path: String, _ code: Int32, _ fresh: String
    ) throws(SinkFault) {
        unlink(fresh)
        errno = code
        throw fault(verb, path)
    }

    /// Makes a folder and those above it.
    static func makeFolders(_ path: String) throws(SinkFault) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
            if mkdir(made, 0o755) != 0, errno != EEXIST { throw fault("make the folder", made) }
        }
    }

    static func fault(_ verb: String, _ path: String) -> SinkFault {
        SinkFault("cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
