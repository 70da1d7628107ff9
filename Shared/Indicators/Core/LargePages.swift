import Glibc

/// Asks for pages of 2 MB under memory that was just allocated and not yet touched, if it is of 4 MB or more. A column of
/// a million numbers has 2,000 pages of the usual size: each is fetched at the first touch, and looked up again and again
/// when several columns are read side by side. numpy does the same.
public func askForLargePages(_ memory: UnsafeMutableRawPointer, bytes: Int) {
    guard bytes >= 1 << 22 else { return }
    let begin = memory.alignedUp(toMultipleOf: 4096)
    // Where the kernel has none, the usual ones do.
    _ = madvise(begin, bytes - (begin - memory), MADV_HUGEPAGE)
}
