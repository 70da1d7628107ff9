import Glibc

/// Which rows of an optional column have a value: a bit each, run lengths and packed bits.
enum Levels {
    /// Whether one run says that all rows have a value: then nobody has to note it for each.
    static func areAllSet(_ bytes: UnsafeRawBufferPointer, count: Int) throws(ParquetError) -> Bool {
        guard count > 0 else { return true }
        var reader = try RunLengthReader(bytes, width: 1)
        if case .same(1, let run) = try reader.next(wanted: count) { return run == count }
        return false
    }

    /// Gives how many are true.
    static func read(
        _ bytes: UnsafeRawBufferPointer, count: Int, into flags: UnsafeMutablePointer<Bool>
    ) throws(ParquetError) -> Int {
        var reader = try RunLengthReader(bytes, width: 1)
        var done = 0
        var present = 0
        while done < count {
            switch try reader.next(wanted: count - done) {
            case .same(let value, let run):
                guard value <= 1 else {
                    throw ParquetError("a page has a level of \(value) in a flat column; it is damaged")
                }
                memset(flags + done, Int32(value), run)
                present += value == 1 ? run : 0
                done += run
            case .packed(let at, let run):
                for place in 0..<run {
                    let bit = reader.bytes[at + place >> 3] >> UInt8(place & 7) & 1
                    flags[done + place] = bit == 1
                    present += Int(bit)
                }
                done += run
            }
        }
        return present
    }
}
