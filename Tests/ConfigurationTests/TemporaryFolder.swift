import Glibc
import Testing

@testable import Configuration

/// A folder that goes with its value.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        var template = Array("/tmp/tradewind-test-XXXXXX".utf8CString)
        path = try template.withUnsafeMutableBufferPointer { buffer in
            let start = try #require(buffer.baseAddress)
            return String(cString: try #require(mkdtemp(start)))
        }
    }

    deinit { TemporaryFolder.remove(path) }

    func read(_ path: String) -> String? {
        guard case .contents(let bytes, _) = FileReading(path: path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func remove(_ path: String) {
        if let folder = opendir(path) {
            defer { closedir(folder) }
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." {
                    unlink("\(path)/\(name)") == 0 ? () : remove("\(path)/\(name)")
                }
            }
        }
        rmdir(path)
    }
}
