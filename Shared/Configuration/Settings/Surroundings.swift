@preconcurrency import Glibc

/// What a process is given from outside: environment variables and files. Tests give their own.
public struct Surroundings: Sendable {
    public var environment: [String: String]
    public var readFile: @Sendable (_ path: String) -> FileReading

    public init(
        environment: [String: String] = [:],
        readFile: @escaping @Sendable (_ path: String) -> FileReading = { _ in .missing }
    ) {
        self.environment = environment
        self.readFile = readFile
    }

    /// Surroundings without variables and with the given files, all of mode 0600.
    public init(environment: [String: String] = [:], files: [String: String]) {
        self.init(environment: environment) { path in
            files[path].map { .contents(Array($0.utf8), mode: 0o600) } ?? .missing
        }
    }

    /// The environment and the files of this process.
    public static var process: Surroundings {
        Surroundings(environment: processEnvironment, readFile: { FileReading(path: $0) })
    }

    private static var processEnvironment: [String: String] {
        var variables: [String: String] = [:]
        guard var entry = environ as UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? else {
            return variables
        }
        while let text = entry.pointee {
            let parts = String(cString: text)
                .split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            // As getenv does, the first of two wins.
            if parts.count == 2, variables[String(parts[0])] == nil {
                variables[String(parts[0])] = String(parts[1])
            }
            entry += 1
        }
        return variables
    }
}

/// What reading a small file gave.
public enum FileReading: Sendable {
    case contents([UInt8], mode: UInt32)
    case missing
    case unreadable(reason: String)

    /// No settings file and no secret comes near this; a device file has no end.
    static let bytesMax = 1 << 20

    package init(path: String, atMost bytesMax: Int = FileReading.bytesMax) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            self = errno == ENOENT ? .missing : .unreadable(reason: errorText(errno))
            return
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            self = .unreadable(reason: errorText(errno))
            return
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            self = .unreadable(reason: "it is a folder")
            return
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                self = .unreadable(reason: errorText(errno))
                return
            }
            if count == 0 { break }
            bytes += chunk[..<count]
            guard bytes.count <= bytesMax else {
                self = .unreadable(reason: "it is larger than \(SizeText.text(of: bytesMax))")
                return
            }
        }
        self = .contents(bytes, mode: status.st_mode & 0o7777)
    }
}

/// The system's words for an error number.
func errorText(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        .lowercased()
}
