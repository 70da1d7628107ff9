import CLinux

/// Any number of files as one, which is readable while any of them is.
final class Watch {
    let file = tradewind_watch()

    func add(_ file: Int32) { _ = tradewind_watch_add(self.file, file) }

    /// The files that are readable now, or some of them if they are many.
    func ready() -> [Int32] {
        var files = [Int32](repeating: -1, count: 64)
        let count = Int(tradewind_watch_ready(file, &files, 64))
        return Array(files.prefix(count))
    }
}
