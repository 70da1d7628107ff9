import Glibc
import Synchronization
import Testing

@testable import Configuration

/// Lines that a log wrote.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

private let moment: Int64 = 1_772_461_800_000_000_001

private func logged(
    _ format: LogFormat, level: LogLevel = .info, paint: Paint = .plain, keys: Set<String> = [],
    values: [String] = [], _ body: (Log) -> Void
) throws -> [String] {
    let lines = Lines()
    let log = try Log(
        service: "feed", level: level, format: format, to: .function { lines.add($0) }, paint: paint,
        secretKeys: keys, secretValues: values, clock: { moment })
    body(log)
    return lines.all
}

@Suite("Log")
struct LogTests {
    @Test("a JSON line has the time, the level, the service, the event and its fields")
    func json() throws {
        let lines = try logged(.json) {
            $0.info(
                "bars_loaded",
                ["bars": 5, "file": "a \"b\"\n\u{1B}[2J", "share": 0.5, "worst": .number(.nan), "done": true])
        }
        let expected =
            #"{"time":"2026-03-02T14:30:00.000000001Z","level":"info","service":"feed","event":"bars_loaded","#
            + #""fields":{"bars":5,"file":"a \"b\"\n\u001b[2J","share":0.5,"worst":"nan","done":true}}"#
        #expect(lines == [expected])
    }

    @Test("a line for people is aligned, and quotes what is not one word")
    func text() throws {
        let lines = try logged(.text) {
            $0.warning("late", ["by": "2 s", "symbol": "AAPL", "forged": "x\ny=z"])
        }
        #expect(
            lines == [
                #"2026-03-02T14:30:00.000000001Z WARNING feed        late by="2 s" symbol=AAPL forged="x\ny=z""#
            ])
        let coloured = try logged(.text, paint: .coloured) { $0.error("late") }
        #expect(coloured.first?.contains("\u{1B}[31mERROR\u{1B}[0m") == true)
    }

    @Test("lines below the level are not even composed")
    func levels() throws {
        var composed = 0
        let lines = try logged(.text, level: .warning) { log in
            log.info(
                "quiet",
                {
                    composed += 1; return ["a": 1]
                }())
            log.error(
                "loud",
                {
                    composed += 1; return ["a": 1]
                }())
        }
        #expect(lines.count == 1)
        #expect(composed == 1)
    }

    @Test(
        "secrets are dots, by the name of the field and wherever the text turns up",
        arguments: LogFormat.allCases)
    func secrets(format: LogFormat) throws {
        let lines = try logged(format, keys: ["key"], values: ["hunter2", "abc"]) {
            $0.info("login with hunter2", ["key": "other", "url": "https://x/?k=hunter2&abc"])
        }
        let line = try #require(lines.first)
        #expect(!line.contains("hunter2"))
        #expect(!line.contains("other"))
        #expect(line.contains("abc"), "a text too short to be a secret stays readable")
    }

    @Test(
        "times are right around the ends of years and before 1970",
        arguments: [
            (0, "1970-01-01T00:00:00.000000000Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
            (1_798_761_599_500_000_000, "2026-12-31T23:59:59.500000000Z"),
        ] as [(Int64, String)])
    func times(nanoseconds: Int64, text: String) {
        var stamp = TimeText()
        var bytes: [UInt8] = []
        stamp.append(nanoseconds, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test("a file is put aside when it is full, and the oldest goes")
    func rotation() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/deep/feed.log"
        let settings = try Settings.load(
            from: Surroundings(),
            overrides: [
                "log.folder=\(folder.path)/deep", "log.format=json", "log.rotate_size=64KiB",
                "log.rotate_keep=2",
            ]
            .map(SettingOverride.init(assignment:)))
        let log = try Log.open("feed", settings)
        let filler = String(repeating: "x", count: 1000)
        for number in 0..<400 { log.info("line", ["number": .integer(number), "filler": .text(filler)]) }
        #expect(log.linesLost == 0)
        let files = ["", ".1", ".2", ".3"].map { folder.read(path + $0) }
        #expect(files[3] == nil)
        let kept = files.reversed().compactMap { $0 }.joined().split(separator: "\n")
        #expect(files.allSatisfy { $0?.utf8.count ?? 0 <= 65536 })
        #expect(kept.count > 120)
        for (line, number) in zip(kept, (400 - kept.count)..<400) {
            #expect(line.contains("\"number\":\(number),"))
        }
    }

    @Test("a full disk loses lines, counts them, and says so when there is room again")
    func fullDisk() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/full.log"
        #expect(symlink("/dev/full", path) == 0)
        let log = try Log(
            service: "feed", to: .file(path: path, rotateSize: 1000, keep: 1), clock: { moment })
        for _ in 0..<3 { log.info("lost") }
        #expect(log.linesLost == 3)
    }

    @Test("a reader that stops costs lines and no time, and is told how many when it reads again")
    func slowReader() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let log = try Log(service: "feed", to: .descriptor(ends[1]), clock: { moment })
        while log.linesLost < 10 { log.info("line", ["filler": .text(String(repeating: "x", count: 500))]) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let first = read(ends[0], &buffer, buffer.count)
        #expect(buffer[first - 1] == UInt8(ascii: "\n"), "no line is written by half")
        log.info("again")
        let second = read(ends[0], &buffer, buffer.count)
        let lines = String(decoding: buffer[..<second], as: UTF8.self).split(separator: "\n")
        #expect(
            lines.map { $0.split(separator: " ").dropFirst(3).joined(separator: " ") } == [
                "log_lines_lost lines=10", "again",
            ])
        close(ends[0])
        log.info("nobody reads, and nobody dies")
        #expect(log.linesLost == 11)
        close(ends[1])
    }

    @Test("a log that cannot be opened says why")
    func unopened() {
        let error = #expect(throws: LogError.self) {
            try Log(service: "feed", to: .file(path: "/nowhere/feed.log", rotateSize: 1, keep: 1))
        }
        #expect(
            error?.description == "the log file /nowhere/feed.log cannot be opened: no such file or directory"
        )
    }

    @Test("lines of several threads do not mix")
    func threads() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/feed.log"
        let log = try Log(service: "feed", format: .json, to: .file(path: path, rotateSize: 1 << 20, keep: 1))
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for number in 0..<200 {
                        log.info("line", ["task": .integer(task), "n": .integer(number)])
                    }
                }
            }
        }
        let contents = folder.read(path)
        let lines = try #require(contents).split(separator: "\n")
        #expect(lines.count == 800)
        #expect(lines.allSatisfy { $0.hasPrefix("{\"time\"") && $0.hasSuffix("}}") })
    }
}
