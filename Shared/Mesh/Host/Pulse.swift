import Domain
import Glibc

/// What a process says of itself to whoever looks at this machine alone: its state, in a file of mesh.folder that is
/// written anew with each beat. It asks nothing of the network, so a container's healthcheck needs neither keys nor
/// time.
///
/// Of a process that was killed the file stays behind, and of one that hangs it grows old. So does one that cannot be
/// written: its age tells all three. A lock on it says that its owner lives, so that what stays behind for good can be
/// told, and that a second process of one name, which will find its shard taken, leaves the file of the first alone.
public final class Pulse {
    /// A pulse as it is found.
    public struct Reading: Sendable {
        public let instance: String
        /// None if the file says nothing that is known.
        public let state: ServiceState?
        /// How long ago it was written, in nanoseconds.
        public let age: Int64
    }

    private let path: String
    /// None where another process has the file.
    private let file: Int32?
    private let interval: Int64
    private var writtenAt = Timestamp.zero
    package static let suffix = ".pulse"

    init(of instance: String, in folder: String, every interval: Int64) throws {
        self.interval = interval
        path = "\(folder)/\(instance)\(Pulse.suffix)"
        file = try OwnedFile.take(path)
        // Over what a process before this one left.
        write(.starting)
    }

    deinit {
        guard let file else { return }
        unlink(path)
        close(file)
    }

    /// Writes the state when a beat is due. To find it out costs something, and this is called for each message.
    func beat(_ state: @autoclosure () -> ServiceState, at now: Timestamp) {
        let age = now.nanoseconds - writtenAt.nanoseconds
        guard age >= interval || age < 0 else { return }
        writtenAt = now
        write(state())
    }

    private func write(_ state: ServiceState) {
        guard let file else { return }
        let name = "\(state)"
        // Always as long, so that what a longer word left is written over; there is no room to run out of.
        let line = Array(name.utf8) + Array(repeating: 32, count: max(0, 15 - name.utf8.count)) + [10]
        pwrite(file, line, line.count, 0)
    }

    /// The pulses of a service's processes that a folder holds.
    public static func readings(of service: String, in folder: String) throws -> [Reading] {
        guard access(folder, F_OK) == 0 else { return [] }
        let disk = try FileDisk(folder, readOnly: true)
        return try disk.names().compactMap { name in
            guard name.hasSuffix(suffix) else { return nil }
            let instance = String(name.dropLast(suffix.utf8.count))
            guard Keyring.service(of: instance) == service else { return nil }
            var status = stat()
            // It may have ended since the folder was read.
            guard stat("\(folder)/\(name)", &status) == 0, let bytes = try? disk.read(name) else {
                return nil
            }
            let writtenAt = Int64(status.st_mtim.tv_sec) * Nanoseconds.second + Int64(status.st_mtim.tv_nsec)
            let word = String(decoding: bytes.prefix { $0 > 32 }, as: UTF8.self)
            return Reading(
                instance: instance, state: ServiceState.allCases.first { "\($0)" == word },
                age: System.now.nanoseconds - writtenAt)
        }
    }
}
