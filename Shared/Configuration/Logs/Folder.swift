import Glibc

/// Folders on disk.
enum Folder {
    /// Makes the folders above a file where they are missing; false with `errno` where that fails.
    static func make(for path: String) -> Bool {
        var end = path.startIndex
        while let slash = path[end...].firstIndex(of: "/") {
            let folder = String(path[..<slash])
            if !folder.isEmpty, mkdir(folder, 0o755) != 0, errno != EEXIST { return false }
            end = path.index(after: slash)
        }
        return true
    }
}
