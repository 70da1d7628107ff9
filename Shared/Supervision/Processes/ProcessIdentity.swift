import Configuration
import Glibc

/// One process, and not another that got its number later: the number, and when it started, in the kernel's ticks since
/// the boot. After a restart of the machine both may come again, so the boot belongs to it too.
public struct ProcessIdentity: Hashable, Sendable {
    public var number: pid_t
    public var startTicks: UInt64

    public init(number: pid_t, startTicks: UInt64) {
        self.number = number
        self.startTicks = startTicks
    }

    /// The process of a number, if there is one that lives: one that has ended and is not yet buried does not.
    public init?(of number: pid_t) {
        guard number > 0, let stat = Proc.text("\(number)/stat"), let close = stat.lastIndex(of: ")") else {
            return nil
        }
        // The name in brackets may hold anything; what follows are numbers: the state, then 18 more, then the start.
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let ticks = UInt64(fields[19]) else {
            return nil
        }
        self.init(number: number, startTicks: ticks)
    }

    public static var own: ProcessIdentity? { ProcessIdentity(of: getpid()) }

    /// Whether this very process still lives.
    public var lives: Bool { ProcessIdentity(of: number) == self }

    init?(_ fields: StateFields) {
        guard let number = fields.integer("pid"), let ticks = fields.integer("start_ticks"), number > 0,
            ticks >= 0, fields.text("boot") == Proc.boot
        else { return nil }
        self.init(number: pid_t(number), startTicks: UInt64(ticks))
    }

    func write(to json: inout JSONWriter) {
        json.key("pid")
        json.integer(number)
        json.key("start_ticks")
        json.integer(startTicks)
        json.key("boot")
        json.string(Proc.boot)
    }
}

/// The kernel's folder of processes.
enum Proc {
    /// A small file of it.
    static func text(_ path: String) -> String? { bytes(path).map { String(decoding: $0, as: UTF8.self) } }

    static func bytes(_ path: String) -> [UInt8]? {
        guard case .contents(let bytes, _) = FileReading(path: "/proc/\(path)") else { return nil }
        return bytes
    }

    /// The numbers of all processes.
    static var numbers: [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var found: [pid_t] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = pid_t(name) { found.append(number) }
        }
        return found.sorted()
    }

    static let boot = text("sys/kernel/random/boot_id").map { String($0.prefix { $0 != "\n" }) } ?? ""
}
