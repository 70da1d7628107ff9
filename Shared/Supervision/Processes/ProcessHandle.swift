import CLinux
import Glibc

/// A running process that the supervisor started or adopted, held by a descriptor: signals go to it and to no other,
/// and its end makes the descriptor readable.
final class ProcessHandle {
    let identity: ProcessIdentity
    let descriptor: Int32
    /// A child's exit code is known; an adopted process has another parent.
    let isChild: Bool

    /// Nothing if the process is gone.
    init?(_ identity: ProcessIdentity, isChild: Bool) {
        descriptor = tradewind_pidfd(identity.number)
        self.identity = identity
        self.isChild = isChild
        // Opened, it stands for the process that has the number now: that must still be the one that is meant.
        guard descriptor >= 0, isChild || identity.lives else { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Sends a signal; nothing happens if it has ended.
    func send(_ signal: Int32) { _ = tradewind_pidfd_signal(descriptor, signal) }

    /// How it ended, once it has.
    func reason() -> ProcessExit.Reason? {
        guard isChild else {
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&request, 1, 0) > 0 ? .unknown : nil
        }
        var status: Int32 = 0
        let outcome = waitpid(identity.number, &status, WNOHANG)
        guard outcome != 0 else { return nil }
        guard outcome == identity.number else { return errno == EINTR ? nil : .unknown }
        let signal = status & 0x7F
        return signal == 0 ? .code(Int((status >> 8) & 0xFF)) : .signal(Int(signal))
    }
}
