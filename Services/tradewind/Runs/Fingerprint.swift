import CChecksum
import Configuration
import Domain
import Glibc

/// A hash that names what it is of: BLAKE2b, in hexadecimal.
enum Fingerprint {
    /// Of some bytes: 32 digits.
    static func of(_ bytes: UnsafeRawBufferPointer) -> String {
        let key = [UInt8](repeating: 0, count: 32)
        var hash = [UInt8](repeating: 0, count: 32)
        tradewind_blake2b_lanes(&hash, bytes.baseAddress, bytes.count, key)
        return hash.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func of(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { of($0) } }

    static func of(text: String) -> String { of(Array(text.utf8)) }

    /// Of the program that runs: another build has another one.
    static func ofProgram() throws -> String {
        let path = "/proc/self/exe"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0 else { throw failure("read", path) }
        let count = Int(status.st_size)
        guard let memory = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), memory != MAP_FAILED
        else {
            throw failure("read", path)
        }
        defer { munmap(memory, count) }
        return of(UnsafeRawBufferPointer(start: memory, count: count))
    }

    private static func failure(_ verb: String, _ path: String) -> Failure {
        Failure("cannot \(verb) \(path), the program itself: \(String(cString: strerror(errno)))")
    }
}
