import Glibc

/// A folder of its own for a test, gone with it.
final class Scratch {
    let folder: String

    init() {
        var template = Array("/tmp/tradewind-storage-XXXXXX".utf8CString)
        mkdtemp(&template)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    var database: String { folder + "/bars.db" }

    func write(_ text: String) {
        guard let file = fopen(database, "w") else { return }
        fputs(text, file)
        fclose(file)
    }

    deinit {
        for suffix in ["", "-wal", "-shm"] { unlink(database + suffix) }
        rmdir(folder)
    }
}

func copy(_ from: String, _ to: String) {
    guard let source = fopen(from, "r"), let target = fopen(to, "w") else { return }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, source)
        if count == 0 { break }
        fwrite(buffer, 1, count, target)
    }
    fclose(source)
    fclose(target)
}

/// Writes one byte over all of a file from a place on.
func overwrite(_ path: String, from start: Int, with byte: UInt8) {
    guard let file = fopen(path, "r+") else { return }
    fseek(file, 0, SEEK_END)
    let count = ftell(file) - start
    fseek(file, start, SEEK_SET)
    fwrite([UInt8](repeating: byte, count: max(0, count)), 1, max(0, count), file)
    fclose(file)
}
