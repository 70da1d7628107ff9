/// What stands in front of a page.
struct PageHeader {
    struct Data {
        var count: Int
        var encoding: Encoding
        /// Of the second kind of page.
        var levels: (repetition: Int, definition: Int)?
        var isPacked = true
    }

    enum Kind {
        case data(Data)
        case dictionary(count: Int, Encoding)
        /// One that holds no values.
        case other
    }

    var size: Int
    var packedSize: Int
    var kind: Kind

    /// A page of more bytes than this is a lie: writers make them of a million or so.
    private static let sizeMax: Int64 = 1 << 30

    init(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) throws(ParquetError) {
        var reader = ThriftReader(bytes, at: at)
        let value = try reader.fields()
        at = reader.at
        guard let type = value[1]?.integer, let size = value[2]?.integer, let packed = value[3]?.integer,
            (0...PageHeader.sizeMax).contains(size), (0...PageHeader.sizeMax).contains(packed)
        else { throw ParquetError("a page does not say what it is and how long; the file is damaged") }
        self.size = Int(size)
        packedSize = Int(packed)
        switch PageType(rawValue: Int(clamping: type)) {
        case .data:
            let header = value[5]
            kind = .data(
                Data(count: try PageHeader.count(header), encoding: try PageHeader.encoding(header, 2)))
        case .dataV2:
            let header = value[8]
            let definition = header?[5]?.integer ?? 0
            let repetition = header?[6]?.integer ?? 0
            guard (0...PageHeader.sizeMax).contains(definition), (0...PageHeader.sizeMax).contains(repetition)
            else {
                throw ParquetError("a page has levels of impossible length; the file is damaged")
            }
            kind = .data(
                Data(
                    count: try PageHeader.count(header), encoding: try PageHeader.encoding(header, 4),
                    levels: (Int(repetition), Int(definition)), isPacked: header?[7]?.flag ?? true))
        case .dictionary:
            kind = .dictionary(count: try PageHeader.count(value[7]), try PageHeader.encoding(value[7], 2))
        case .index, nil: kind = .other
        }
    }

    private static func count(_ header: ThriftValue?) throws(ParquetError) -> Int {
        guard let count = header?[1]?.integer, (0...Int64(Int32.max)).contains(count) else {
            throw ParquetError("a page does not say how many values it has; the file is damaged")
        }
        return Int(count)
    }

    private static func encoding(_ header: ThriftValue?, _ field: Int) throws(ParquetError) -> Encoding {
        let number = header?[field]?.integer ?? -1
        guard let encoding = Encoding(rawValue: Int(clamping: number)) else {
            throw ParquetError(
                "a page is written in encoding \(number), which there is not; the file is damaged")
        }
        return encoding
    }
}
