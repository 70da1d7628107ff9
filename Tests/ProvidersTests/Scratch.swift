import Glibc

/// A folder of its own for a test, gone with it.
final class Scratch {
    let folder: String
    private var written: [String] = []

    init() {
        var template = Array("/tmp/tradewind-providers-XXXXXX".utf8CString)
        mkdtemp(&template)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Writes a file and gives its path.
    func file(_ name: String, _ bytes: [UInt8]) -> String {
        let path = folder + "/" + name
        if let file = fopen(path, "w") {
            fwrite(bytes, 1, bytes.count, file)
            fclose(file)
            written.append(path)
        }
        return path
    }

    func file(_ name: String, _ text: String) -> String { file(name, Array(text.utf8)) }

    deinit {
        for path in written { unlink(path) }
        rmdir(folder)
    }
}
