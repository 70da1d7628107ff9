import Glibc

/// A file that is put aside when it grows too large: `feed.log` becomes `feed.log.1`, that `feed.log.2`, and
/// the oldest goes.
struct LogFile: ~Copyable {
    private let path: String
    private let bytesMax: Int
    private let keep: Int
    private var descriptor: Int32
    private var size: Int

    init(path: String, bytesMax: Int, keep: Int) throws(LogError) {
        self.path = path
        self.bytesMax = bytesMax
        self.keep = keep
        (descriptor, size) = LogFile.open(path)
        guard descriptor >= 0 else {
            throw LogError(description: "the log file \(path) cannot be opened: \(errorText(errno))")
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    enum Outcome: Equatable {
        case written
        case writtenButNotRotated(reason: String)
        case lost(reason: String)
    }

    /// Appends a line.
    mutating func write(_ bytes: [UInt8]) -> Outcome {
        var complaint: String?
        if size > 0, size + bytes.count > bytesMax { complaint = rotate() }
        if descriptor < 0 { (descriptor, size) = LogFile.open(path) }
        guard descriptor >= 0 else { return .lost(reason: "\(path): \(errorText(errno))") }
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count else {
            let reason = "\(path): \(errorText(count < 0 ? errno : ENOSPC))"
            if count > 0 { cutTail(of: count) }
            return .lost(reason: reason)
        }
        size += count
        return complaint.map { .writtenButNotRotated(reason: $0) } ?? .written
    }

    /// Takes half a line back, which would spoil the next one as well.
    private func cutTail(of count: Int) {
        let end = lseek(descriptor, 0, SEEK_END)
        if end >= count { ftruncate(descriptor, end - count) }
    }

    private mutating func rotate() -> String? {
        if keep == 0 {
            guard ftruncate(descriptor, 0) == 0 else { return rotationFailure() }
            size = 0
            return nil
        }
        for number in stride(from: keep - 1, through: 1, by: -1) {
            if rename("\(path).\(number)", "\(path).\(number + 1)") != 0, errno != ENOENT {
                return rotationFailure()
            }
        }
        guard rename(path, "\(path).1") == 0 || errno == ENOENT else { return rotationFailure() }
        close(descriptor)
        (descriptor, size) = LogFile.open(path)
        return descriptor < 0 ? "\(path): \(errorText(errno))" : nil
    }

    /// The log goes on in the old file, and tries again only after another `bytesMax`.
    private mutating func rotationFailure() -> String {
        let reason = "\(path) cannot be put aside: \(errorText(errno))"
        size = 0
        return reason
    }

    private static func open(_ path: String) -> (descriptor: Int32, size: Int) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return (-1, 0) }
        var status = stat()
        return (descriptor, fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0)
    }
}

/// Why a log could not be opened.
public struct LogError: Error, Sendable, CustomStringConvertible {
    public var description: String
}
