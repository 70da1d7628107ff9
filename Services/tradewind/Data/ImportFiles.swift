import Configuration
import Domain
import Glibc
import Mesh
import Trading

/// The files that `tradewind data import` is given, CSV and Parquet, and transcripts.
enum ImportFiles {
    static func isParquet(_ path: String) -> Bool {
        if path.lowercased().hasSuffix(".parquet") { return true }
        // By its first bytes, whatever it is called.
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var mark = [UInt8](repeating: 0, count: 4)
        return read(file, &mark, 4) == 4 && mark == Array("PAR1".utf8)
    }

    /// `IBM=ibm.csv`, `bars.parquet`, or a folder of both kinds and what lies in its folders.
    static func files(_ word: String) throws -> [(symbol: Symbol?, path: String)] {
        if let split = word.firstIndex(of: "="), access(word, F_OK) != 0 {
            return [(try OptionText.symbol(word[..<split]), String(word[word.index(after: split)...]))]
        }
        var status = stat()
        guard stat(word, &status) == 0 else {
            throw Failure(
                "\(word): the file cannot be opened: \(String(cString: strerror(errno)))", exitCode: 1)
        }
        guard status.st_mode & S_IFMT == S_IFDIR, !PublishedInstants.isThere(word) else {
            return [(nil, word)]
        }
        let paths = paths(in: word)
        guard !paths.isEmpty else {
            throw Failure("\(word) holds no file whose name ends in .csv, .csv.gz or .parquet", exitCode: 2)
        }
        return paths.map { (nil, $0) }
    }

    private static func paths(in folder: String) -> [String] {
        guard let open = opendir(folder) else { return [] }
        defer { closedir(open) }
        var found: [String] = []
        while let entry = readdir(open) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let path = "\(folder)/\(name)"
            // Hidden files, and bars that a store keeps though others took their place, are no files of bars.
            if name.hasPrefix(".") || name == "replaced" { continue }
            if entry.pointee.d_type == UInt8(DT_DIR) {
                found += paths(in: path)
            } else if [".csv", ".csv.gz", ".parquet"].contains(where: name.hasSuffix) {
                found.append(path)
            }
        }
        return found.sorted()
    }
}
