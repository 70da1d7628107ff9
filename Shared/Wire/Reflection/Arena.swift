import CProtobuf

/// Memory for one message at a time: blocks are cut from a chunk and all given back at once.
///
/// After the first messages the chunk is large enough and nothing is allocated any more. Before each block
/// stands its size, which tells whether a C string that was read holds a NUL inside.
final class Arena {
    private static let keptMax = 4 << 20
    private static let header = 16

    private var chunk: UnsafeMutableRawPointer
    private var capacity: Int
    private var used = 0
    /// Chunks that were outgrown by the present message.
    private var outgrown: [UnsafeMutableRawPointer] = []
    /// What protobuf-c allocates by.
    let allocator: UnsafeMutablePointer<ProtobufCAllocator>

    init() {
        capacity = 16 << 10
        chunk = .allocate(byteCount: capacity, alignment: Self.header)
        allocator = .allocate(capacity: 1)
        let this = Unmanaged.passUnretained(self).toOpaque()
        allocator.initialize(
            to: ProtobufCAllocator(
                alloc: { arena, size in
                    guard let arena else { return nil }
                    return Unmanaged<Arena>.fromOpaque(arena).takeUnretainedValue().block(size)
                },
                free: { _, _ in }, allocator_data: this))
    }

    deinit {
        for chunk in outgrown { chunk.deallocate() }
        chunk.deallocate()
        allocator.deallocate()
    }

    /// A block of at least `size` bytes, aligned for anything, until `reset`.
    func block(_ size: Int) -> UnsafeMutableRawPointer {
        let total = Self.header + (size + Self.header - 1) / Self.header * Self.header
        if used + total > capacity {
            outgrown.append(chunk)
            capacity = max(2 * capacity, total)
            chunk = .allocate(byteCount: capacity, alignment: Self.header)
            used = 0
        }
        let start = chunk + used
        used += total
        start.storeBytes(of: size, as: Int.self)
        return start + Self.header
    }

    /// The size that a block was asked for with.
    static func size(of block: UnsafeRawPointer) -> Int { (block - header).load(as: Int.self) }

    /// Takes all blocks back. What one huge message needed is not kept.
    func reset() {
        used = 0
        guard !outgrown.isEmpty || capacity > Self.keptMax else { return }
        for chunk in outgrown { chunk.deallocate() }
        outgrown.removeAll()
        if capacity > Self.keptMax {
            chunk.deallocate()
            capacity = Self.keptMax
            chunk = .allocate(byteCount: capacity, alignment: Self.header)
        }
    }
}
