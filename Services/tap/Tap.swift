import Configuration
import Domain
import Mesh
import Wire

/// One tap at work: filters what it hears, and prints, counts, records or watches it.
struct Tap {
    private let filter: Filter
    private let countMax: Int
    private let asJSON: Bool
    private var printer: Printer?
    private var statistics: Statistics?
    private var live: LiveTable?
    private var recording: RecordingWriter?
    private let codec = Codec()
    /// Each message is put in place of the one before it, which costs no allocation.
    private var message = Message(topic: Topic(""), body: .tick(Tick()))
    private var count = 0
    private var malformed = 0
    private var tooLong = 0
    private var seconds: Double?

    private struct Enough: Error {}

    /// How often what waits is written and what is watched is drawn, in milliseconds.
    private static let tick = 50

    init(_ parsed: Parsed) throws {
        filter = try Filter(parsed)
        countMax = parsed.int(ifGiven: "count") ?? Int.max
        asJSON = parsed.flag("json")
        if let path = parsed.text(ifGiven: "record") {
            recording = try RecordingWriter(path, as: "tap", at: System.now)
        }
        if parsed.flag("stats") {
            statistics = Statistics(ofTranscript: parsed.isGiven("transcript"))
        } else if parsed.flag("top") {
            live = LiveTable()
        } else if recording == nil {
            printer = Printer(form: asJSON ? .json : Printer.Form(rawValue: parsed.text("form")) ?? .line)
        }
    }

    /// Listens until it is stopped, has enough, or the time is over.
    mutating func listen(_ mesh: MeshSettings, for time: Int64?) throws {
        // Ten taps on two cores keep the taker of a message waiting for 150 µs in the middle, alone it waits for 70; as
        // equals they would make that 400.
        System.makeRoomForOthers()
        let watcher = try Watcher(mesh)
        let began = System.now
        let end = time.map { began.adding($0) }
        do {
            while !Stop.isAsked, end.map({ System.now < $0 }) ?? true {
                try watcher.listen(for: Tap.tick) { try note($0, heardAt: System.now, moment: System.now) }
                try settle(at: System.now)
            }
        } catch is Enough {}
        malformed += watcher.malformed
        seconds = Double(System.now.nanoseconds - began.nanoseconds) / 1e9
    }

    /// Reads a transcript from its first record to its last.
    mutating func read(_ folder: String) throws {
        let history = try TranscriptFolder(FileDisk(folder, readOnly: true), boot: System.boot)
        guard !history.files.isEmpty else { throw Failure("\(folder) holds no transcript") }
        do {
            _ = try history.walk(from: history.beginning) { _, batch in
                for record in batch {
                    let time = Timestamp(nanoseconds: record.time)
                    try note(record.payload, heardAt: record.kind == .taken ? time : nil, moment: time)
                }
                if Stop.isAsked { throw Enough() }
            }
        } catch is Enough {}
    }

    /// Plays a recording at its pace, so many times as fast.
    mutating func replay(_ path: String, _ speed: Speed) throws {
        var playback = try Playback(path, speed: speed)
        do {
            while !Stop.isAsked, let wait = playback.wait(at: System.now) {
                if wait > 0 {
                    try settle(at: playback.time(at: System.now) ?? System.now)
                    System.sleep(min(wait, Int64(Tap.tick) * 1_000_000))
                    continue
                }
                try playback.play { try note($0, heardAt: $1, moment: $1) }
                try live?.draw(at: playback.time(at: System.now), isDue: false)
                if live?.isOver ?? false { throw Enough() }
            }
        } catch is Enough {}
        if let torn = playback.torn { Console.error("tap: \(torn); what is before was played\n") }
    }

    /// Takes one envelope. `heardAt` is nothing where it is the sender's own record of it.
    private mutating func note(_ bytes: UnsafeRawBufferPointer, heardAt: Timestamp?, moment: Timestamp) throws
    {
        do { try codec.decode(bytes, into: &message) } catch {
            malformed += 1
            return
        }
        guard filter.admits(message) else { return }
        let isShown = filter.admitsContent(of: message)
        statistics?.note(
            message, size: bytes.count, heardAt: heardAt?.nanoseconds, moment: moment.nanoseconds,
            isShown: isShown)
        guard isShown else { return }
        count += 1
        try printer?.print(message, bytes)
        live?.note(message, size: bytes.count, at: moment)
        if let recording, try !recording.add(bytes, at: moment) { tooLong += 1 }
        if count >= countMax { throw Enough() }
    }

    /// What is to be done now and then: nobody waits for what was heard, and a killed tap loses little of it.
    private mutating func settle(at now: Timestamp) throws {
        try printer?.flush()
        try recording?.flush()
        try live?.draw(at: now, isDue: true)
        if live?.isOver ?? false { throw Enough() }
    }

    /// Writes what there is to say at the end.
    mutating func finish() throws {
        try printer?.flush()
        try recording?.close()
        try live?.finish()
        if let statistics {
            let report = StatisticsReport(statistics: statistics, seconds: seconds, malformed: malformed)
            try Console.write(
                asJSON ? report.json + "\n" : report.text(paint: Terminal.standardOutput.paint))
        }
        if let recording {
            Console.error("tap: \(recording.count) messages are in \(recording.path)\n")
            if tooLong > 0 { Console.error("tap: \(tooLong) were too long for a record and are not\n") }
        }
        if statistics == nil, malformed > 0 {
            Console.error("tap: \(malformed) messages could not be read\n")
        }
    }
}
