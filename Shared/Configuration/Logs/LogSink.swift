import Glibc

/// The end of a log that writes: one line at a time, under the log's lock.
struct LogSink: ~Copyable {
    private var line: LogLine
    private var file: LogFile?
    private var function: (@Sendable (String) -> Void)?
    private(set) var linesLost = 0
    private var lostSinceLastLine = 0
    private var lastComplaint = ""

    init(_ line: LogLine, to destination: Log.Destination) throws(LogError) {
        self.line = line
        switch destination {
        case .standardError: break
        case .function(let function): self.function = function
        case .file(let path, let rotateSize, let keep):
            file = try LogFile(path: path, bytesMax: rotateSize, keep: keep)
        }
    }

    mutating func write(_ level: LogLevel, _ event: String, _ fields: LogFields, at time: Int64) {
        if lostSinceLastLine > 0 {
            line.compose(.warning, "log_lines_lost", ["lines": .integer(lostSinceLastLine)], at: time)
            if emit() { lostSinceLastLine = 0 }
        }
        line.compose(level, event, fields, at: time)
        guard !emit() else { return }
        linesLost += 1
        lostSinceLastLine += 1
    }

    private mutating func emit() -> Bool {
        if let function {
            function(String(decoding: line.bytes.dropLast(), as: UTF8.self))
            return true
        }
        switch file?.write(line.bytes) {
        case nil: return StandardErrorLine.write(line.bytes)
        case .written: return true
        case .writtenButNotRotated(let reason):
            complain(reason)
            return true
        case .lost(let reason):
            complain(reason)
            return false
        }
    }

    /// Tells standard error once what is wrong with the log, and again only when something else is.
    private mutating func complain(_ reason: String) {
        guard reason != lastComplaint else { return }
        lastComplaint = reason
        _ = StandardErrorLine.write(Array("the log cannot be written as it should: \(reason)\n".utf8))
    }
}

/// Writes to standard error without waiting for whoever reads it.
private enum StandardErrorLine {
    /// A pipe that polls as writable takes this much at once (PIPE_BUF).
    private static let chunk = 4096

    static func write(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                // Between the pieces of one line a short wait is better than half a line.
                let wait: Int32 = rest.count == bytes.count ? 0 : 20
                var request = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
                guard poll(&request, 1, wait) == 1, request.revents & Int16(POLLOUT) != 0 else {
                    return false
                }
                let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(chunk))
                let count = Glibc.write(STDERR_FILENO, piece.baseAddress, piece.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
}
