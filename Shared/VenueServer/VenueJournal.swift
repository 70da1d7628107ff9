import AlpacaVenue
import Configuration
import Domain
import Glibc

/// What was asked of the venue and what it heard of a live market, each with its time, in a file. The venue is a function
/// of its setup and of this: after a crash it is made again from them, and nothing that was answered is lost.
public final class VenueJournal {
    private let path: String
    private let file: Int32

    /// One line of the journal.
    private struct Entry {
        enum Event {
            case time
            case request(AlpacaRequest)
            case datum(LiveDatum)
        }

        var at: Timestamp
        var event: Event
    }

    /// Opens the journal of a folder, and leads the venue through what stands in it. `setup` says with what the venue
    /// was made; another one cannot go on with the same journal.
    public init(folder: String, setup: String, venue: Venue) throws {
        path = "\(folder)/venue.journal"
        if mkdir(folder, 0o755) != 0, errno != EEXIST {
            throw Failure("\(folder) cannot be made: \(String(cString: strerror(errno)))", exitCode: 1)
        }
        file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw VenueJournal.failure(path, "cannot be opened") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw Failure("another exchange goes by \(path); a folder of its own would be right", exitCode: 1)
        }
        var lines = try VenueJournal.lines(path, file)
        if lines.isEmpty {
            try write(JSONWriter.array([setup]))
            return
        }
        let head = lines.removeFirst()
        guard let first = try? JSONValue(head), first[0]?.text == setup else {
            throw Failure(
                "\(path) was begun with other options: \(String(decoding: head, as: UTF8.self)); the same options, or "
                    + "another folder, would be right", exitCode: 1)
        }
        for (index, line) in lines.enumerated() {
            guard let entry = VenueJournal.entry(line) else {
                throw Failure("\(path), line \(index + 2) is no request: the file is damaged", exitCode: 1)
            }
            try VenueJournal.lead(venue, through: entry)
        }
        venue.news.removeAll()
    }

    private static func lead(_ venue: Venue, through entry: Entry) throws {
        try venue.pass(to: entry.at)
        switch entry.event {
        case .time: break
        case .datum(let datum): try venue.hear(datum, at: entry.at)
        case .request(let request) where request.path.hasPrefix("/admin"):
            _ = venue.administer(request) { try venue.pass(to: $0) }
        case .request(let request): _ = venue.answer(request)
        }
    }

    deinit { close(file) }

    /// When the venue of a folder began, if it ever did: a venue that begins now must begin then again.
    public static func setup(in folder: String) -> String? {
        let file = open("\(folder)/venue.journal", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard let head = (try? lines(folder, file))?.first, let value = try? JSONValue(head) else {
            return nil
        }
        return value[0]?.text
    }

    /// Writes down that time has passed.
    func mark(_ moment: Timestamp) throws { try write("{\"at\":\"\(moment.nanoseconds)\"}") }

    /// Writes down what was heard of the market. It is on disk for good with the next line that somebody waits for: nobody
    /// was answered because of it before.
    func note(_ datum: LiveDatum, at moment: Timestamp) throws {
        var json = JSONWriter()
        json.object { json in
            json.key("at")
            json.string(String(moment.nanoseconds))
            LiveLine.write(datum, into: &json)
        }
        try write(json.text, lasting: false)
    }

    /// Writes down what can change the venue; asking alone does not, unless harm waits for it. Says whether it did.
    func note(_ request: AlpacaRequest, at moment: Timestamp, harmed: Bool) throws -> Bool {
        guard request.method != "GET" || harmed else { return false }
        // What is no text was refused as no JSON.
        guard let body = String(validating: request.body, as: UTF8.self) else { return false }
        var json = JSONWriter()
        json.object { json in
            json.key("at")
            json.string(String(moment.nanoseconds))
            for (key, text) in [
                ("method", request.method), ("path", request.path), ("key", request.key),
                ("secret", request.secret), ("body", body),
            ] {
                guard let text else { continue }
                json.key(key)
                json.string(text)
            }
            json.key("query")
            json.array { json in
                for (name, value) in request.query {
                    json.string(name)
                    json.string(value)
                }
            }
        }
        try write(json.text)
        return true
    }

    private func write(_ line: String, lasting: Bool = true) throws {
        let bytes = Array(line.utf8) + [0x0A]
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw VenueJournal.failure(path, "cannot be written") }
            written += count
        }
        guard !lasting || fdatasync(file) == 0 else { throw VenueJournal.failure(path, "cannot be written") }
    }

    /// The whole lines of a file. A last one that is not whole was never answered, and is cut off.
    private static func lines(_ path: String, _ file: Int32) throws -> [[UInt8]] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var at: off_t = 0
        while true {
            let count = pread(file, &buffer, buffer.count, at)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, "cannot be read") }
            if count == 0 { break }
            bytes += buffer.prefix(count)
            at += off_t(count)
        }
        let end = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        if end < bytes.count { _ = ftruncate(file, off_t(end)) }
        return bytes.prefix(end).split(separator: 0x0A).map(Array.init)
    }

    private static func entry(_ line: [UInt8]) -> Entry? {
        guard let value = try? JSONValue(line), let at = value["at"]?.text.flatMap({ Int64($0) }) else {
            return nil
        }
        let moment = Timestamp(nanoseconds: at)
        if let datum = LiveLine.datum(of: value) { return Entry(at: moment, event: .datum(datum)) }
        if value["method"] == nil {
            // Time alone; a datum that cannot be read is damage.
            guard case .object(let members) = value, members.count == 1 else { return nil }
            return Entry(at: moment, event: .time)
        }
        guard let method = value["method"]?.text, let path = value["path"]?.text,
            let body = value["body"]?.text, case .array(let items)? = value["query"], items.count % 2 == 0
        else { return nil }
        let texts = items.compactMap(\.text)
        guard texts.count == items.count else { return nil }
        let query = stride(from: 0, to: texts.count, by: 2).map { (name: texts[$0], value: texts[$0 + 1]) }
        return Entry(
            at: moment,
            event: .request(
                AlpacaRequest(
                    method, path, query: query, key: value["key"]?.text, secret: value["secret"]?.text,
                    body: Array(body.utf8))))
    }

    private static func failure(_ path: String, _ what: String) -> Failure {
        Failure("\(path) \(what): \(String(cString: strerror(errno)))", exitCode: 1)
    }
}
