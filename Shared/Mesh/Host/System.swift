import Domain
import Glibc
import Synchronization

/// The host's view of the machine it runs on. Nothing else reads a clock.
public enum System {
    /// Now, by the wall clock.
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Does nothing for so many nanoseconds, or until a signal comes.
    public static func sleep(_ nanoseconds: Int64) {
        var time = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        nanosleep(&time, nil)
    }

    /// Lets the threads that this process begins from now on, and the present one, come after those of services where
    /// they share a core. It keeps a tenth of a core even then.
    public static func makeRoomForOthers() { _ = nice(10) }

    /// How many cores the machine has.
    public static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Names the boot of the machine that is running: another one means that unsynced pages are gone.
    public static var boot: String {
        let file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "unknown" }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = read(file, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)).filter { $0 > 32 }, as: UTF8.self)
    }

    /// Where this program lies, so that the others are found beside it.
    public static var programPath: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The hash of this program's file.
    public static var programHash: RunningHash {
        var hash = RunningHash()
        let file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return hash }
        defer { close(file) }
        var status = stat()
        fstat(file, &status)
        let size = Int(status.st_size)
        guard size > 0, let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0), base != MAP_FAILED else {
            return hash
        }
        hash.absorb(UnsafeRawBufferPointer(start: base, count: size))
        munmap(base, size)
        return hash
    }
}

/// Whether somebody asked the process to stop: by SIGTERM, by SIGINT, or by closing its terminal. Who asks again does not
/// want to wait.
public enum Stop {
    /// When it was asked first, by a clock that nobody sets; 0 before that.
    private static let askedAt = Atomic<Int64>(0)
    /// What is asked twice within this time is asked once: a process and its whole group are often told together.
    private static let onceWithin: Int64 = 500_000_000

    public static var isAsked: Bool { askedAt.load(ordering: .relaxed) != 0 }

    public static func ask() {
        _ = askedAt.compareExchange(expected: 0, desired: uptime, ordering: .relaxed)
    }

    public static func listen() {
        ignoreFailingWrites()
        for number in [SIGTERM, SIGINT] { signal(number, hear) }
        // Who was started to outlive its terminal does, and a supervisor is knocked at with it.
        var before = sigaction()
        guard sigaction(SIGHUP, nil, &before) == 0, before.__sigaction_handler.sa_handler == nil else {
            return
        }
        signal(SIGHUP, hear)
    }

    private static let hear: @convention(c) (Int32) -> Void = { _ in
        let first = Stop.askedAt.load(ordering: .relaxed)
        if first == 0 { return Stop.ask() }
        if Stop.uptime - first > Stop.onceWithin { _exit(130) }
    }

    private static var uptime: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) + 1
    }

    /// What cannot be written is an error that is told, and not the end of the process.
    public static func ignoreFailingWrites() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }
}
