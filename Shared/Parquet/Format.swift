/// The words of the format, numbered as its files number them.

public enum PhysicalType: Int, Sendable {
    case boolean, int32, int64, int96, float, double, byteArray, fixedByteArray
}

enum Encoding: Int {
    case plain = 0
    case plainDictionary = 2
    case runLength = 3
    case bitPacked = 4
    case deltaBinaryPacked = 5
    case deltaLengthByteArray = 6
    case deltaByteArray = 7
    case dictionary = 8
    case byteStreamSplit = 9
}

/// How pages are compressed.
public enum Codec: Int, Sendable, CaseIterable {
    case uncompressed = 0
    case snappy = 1
    case gzip = 2
    case lzo = 3
    case brotli = 4
    case lz4 = 5
    case zstd = 6
    case lz4Raw = 7
}

public enum TimeUnit: Int, Sendable {
    case milliseconds = 1
    case microseconds, nanoseconds

    public var inNanoseconds: Int64 {
        switch self {
        case .milliseconds: 1_000_000
        case .microseconds: 1_000
        case .nanoseconds: 1
        }
    }
}

/// What the values of a column mean.
public enum LogicalType: Equatable, Sendable {
    case none
    case text
    case decimal(precision: Int, scale: Int)
    case date
    case time(TimeUnit)
    case timestamp(TimeUnit, isUTC: Bool)
    case integer(bits: Int, isSigned: Bool)
    /// One that says nothing about bars.
    case other
}

enum PageType: Int { case data = 0, index, dictionary, dataV2 }
