import Mesh

/// A shard's folder in memory. What is stored is there for the next process; what was not synced is there after a
/// power cut by chance only, sector by sector.
final class SimulatedDisk: Disk {
    /// One file: what programs see, and what a power cut cannot take away.
    private final class File {
        var memory: UnsafeMutableRawBufferPointer
        var synced: [UInt8]

        init(size: Int) {
            memory = .allocate(byteCount: max(size, 1), alignment: 4096)
            memory.initializeMemory(as: UInt8.self, repeating: 0)
            synced = [UInt8](repeating: 0, count: size)
        }

        init(_ bytes: [UInt8], synced: [UInt8]) {
            memory = .allocate(byteCount: max(bytes.count, 1), alignment: 4096)
            memory.copyBytes(from: bytes)
            self.synced = synced
        }

        deinit { memory.deallocate() }

        var size: Int { synced.count }
        var bytes: [UInt8] { Array(memory.prefix(size)) }
    }

    let place: String
    private var files: [String: File] = [:]
    /// Removals that are not on disk yet, oldest first.
    private var removed: [(name: String, file: File)] = []
    /// Files that the process has mapped or had mapped: their memory stays as long as it may be read.
    private var mapped: [File] = []
    private var mappedByName: [String: File] = [:]
    /// The disk as it was in the instant of a crash: what is done after it has no effect.
    private var frozen: (files: [(String, [UInt8], [UInt8])], removed: [(String, [UInt8], [UInt8])])?
    var isFull = false
    /// Called before each operation: the moment for a crash.
    var onOperation: (() -> Void)?
    private(set) var syncs = 0

    static let sectorSize = 512

    init(place: String) { self.place = place }

    private func step() throws(DiskError) {
        onOperation?()
        if frozen != nil { throw DiskError(.failed, "the process is gone") }
    }

    func names() throws(DiskError) -> [String] {
        try step()
        return files.keys.sorted()
    }

    func allocate(_ name: String, size: Int) throws(DiskError) -> Segment {
        try step()
        guard !isFull else { throw DiskError(.full, "cannot allocate \(place)/\(name): the disk is full") }
        let file = File(size: size)
        files[name] = file
        removed.removeAll()
        return map(name, file)
    }

    func open(_ name: String) throws(DiskError) -> Segment {
        try step()
        guard let file = files[name] else {
            throw DiskError(.missing, "cannot open \(place)/\(name): it is not there")
        }
        return map(name, file)
    }

    private func map(_ name: String, _ file: File) -> Segment {
        if !mapped.contains(where: { $0 === file }) { mapped.append(file) }
        mappedByName[name] = file
        return Segment(name: name, base: file.memory.baseAddress!, size: file.size)
    }

    func sync(_ segment: Segment, _ range: Range<Int>) throws(DiskError) {
        try step()
        syncs += 1
        guard let file = mapped.last(where: { $0.memory.baseAddress == segment.base }) else { return }
        let start = range.lowerBound / SimulatedDisk.sectorSize * SimulatedDisk.sectorSize
        let end = min(file.size, range.upperBound + SimulatedDisk.sectorSize - 1)
        for at in start..<max(start, end) { file.synced[at] = file.memory[at] }
    }

    func close(_ segment: Segment) {}

    func read(_ name: String) throws(DiskError) -> [UInt8] {
        try step()
        guard let file = files[name] else {
            throw DiskError(.missing, "cannot read \(place)/\(name): it is not there")
        }
        return file.bytes
    }

    func replace(_ name: String, with bytes: [UInt8]) throws(DiskError) {
        try step()
        guard !isFull else { throw DiskError(.full, "cannot write \(place)/\(name): the disk is full") }
        files[name] = File(bytes, synced: bytes)
        removed.removeAll()
    }

    func remove(_ name: String) throws(DiskError) {
        try step()
        guard let file = files.removeValue(forKey: name) else {
            throw DiskError(.missing, "cannot remove \(place)/\(name): it is not there")
        }
        removed.append((name, file))
    }

    // MARK: faults

    /// From now on the process is dead, whatever it still does.
    func freeze() {
        guard frozen == nil else { return }
        frozen = (
            files.keys.sorted().map { ($0, files[$0]!.bytes, files[$0]!.synced) },
            removed.map { ($0.name, $0.file.bytes, $0.file.synced) }
        )
    }

    /// The disk as the next process finds it after a kill.
    func thaw() {
        guard let image = frozen else { return }
        files = [:]
        for (name, bytes, synced) in image.files { files[name] = File(bytes, synced: synced) }
        removed = image.removed.map { ($0.0, File($0.1, synced: $0.2)) }
        forgetMappings()
        frozen = nil
    }

    private func forgetMappings() {
        mapped = []
        mappedByName = [:]
    }

    /// Takes away what was not synced: of each sector the old or the new content stays, and the last removals may
    /// not have happened.
    func cutPower(_ chance: inout Chance) {
        let undone = chance.below(removed.count + 1)
        for (name, file) in removed.suffix(undone) where files[name] == nil { files[name] = file }
        removed.removeAll()
        let style = chance.below(3)
        for name in files.keys.sorted() {
            let file = files[name]!
            var bytes = file.synced
            var at = 0
            while at < bytes.count {
                let end = min(bytes.count, at + SimulatedDisk.sectorSize)
                // Nothing came through, or each sector by chance, or nearly all of it.
                let survives = style == 0 ? false : style == 1 ? chance.below(2) == 0 : chance.below(8) != 0
                if survives { for byte in at..<end { bytes[byte] = file.memory[byte] } }
                at = end
            }
            files[name] = File(bytes, synced: bytes)
        }
        forgetMappings()
    }

    /// The same folder on another machine.
    func copy(place: String) -> SimulatedDisk {
        let copy = SimulatedDisk(place: place)
        for (name, file) in files { copy.files[name] = File(file.bytes, synced: file.bytes) }
        return copy
    }

    /// Changes the bytes of a file behind the program's back.
    func edit(_ name: String, _ change: (UnsafeMutableRawBufferPointer) -> Void) {
        guard let file = files[name] else { return }
        change(UnsafeMutableRawBufferPointer(rebasing: file.memory.prefix(file.size)))
    }

    var nameList: [String] { files.keys.sorted() }

    /// What is in a file, as it stands.
    func content(_ name: String) -> UnsafeRawBufferPointer {
        guard let file = files[name] else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(file.memory).prefix(file.size))
    }
}
