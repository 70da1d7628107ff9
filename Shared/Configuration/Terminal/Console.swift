import Glibc

/// Standard output and standard error, unbuffered and without the C library's global streams.
public enum Console {
    /// Writes to standard output; false if it is closed or full.
    @discardableResult
    public static func out(_ text: String) -> Bool { write(text, to: STDOUT_FILENO) }

    /// Writes to standard error; false if it is closed or full.
    @discardableResult
    public static func error(_ text: String) -> Bool { write(text, to: STDERR_FILENO) }

    /// Writes to standard output, and throws a sentence where that fails: a result that is lost is a failure.
    public static func write(_ text: String) throws(Failure) {
        if !out(text) { throw Failure("standard output cannot be written: \(errorText(errno))") }
    }

    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN {
                    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&waiting, 1, 1000)
                    continue
                }
                return false
            }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
