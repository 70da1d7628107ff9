import Glibc

/// The end of a log that writes: one line at a time, under the log's lock.
struct LogSink: ~Copyable {
    private let service: String
    private var line: LogLine
    private var descriptor = STDERR_FILENO
    private var file: LogFile?
    private var function: (@Sendable (String) -> Void)?
    private(set) var linesLost = 0
    private var lostSinceLastLine = 0
    private var lastComplaint = ""

    init(_ line: LogLine, of service: String, to destination: Log.Destination) throws(LogError) {
        self.service = service
        self.line = line
        switch destination {
        case .descriptor(let descriptor): self.descriptor = descriptor
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
        case nil: return ImpatientOutput.write(line.bytes, to: descriptor)
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
        let sentence = "\(service): the log is not written as it should be: \(reason)\n"
        _ = ImpatientOutput.write(Array(sentence.utf8), to: STDERR_FILENO)
    }
}

/// Writes to a pipe or a terminal without waiting for whoever reads it.
private enum ImpatientOutput {
    /// A pipe that polls as writable takes this much at once (PIPE_BUF).
    private static let chunk = 4096

    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                // Between the pieces of one line a short wait is better than half a line.
                let wait: Int32 = rest.count == bytes.count ? 0 : 20
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&request, 1, wait) == 1 else { return false }
                // A pipe without a reader polls as an error too; writing to it would end the process.
                let isReady = request.revents & Int16(POLLOUT | POLLERR | POLLNVAL) == Int16(POLLOUT)
                guard isReady else { return false }
                let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(chunk))
                let count = Glibc.write(descriptor, piece.baseAddress, piece.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
}
