/// Gives the same `String` for the same bytes, so that a name that is known costs no allocation.
///
/// Open addressing over a power of two, never more than half full. When 8,192 names are reached it begins anew,
/// so a flood of invented names costs time and never memory. The hash is seeded, so a flood cannot aim either.
final class NameTable {
    static let namesMax = 8_192
    /// Longer texts are made anew each time.
    static let lengthMax = 128

    private struct Slot {
        var hash: UInt64 = 0
        var length = 0
        /// Nothing in an empty slot.
        var bytes: UnsafeMutableRawPointer?
        var name = ""
    }

    // Behind a pointer, and not stored properties, so that a look-up pays for no exclusivity check.
    private struct State {
        var slots: UnsafeMutablePointer<Slot>
        var mask: Int
        var count: Int
    }

    private let state: UnsafeMutablePointer<State>
    private let seed: UInt64

    init() {
        seed = UInt64.random(in: .min ... .max)
        state = .allocate(capacity: 1)
        state.initialize(to: State(slots: Self.slots(256), mask: 255, count: 0))
    }

    deinit {
        forget()
        state.pointee.slots.deinitialize(count: state.pointee.mask + 1)
        state.pointee.slots.deallocate()
        state.deallocate()
    }

    /// The name of these bytes, or nothing if they are not UTF-8 or hold a NUL.
    @inline(__always)
    func name(_ bytes: UnsafeRawPointer, _ length: Int) -> String? {
        let hash = hash(bytes, length)
        let slots = state.pointee.slots
        let mask = state.pointee.mask
        var index = Int(truncatingIfNeeded: hash) & mask
        // Through a pointer, so that no slot is copied and no name retained but the one that is given back.
        while let known = (slots + index).pointee.bytes {
            let slot = slots + index
            if slot.pointee.hash == hash, slot.pointee.length == length, isEqual(known, bytes, length) {
                return slot.pointee.name
            }
            index = (index &+ 1) & mask
        }
        return insert(bytes, length, hash)
    }

    /// Makes a text the name of these bytes; false if they are not UTF-8 or hold a NUL. A text that is that very
    /// name already stays untouched: to retain one and release the other costs 8 ns.
    @inline(__always)
    func put(_ bytes: UnsafeRawPointer, _ length: Int, into text: inout String) -> Bool {
        let hash = hash(bytes, length)
        let slots = state.pointee.slots
        let mask = state.pointee.mask
        var index = Int(truncatingIfNeeded: hash) & mask
        while let known = (slots + index).pointee.bytes {
            let slot = slots + index
            if slot.pointee.hash == hash, slot.pointee.length == length, isEqual(known, bytes, length) {
                if words(text) != words(slot.pointee.name) { text = slot.pointee.name }
                return true
            }
            index = (index &+ 1) & mask
        }
        guard let name = insert(bytes, length, hash) else { return false }
        text = name
        return true
    }

    /// What a String is made of: equal for two that share their storage.
    @inline(__always)
    private func words(_ text: borrowing String) -> (UInt64, UInt64) {
        withUnsafeBytes(of: text) { ($0.load(as: UInt64.self), $0.load(fromByteOffset: 8, as: UInt64.self)) }
    }

    private static func slots(_ count: Int) -> UnsafeMutablePointer<Slot> {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
        slots.initialize(repeating: Slot(), count: count)
        return slots
    }

    @inline(never)
    private func insert(_ bytes: UnsafeRawPointer, _ length: Int, _ hash: UInt64) -> String? {
        let buffer = UnsafeRawBufferPointer(start: bytes, count: length)
        guard !buffer.contains(0), let name = String(validating: buffer, as: UTF8.self) else { return nil }
        guard length <= Self.lengthMax else { return name }
        if state.pointee.count >= Self.namesMax { forget() }
        if state.pointee.count * 2 > state.pointee.mask { grow() }
        let copy = UnsafeMutableRawPointer.allocate(byteCount: max(length, 1), alignment: 8)
        copy.copyMemory(from: bytes, byteCount: length)
        place(Slot(hash: hash, length: length, bytes: copy, name: name))
        state.pointee.count += 1
        return name
    }

    private func place(_ slot: Slot) {
        var index = Int(truncatingIfNeeded: slot.hash) & state.pointee.mask
        while state.pointee.slots[index].bytes != nil { index = (index &+ 1) & state.pointee.mask }
        state.pointee.slots[index] = slot
    }

    private func grow() {
        let old = state.pointee
        let count = (old.mask + 1) * 2
        state.pointee.slots = Self.slots(count)
        state.pointee.mask = count - 1
        for index in 0...old.mask {
            if old.slots[index].bytes != nil { place(old.slots[index]) }
        }
        old.slots.deinitialize(count: old.mask + 1)
        old.slots.deallocate()
    }

    private func forget() {
        for index in 0...state.pointee.mask {
            state.pointee.slots[index].bytes?.deallocate()
            state.pointee.slots[index] = Slot()
        }
        state.pointee.count = 0
    }

    /// Sixteen bytes at a time, the last ones overlapping, through a 64 by 64 bit multiplication.
    @inline(__always)
    private func hash(_ bytes: UnsafeRawPointer, _ length: Int) -> UInt64 {
        var hash = seed ^ UInt64(truncatingIfNeeded: length)
        if length >= 8 {
            var index = 0
            while index < length &- 16 {
                hash = mix(hash ^ word(bytes, index), word(bytes, index &+ 8))
                index &+= 16
            }
            return mix(hash ^ word(bytes, min(index, length &- 8)), word(bytes, length &- 8))
        }
        return mix(hash, shortWord(bytes, length))
    }

    @inline(__always)
    private func word(_ bytes: UnsafeRawPointer, _ index: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    }

    /// One to seven bytes as a word, different for different bytes of one length, without a loop.
    @inline(__always)
    private func shortWord(_ bytes: UnsafeRawPointer, _ length: Int) -> UInt64 {
        if length >= 4 {
            let low = bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
            let high = bytes.loadUnaligned(fromByteOffset: length &- 4, as: UInt32.self)
            return UInt64(low) | UInt64(high) &<< 32
        }
        guard length > 0 else { return 0 }
        let first = bytes.load(fromByteOffset: 0, as: UInt8.self)
        let middle = bytes.load(fromByteOffset: length &>> 1, as: UInt8.self)
        let last = bytes.load(fromByteOffset: length &- 1, as: UInt8.self)
        return UInt64(first) | UInt64(middle) &<< 8 | UInt64(last) &<< 16
    }

    @inline(__always)
    private func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = hash.multipliedFullWidth(by: word ^ 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    @inline(__always)
    private func isEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ length: Int) -> Bool {
        var difference: UInt64 = 0
        if length >= 8 {
            var index = 0
            while index < length &- 8 {
                difference |= self.difference(left, right, index)
                index &+= 8
            }
            return difference | self.difference(left, right, length &- 8) == 0
        }
        return shortWord(left, length) == shortWord(right, length)
    }

    @inline(__always)
    private func difference(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ index: Int) -> UInt64 {
        left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            ^ right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    }
}
