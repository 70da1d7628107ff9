/// Rows as COPY takes them in its binary form: nothing has to be escaped, and numbers are not printed.
struct CopyContent {
    var bytes: [UInt8]

    /// As much as is handed to libpq at once.
    static let chunk = 64 << 10
    private static let header: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)

    init() {
        bytes = CopyContent.header
        bytes.reserveCapacity(CopyContent.chunk * 2)
    }

    mutating func add(_ row: [SQLValue]) {
        add(UInt16(row.count))
        for value in row {
            switch value {
            case .null: add(UInt32.max)
            case .integer(let number):
                add(UInt32(8))
                add(UInt64(bitPattern: number))
            case .real(let number):
                add(UInt32(8))
                add(number.bitPattern)
            case .text(let text):
                add(UInt32(text.utf8.count))
                bytes.append(contentsOf: text.utf8)
            }
        }
    }

    mutating func end() { add(UInt16.max) }

    private mutating func add(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
