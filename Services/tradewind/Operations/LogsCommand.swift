import Configuration
import Glibc
import Mesh
import Supervision

/// `tradewind logs`: what the processes of the mesh wrote, in the order of time.
enum LogsCommand {
    static let spec = CommandSpec(
        "logs", summary: "print what the services wrote",
        options: [
            .flag("follow", short: "f", help: "Go on with what is written from now on."),
            .option(
                "lines", short: "n", value: "N", type: .integer(0...1_000_000), default: .integer(20),
                help: "The last lines of each process."),
        ] + ControlledMesh.options,
        arguments: [
            .argument(
                "SERVICE", required: false, repeats: true,
                help: "services, or supervisor; all by default")
        ],
        examples: [
            .init("tradewind logs -f", "follow everybody"),
            .init("tradewind logs historian -n 100", "more of one"),
        ])

    static func run(_ parsed: Parsed) throws {
        Stop.listen()
        let mesh = try ControlledMesh(parsed)
        let names = parsed.texts("SERVICE")
        try mesh.check(names.filter { $0 != "supervisor" })
        var tails = try files(mesh, names).map { LogFollower($0.name, $0.path) }
        if tails.isEmpty, !parsed.flag("follow") {
            let whose = names.isEmpty ? "yet" : "of \(names.joined(separator: ", "))"
            throw Failure("\(mesh.folder.logs) has no log \(whose)")
        }
        let width = tails.map(\.name.count).max() ?? 0
        let paint = Terminal.standardOutput.paint
        var lines: [(time: String, text: String)] = []
        for at in tails.indices {
            let label = paint(
                tails[at].name + String(repeating: " ", count: width - tails[at].name.count), .cyan)
            var time = ""
            for line in try tails[at].last(parsed.int("lines")) {
                // A line without a time belongs to the one before it.
                if line.first?.isNumber ?? false { time = String(line.prefix(30)) }
                lines.append((time, "\(label) | \(line)\n"))
            }
        }
        // A stable order: lines of one process stay as they were written.
        let sorted = lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
        try Console.write(sorted.map(\.element.text).joined())
        while parsed.flag("follow"), !Stop.isAsked {
            for (name, path) in try files(mesh, names) where !tails.contains(where: { $0.name == name }) {
                tails.append(LogFollower(name, path))
            }
            for at in tails.indices {
                let pad = String(repeating: " ", count: max(0, width - tails[at].name.count))
                for line in try tails[at].new() {
                    try Console.write("\(paint(tails[at].name + pad, .cyan)) | \(line)\n")
                }
            }
            lookAgainSoon()
        }
    }

    /// The log files of some services, or of all. A folder that is not there yet has none; one that cannot be read is
    /// an error.
    private static func files(
        _ mesh: ControlledMesh, _ names: [String]
    ) throws -> [(name: String, path: String)] {
        guard access(mesh.folder.logs, F_OK) == 0 || errno != ENOENT else { return [] }
        return try FileDisk(mesh.folder.logs, readOnly: true).names()
            .filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }
            .filter { process in
                names.isEmpty || names.contains(process)
                    || names.contains { ProcessName(process)?.service == $0 }
            }
            .map { ($0, mesh.folder.log(of: $0)) }
    }
}

/// One log file, read from its end on; also when the service puts it aside and begins another.
struct LogFollower {
    let name: String
    private let path: String
    private var node: ino_t = 0
    private var at = 0
    private var half: [UInt8] = []

    init(_ name: String, _ path: String) {
        self.name = name
        self.path = path
    }

    /// The last lines; what is written later is new.
    mutating func last(_ count: Int) throws(Failure) -> [String] { try new().suffix(count) }

    /// The whole lines that were written since the last time.
    mutating func new() throws(Failure) -> [String] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            // Put aside, and the next one is not begun yet.
            if errno == ENOENT { return [] }
            throw unreadable
        }
        defer { close(file) }
        var status = stat()
        fstat(file, &status)
        if status.st_ino != node || Int(status.st_size) < at { (node, at, half) = (status.st_ino, 0, []) }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = pread(file, &buffer, buffer.count, off_t(at))
            guard count >= 0 else { throw unreadable }
            guard count > 0 else { break }
            half += buffer[..<count]
            at += count
        }
        guard let end = half.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        defer { half = Array(half[(end + 1)...]) }
        return half[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private var unreadable: Failure { Failure("\(path) cannot be read: \(String(cString: strerror(errno)))") }
}

/// Lets a little time pass before a state is looked at again.
func lookAgainSoon() { usleep(20_000) }
