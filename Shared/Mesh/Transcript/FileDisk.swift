import Glibc

/// A shard's folder on a real disk. Whoever has one owns the shard on this machine: an exclusive lock says so.
public final class FileDisk: Disk {
    public let place: String
    private var lock: Int32 = -1
    private let syncer = Worker()
    private let packer = Worker(forIdleTime: true)
    private let allocator = Worker()
    private var fresh: Fresh?

    /// A segment that is being allocated. `@unchecked`: the worker stores it, and the loop looks at it once the worker
    /// has said, under its lock, that it is done.
    private final class Fresh: @unchecked Sendable {
        var segment: Segment?
    }

    /// Opens the folder, makes it if it is not there, and takes the lock. Reading alone needs no lock.
    public init(_ folder: String, readOnly: Bool = false) throws(DiskError) {
        place = folder
        if readOnly {
            guard access(folder, R_OK | X_OK) == 0 else {
                throw DiskError(.missing, "there is no folder \(folder) that can be read")
            }
            return
        }
        try makeFolders(folder)
        lock = Glibc.open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw failure("open", folder + "/lock") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(lock)
            lock = -1
            throw DiskError(
                .owned,
                "\(folder) is in use by another process; stop it first, one process at a time owns a shard")
        }
    }

    deinit {
        // What is closed aside is closed.
        allocator.drain()
        // Nobody else gets the folder while something is still at work in it.
        for worker in [syncer, packer, allocator] {
            worker.stop()
            worker.drain()
        }
        guard lock >= 0 else { return }
        // Said, and not left to the closing: a program that another thread is just starting holds all that is open here
        // until it has begun, and the lock with it.
        flock(lock, LOCK_UN)
        Glibc.close(lock)
    }

    public func names() throws(DiskError) -> [String] {
        guard let folder = opendir(place) else { throw failure("list", place) }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") && name != "lock" { found.append(name) }
        }
        return found.sorted()
    }

    public func beginAllocating(_ name: String, size: Int) -> Bool {
        let fresh = Fresh()
        self.fresh = fresh
        allocator.begin { [place] () throws(DiskError) in
            fresh.segment = try FileDisk.allocate(name, size: size, in: place)
        }
        return true
    }

    public func allocated(waiting: Bool) throws(DiskError) -> Segment? {
        if waiting { allocator.drain() }
        guard try allocator.isDone() else { return nil }
        defer { fresh = nil }
        return fresh?.segment
    }

    public func allocate(_ name: String, size: Int) throws(DiskError) -> Segment {
        try FileDisk.allocate(name, size: size, in: place)
    }

    private static func allocate(_ name: String, size: Int, in place: String) throws(DiskError) -> Segment {
        let path = place + "/" + name
        // Allocated under another name first: a segment that is there is there in full length.
        let fresh = place + "/.fresh"
        let file = Glibc.open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("create", path) }
        let outcome = posix_fallocate(file, 0, off_t(size))
        guard outcome == 0 else {
            Glibc.close(file)
            unlink(fresh)
            throw failure("allocate \(size / 1_048_576) MiB for", path, outcome)
        }
        fill(file, size)
        guard rename(fresh, path) == 0 else { throw failure("name", path) }
        let segment = try map(path, name, file, size, PROT_READ | PROT_WRITE)
        _ = madvise(segment.base, min(size, step), MADV_POPULATE_WRITE)
        try syncFolder(place)
        return segment
    }

    /// How much of a segment is mapped at once.
    private static let step = 1 << 20

    /// A segment that waits to be written has only its first step mapped, or each service would hold all of it for as
    /// long as it writes the one before. Whoever writes fills that step no sooner than the next ones are there.
    public func prepare(_ segment: Segment) {
        let base = UInt(bitPattern: segment.base)
        let size = segment.size
        // `close` waits for the allocator, so the memory is there as long as this needs it.
        allocator.begin { () throws(DiskError) in
            guard let base = UnsafeMutableRawPointer(bitPattern: base) else { return }
            for at in stride(from: 0, to: size, by: FileDisk.step) {
                _ = madvise(base + at, min(FileDisk.step, size - at), MADV_POPULATE_WRITE)
            }
        }
    }

    /// Writes zeros all over a new segment, so that its pages are there before they are needed. That and mapping them,
    /// many at once, takes 2 ms for 8 MiB; 2,048 faults, one after the other amid messages, take 7.
    ///
    /// The cache keeps pages together as they were written, and a sync writes, and protects against writing, all that
    /// are together: with 256 KiB the next append waits 35 µs for it, with 64 KiB 25, with single pages 10; but those
    /// take 10 ms to allocate.
    private static func fill(_ file: Int32, _ size: Int) {
        let zeros = [UInt8](repeating: 0, count: 64 << 10)
        var at = 0
        while at < size {
            let count = pwrite(file, zeros, min(zeros.count, size - at), off_t(at))
            // Its room is secured already: what is not filled here is filled by a fault.
            if count <= 0 { return }
            at += count
        }
    }

    public func open(_ name: String) throws(DiskError) -> Segment {
        let path = place + "/" + name
        let file = Glibc.open(path, (lock >= 0 ? O_RDWR : O_RDONLY) | O_CLOEXEC)
        guard file >= 0 else { throw failure("open", path) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure("look at", path) }
        guard status.st_size > 0 else {
            Glibc.close(file)
            throw DiskError(.failed, "\(path) is empty, and a segment never is")
        }
        let protection = lock >= 0 ? PROT_READ | PROT_WRITE : PROT_READ
        return try FileDisk.map(path, name, file, Int(status.st_size), protection)
    }

    private static func map(
        _ path: String, _ name: String, _ file: Int32, _ size: Int, _ protection: Int32
    ) throws(DiskError) -> Segment {
        let base = mmap(nil, size, protection, MAP_SHARED, file, 0)
        guard let base, base != MAP_FAILED else { throw failure("map", path) }
        return Segment(name: name, base: base, size: size, handle: file)
    }

    public func sync(_ segment: Segment, _ range: Range<Int>) throws(DiskError) {
        try FileDisk.sync(segment.base, segment.size, range, place + "/" + segment.name)
    }

    /// Before a sync writes a page it protects it, and that one page's protection is told to every processor that may
    /// know better: 2,048 interrupts for a segment, 10 to 30 ms of processor time. So the whole pages are let go of
    /// first, all at once; they stay in the cache, and come back when somebody reads them. What is written next is made
    /// ready again afterwards, or each of those pages would cost a message a fault, 25 µs.
    private static func sync(
        _ base: UnsafeMutableRawPointer, _ size: Int, _ range: Range<Int>, _ path: String
    ) throws(DiskError) {
        let start = range.lowerBound & ~4095
        let whole = range.upperBound & ~4095
        let end = min(size, (range.upperBound + 4095) & ~4095)
        if whole > start { _ = madvise(base + start, whole - start, MADV_DONTNEED) }
        guard msync(base + start, end - start, MS_SYNC) == 0 else { throw failure("sync", path) }
        let next = min(size, whole + readyAhead)
        if next > whole { _ = madvise(base + whole, next - whole, MADV_POPULATE_WRITE) }
    }

    /// How much of a segment is made ready behind what was synced: the cache writes it together anyhow.
    private static let readyAhead = 64 << 10

    public func beginSync(_ segment: Segment, _ range: Range<Int>) throws(DiskError) {
        let base = UInt(bitPattern: segment.base)
        let size = segment.size
        let path = place + "/" + segment.name
        // `close` waits for the syncer, so the memory is there as long as this needs it.
        syncer.begin { () throws(DiskError) in
            guard let base = UnsafeMutableRawPointer(bitPattern: base) else { return }
            try FileDisk.sync(base, size, range, path)
        }
    }

    public func syncIsDone() throws(DiskError) -> Bool { try syncer.isDone() }

    public func beginPacking(_ index: UInt64) -> Bool {
        packer.begin { [place] () throws(DiskError) in
            // A view of its own on the folder: nothing is shared with the loop.
            try Archive(FileDisk(place, readOnly: true)).pack(index)
        }
        return true
    }

    public func packingIsDone(waiting: Bool) throws(DiskError) -> Bool {
        if waiting { packer.drain() }
        return try packer.isDone()
    }

    public func close(_ segment: Segment) {
        syncer.drain()
        allocator.drain()
        munmap(segment.base, segment.size)
        Glibc.close(segment.handle)
    }

    /// Where segments are filled faster than they are compressed, the system gives back the memory of those that wait:
    /// the next one is made of it. Memory that the machine has not used before costs a message 0.2 µs.
    public func retire(_ segment: Segment) {
        let isBehind = packer.isAtWorkNow
        let base = UInt(bitPattern: segment.base)
        let size = segment.size
        let handle = segment.handle
        syncer.drain()
        allocator.begin { () throws(DiskError) in
            munmap(UnsafeMutableRawPointer(bitPattern: base), size)
            if isBehind { posix_fadvise(handle, 0, 0, POSIX_FADV_DONTNEED) }
            Glibc.close(handle)
        }
    }

    public func read(_ name: String) throws(DiskError) -> [UInt8] {
        let path = place + "/" + name
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("open", path) }
        defer { Glibc.close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure("look at", path) }
        let size = Int(status.st_size)
        var filled = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while filled < size {
                let got = Glibc.read(file, buffer.baseAddress! + filled, size - filled)
                if got <= 0 { break }
                filled += got
            }
            count = filled
        }
        guard filled == size else { throw failure("read", path) }
        return bytes
    }

    public func replace(_ name: String, with bytes: [UInt8]) throws(DiskError) {
        let path = place + "/" + name
        // The packer and the loop may both be at it.
        let fresh = place + "/.new-" + name
        let file = Glibc.open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("create", path) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(file, $0.baseAddress! + written, bytes.count - written)
            }
            if count < 0 {
                let cause = errno
                Glibc.close(file)
                unlink(fresh)
                throw failure("write", path, cause)
            }
            written += count
        }
        let outcome = fdatasync(file)
        let cause = errno
        Glibc.close(file)
        guard outcome == 0 else { throw failure("sync", path, cause) }
        guard rename(fresh, path) == 0 else { throw failure("name", path) }
        try FileDisk.syncFolder(place)
    }

    public func remove(_ name: String) throws(DiskError) {
        guard unlink(place + "/" + name) == 0 else { throw failure("remove", place + "/" + name) }
    }

    private static func syncFolder(_ place: String) throws(DiskError) {
        let folder = Glibc.open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("open", place) }
        defer { Glibc.close(folder) }
        guard fsync(folder) == 0 else { throw failure("sync", place) }
    }
}

/// The error of a system call on a path, in a sentence.
func failure(_ verb: String, _ path: String, _ code: Int32 = errno) -> DiskError {
    switch code {
    case ENOSPC, EDQUOT, EFBIG: DiskError(.full, "cannot \(verb) \(path): the disk is full; free some room")
    case EROFS, EACCES, EPERM:
        DiskError(
            .readOnly, "cannot \(verb) \(path): \(String(cString: strerror(code))); it must be writable")
    case ENOENT: DiskError(.missing, "cannot \(verb) \(path): it is not there")
    default: DiskError(.failed, "cannot \(verb) \(path): \(String(cString: strerror(code)))")
    }
}

/// Makes a folder and those above it, for the owner alone.
public func makeFolders(_ path: String) throws(DiskError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
        made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
        if mkdir(made, 0o700) != 0 && errno != EEXIST { throw failure("make the folder", made) }
    }
}
