import Domain
import Explaining

/// What went by on one topic.
struct Flow {
    /// The topic's lane and kind, `market/bar`, by its number.
    let kind: Int
    var sender = ""
    var messages = 0
    var bytes = 0
    var bytesMax = 0
    /// Numbers that were left out, and messages that came again or too late.
    var missing: UInt64 = 0
    var duplicates = 0
    var epoch: UInt64 = 0
    var last: UInt64 = 0
    /// The time of the latest message, and the longest time between two.
    var latestAt: Int64 = 0
    var longestPause: Int64 = 0

    /// Holds a message's number against the one before it.
    mutating func follow(epoch: UInt64, number: UInt64) {
        if epoch == self.epoch, number > last {
            if last > 0 { missing = sum(missing, number - last - 1) }
            last = number
        } else if epoch > self.epoch {
            self.epoch = epoch
            last = number
        } else {
            duplicates += 1
        }
    }

    mutating func count(bytes size: Int, at time: Int64) {
        messages += 1
        bytes += size
        bytesMax = max(bytesMax, size)
        if latestAt > 0 { longestPause = max(longestPause, elapsed(from: latestAt, to: time)) }
        latestAt = time
    }
}

/// A sum that stops at the largest number there is.
func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (sum, isTooLarge) = left.addingReportingOverflow(right)
    return isTooLarge ? .max : sum
}
