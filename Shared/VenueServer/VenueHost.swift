import AlpacaVenue
import Domain
import WebServer

/// The venue behind a web server: it keeps the venue's time, hands it requests, and hands its news to the sockets.
public final class VenueHost: WebHandler {
    public struct Options: Sendable {
        public var address = "127.0.0.1"
        public var port = 8099
        public var speed = 1.0
        /// Nights and days without a session pass at once.
        public var skipsNights = true
        /// Time is the machine's own, also after the venue was down.
        public var isToday = false
        /// Whether requests below `/admin` are answered.
        public var isAdministered = true
        /// Where what is heard of a live market waits.
        public var inbox: LiveInbox?

        public init() {}
    }

    /// The headers that the venue asks for.
    static let headers = ["apca-api-key-id", "apca-api-secret-key", "authorization", "content-type"]
    /// Before an open, orders for it can still come.
    static let morning = 10 * Nanoseconds.minute
    static let secondsToAuthorise: Int64 = 10
    /// How often the inbox is looked into, in microseconds.
    static let lookMicroseconds: Int64 = 5_000

    public let venue: Venue
    let options: Options
    var clock: VenueClock
    var server: WebServer?
    var journal: VenueJournal?
    var sockets: [Int: OpenSocket] = [:]
    /// Why the venue cannot go on.
    public private(set) var failure: (any Error)?
    /// Says once that the data are at their end.
    public var sayEnd: () -> Void = {}
    private var isAtEnd = false
    /// How many updates are known to the journal: what a client has heard must not be undone by a crash.
    private var marked: Int

    public init(_ venue: Venue, _ options: Options, journal: VenueJournal? = nil) throws(WebServerError) {
        self.venue = venue
        self.options = options
        self.journal = journal
        let begin = options.isToday ? max(venue.now, VenueClock.today()) : venue.now
        clock = VenueClock(at: begin, speed: options.speed)
        marked = venue.said
        server = try WebServer(
            address: options.address, port: options.port, keeping: VenueHost.headers, handler: self)
    }

    public var port: Int { server?.port ?? options.port }

    public func run(until isOver: () -> Bool) {
        rang()
        server?.run { isOver() || failure != nil }
    }

    public func stop() { server?.stop() }

    // MARK: Requests

    public func answer(_ request: WebRequest) -> WebAnswer {
        passTime()
        let asked = alpacaRequest(request)
        let answer: AlpacaAnswer
        let (at, harmed) = (venue.now, venue.isHarmed)
        if asked.path == "/admin" || asked.path.hasPrefix("/admin/"), options.isAdministered {
            answer = venue.administer(asked) { moment in
                try venue.pass(to: moment)
                clock.move(to: moment)
            }
        } else {
            answer = venue.answer(asked)
        }
        do {
            // On disk before anybody hears of it.
            if let journal {
                if try journal.note(asked, at: at, harmed: harmed) { marked = venue.said } else { try mark() }
            }
        } catch {
            failure = error
            return WebAnswer(500)
        }
        deliver()
        rest()
        return WebAnswer(answer)
    }

    public func refusal(_ status: Int, _ sentence: String) -> WebAnswer {
        WebAnswer(AlpacaAnswer(status, code: status * 100_000, message: sentence))
    }

    func alpacaRequest(_ request: WebRequest) -> AlpacaRequest {
        var asked = AlpacaRequest(
            request.method, request.path, query: request.query, body: request.body)
        (asked.key, asked.secret) = VenueHost.keys(request.headers)
        return asked
    }

    /// By the two headers, or as user and password.
    static func keys(_ headers: [String: String]) -> (key: String?, secret: String?) {
        if let key = headers["apca-api-key-id"] { return (key, headers["apca-api-secret-key"]) }
        guard let text = headers["authorization"] else { return (nil, nil) }
        return AlpacaRequest.keys(inAuthorization: text)
    }

    // MARK: Time

    public func rang() {
        passTime()
        do {
            try mark()
        } catch {
            failure = error
            return
        }
        deliver()
        rest()
    }

    /// Notes the time, if something became of an order since it was noted.
    private func mark() throws {
        guard let journal, marked != venue.said else { return }
        try journal.mark(venue.now)
        marked = venue.said
    }

    private func passTime() {
        do {
            try hear()
            try venue.pass(to: clock.now)
            try skipNight()
        } catch {
            failure = error
        }
    }

    /// Takes what waits in the inbox. The market's own time moves the clock where it is ahead of it: a mesh may replay a
    /// day faster than this machine's time goes.
    private func hear() throws {
        for datum in options.inbox?.take() ?? [] {
            if datum.knownAt > clock.now { clock.move(to: datum.knownAt) }
            let moment = max(clock.now, venue.now)
            try journal?.note(datum, at: moment)
            try venue.hear(datum, at: moment)
        }
    }

    /// While the market is closed and shows nothing, the clock goes on to the next morning.
    private func skipNight() throws {
        guard clock.speed > 0 else { return }
        guard let next = try venue.marketAt() else {
            if !isAtEnd {
                isAtEnd = true
                clock.stop()
                sayEnd()
            }
            return
        }
        guard options.skipsNights, !venue.isOpen, next - venue.now > VenueHost.morning else { return }
        let morning = next - VenueHost.morning
        try venue.pass(to: morning)
        clock.move(to: morning)
    }

    /// Asks to be called when something happens next, by the venue's time or the machine's.
    private func rest() {
        var microseconds: Int64 = 60_000_000
        do {
            if let next = try venue.nextAt(), let wait = clock.microseconds(until: next) {
                microseconds = min(microseconds, wait)
            }
        } catch {
            failure = error
        }
        if sockets.values.contains(where: { !$0.isAuthorised }) {
            microseconds = min(microseconds, 1_000_000)
        }
        if options.inbox != nil { microseconds = min(microseconds, VenueHost.lookMicroseconds) }
        // Whoever asks too often for very little would do nothing else.
        server?.ring(after: max(microseconds, 200))
    }
}

extension WebAnswer {
    init(_ answer: AlpacaAnswer) {
        self.init(answer.status, body: answer.document?.json ?? [])
        delay = answer.delay / 1_000
        isLost = answer.isLost
    }
}
