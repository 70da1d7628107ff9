import Glibc

enum FileBytes {
    struct Missing: Error {}

    static func read(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { throw Missing() }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(file, &part, part.count)
            if count <= 0 { return bytes }
            bytes += part[..<count]
        }
    }
}
