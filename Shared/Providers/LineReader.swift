import CZlib
import Glibc

/// The lines of a file, one after the other, in memory that does not grow with the file. One that gzip packed is
/// unpacked on the way, whatever it is called.
struct LineReader: ~Copyable {
    /// A longer line is an error: no row of bars comes near it.
    static let lineLengthMax = 65_536
    private static let capacity = 262_144

    let path: String
    /// The number of the line that `next` gave last; the first is 1.
    private(set) var number = 0
    /// What was read and not yet overwritten; `next` gives ranges of it.
    private(set) var bytes: [UInt8]
    private var unread = 0..<0
    private var descriptor: Int32
    private var ended = false
    /// How long the file is; nothing where only its end tells.
    private var size: Int?
    /// What unpacks the file, where it is packed; it owns the descriptor then.
    private var unpacking: gzFile?

    private static let packedMark: [UInt8] = [0x1F, 0x8B]

    init(path: String) throws(SourceError) {
        self.path = path
        bytes = [UInt8](repeating: 0, count: LineReader.capacity)
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SourceError("\(path): the file cannot be opened: \(String(cString: strerror(errno)))")
        }
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        var mark: [UInt8] = [0, 0]
        // A pipe has no place to look at without taking from it, and is no packed file either.
        guard pread(descriptor, &mark, 2, 0) == 2, mark == LineReader.packedMark else {
            var status = stat()
            size = fstat(descriptor, &status) == 0 && status.st_size > 0 ? Int(status.st_size) : nil
            return
        }
        unpacking = gzdopen(descriptor, "rb")
        guard let unpacking else { throw SourceError("\(path): there is no memory to unpack it") }
        gzbuffer(unpacking, UInt32(LineReader.capacity))
    }

    deinit {
        if let unpacking { gzclose_r(unpacking) } else if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// The next line without its end, as a range of `bytes`; nothing after the last. Valid until the next
    /// call.
    mutating func next() throws(SourceError) -> Range<Int>? {
        var searched = 0
        while true {
            if let end = newline(from: unread.lowerBound + searched) {
                let line = unread.lowerBound..<end
                unread = end + 1..<unread.upperBound
                return try took(line)
            }
            searched = unread.count
            guard searched <= LineReader.lineLengthMax else {
                throw SourceError(
                    "\(path), line \(number + 1): the line is longer than \(LineReader.lineLengthMax) bytes; is this "
                        + "a text file with one bar a line?")
            }
            if ended {
                if unread.isEmpty { return nil }
                let line = unread
                unread = line.upperBound..<line.upperBound
                return try took(line)
            }
            try refill()
        }
    }

    /// About how many lines are still to come, if they are as long as those that were read ahead; 0 where nobody can tell.
    var linesExpected: Int {
        guard let size, !unread.isEmpty else { return 0 }
        let lines = unread.reduce(0) { $0 + (bytes[$1] == 0x0a ? 1 : 0) }
        return lines == 0 ? 1 : Int(Double(size) / Double(unread.count) * Double(lines))
    }

    private mutating func took(_ line: Range<Int>) throws(SourceError) -> Range<Int> {
        number += 1
        var line = line
        if number == 1, line.count >= 3,
            (bytes[line.lowerBound], bytes[line.lowerBound + 1], bytes[line.lowerBound + 2]) == (
                0xef, 0xbb, 0xbf
            )
        {
            // The mark that some spreadsheets put before UTF-8.
            line = line.lowerBound + 3..<line.upperBound
        }
        if !line.isEmpty, bytes[line.upperBound - 1] == UInt8(ascii: "\r") {
            line = line.lowerBound..<line.upperBound - 1
        }
        return line
    }

    private func newline(from start: Int) -> Int? {
        let end = unread.upperBound
        return bytes.withUnsafeBytes { all in
            guard start < end, let base = all.baseAddress,
                let found = memchr(base + start, 0x0a, end - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    /// Moves what is unread to the front and reads more behind it.
    private mutating func refill() throws(SourceError) {
        if let unpacking { return try unpack(from: unpacking) }
        let (kept, descriptor) = (unread, descriptor)
        let (count, failure) = bytes.withUnsafeMutableBytes { all -> (Int, Int32) in
            guard let base = all.baseAddress else { return (0, 0) }
            memmove(base, base + kept.lowerBound, kept.count)
            while true {
                let count = read(descriptor, base + kept.count, all.count - kept.count)
                if count >= 0 || errno != EINTR { return (count, errno) }
            }
        }
        guard count >= 0 else {
            throw SourceError(
                "\(path), after line \(number): the file cannot be read: \(String(cString: strerror(failure)))"
            )
        }
        unread = 0..<kept.count + count
        ended = count == 0
    }

    private mutating func unpack(from file: gzFile) throws(SourceError) {
        let kept = unread
        let count = bytes.withUnsafeMutableBytes { all in
            memmove(all.baseAddress!, all.baseAddress! + kept.lowerBound, kept.count)
            return Int(gzread(file, all.baseAddress! + kept.count, UInt32(all.count - kept.count)))
        }
        var code: Int32 = 0
        let said = gzerror(file, &code).map { String(cString: $0) } ?? ""
        // A file that was cut off gives what there is, and says so at its end.
        guard count >= 0, count > 0 || code == Z_OK || code == Z_STREAM_END else {
            throw SourceError(
                "\(path), after line \(number): the packed file is damaged or cut off (\(said)); a whole copy of it "
                    + "would be right")
        }
        unread = 0..<kept.count + count
        ended = count == 0
    }
}
