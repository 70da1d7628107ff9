import Glibc

/// Asks for pages of 2 MB under memory that was just allocated and not yet touched, if it is of 4 MB or more. Of 560 MB
/// of columns every one of 137,000 usual pages is a fault of its own, and that took more time than reading them.
public func askForLargePages(_ memory: UnsafeMutableRawPointer, bytes: Int) {
    guard bytes >= 1 << 22 else { return }
    let begin = memory.alignedUp(toMultipleOf: 4096)
    // Where the kernel has none, the usual ones do.
    _ = madvise(begin, bytes - (begin - memory), MADV_HUGEPAGE)
}
