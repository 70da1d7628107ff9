import Indicators

/// A growing row of plain values whose memory stays where it is once it has been filled, so that runs on every thread
/// read it without asking whose it is.
public final class Column<Element: BitwiseCopyable & Sendable> {
    public private(set) var base: UnsafeMutablePointer<Element>
    public private(set) var count = 0
    private var capacity: Int
    /// Whoever holds the memory, where it is not the column's own.
    private let owner: AnyObject?

    public init(capacity: Int = 1024) {
        self.capacity = max(capacity, 1)
        base = Column.memory(self.capacity)
        owner = nil
    }

    convenience init(_ elements: [Element]) {
        self.init(capacity: elements.count)
        for element in elements { append(element) }
    }

    /// A column of memory that somebody else holds, for reading.
    init(_ memory: UnsafeRawBufferPointer, of owner: AnyObject) {
        count = memory.count / MemoryLayout<Element>.stride
        capacity = count
        self.owner = owner
        if let start = memory.baseAddress {
            base = UnsafeMutableRawPointer(mutating: start).assumingMemoryBound(to: Element.self)
        } else {
            base = UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment)!
        }
    }

    deinit {
        if owner == nil { base.deallocate() }
    }

    private static func memory(_ capacity: Int) -> UnsafeMutablePointer<Element> {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
        askForLargePages(memory, bytes: capacity * MemoryLayout<Element>.stride)
        return memory
    }

    func append(_ element: Element) {
        if count == capacity {
            precondition(owner == nil, "a column of another's memory does not grow")
            let larger = Column.memory(capacity * 2)
            larger.moveInitialize(from: base, count: count)
            base.deallocate()
            base = larger
            capacity *= 2
        }
        (base + count).initialize(to: element)
        count += 1
    }

    public subscript(index: Int) -> Element {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "the column is shorter than that")
        return base[index]
    }

    public var values: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }
}

/// Only the table that fills it appends to it, before anybody else sees it; afterwards it is read and nothing else.
extension Column: @unchecked Sendable {}
