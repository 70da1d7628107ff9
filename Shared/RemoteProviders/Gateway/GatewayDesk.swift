import Domain
import Glibc
import HTTP
import TWS

/// The questions to one gateway, over one connection that is made when it is needed.
final class GatewayDesk {
    private struct Question {
        var number: Int
        var request: HTTPRequest
        var kind: String
        var deadline: Timestamp
        /// The messages that came so far.
        var answer: [UInt8] = []
    }

    private let base: String
    private var line: TWSLine?
    private var waiting: [Question] = []
    private var running: [Int: Question] = [:]
    private var ended: [Ending] = []
    private var idNext = 1
    /// How far the client's id is from the one that was asked for, because others have those.
    private var clientShift = 0
    private var connectsUntil = Timestamp.distantPast

    /// So many ids are tried where others are taken: they are for data alone, and hold no orders.
    private static let clientsMax = 8

    init(_ base: String) { self.base = base }

    var isBusy: Bool { !waiting.isEmpty || !running.isEmpty || !ended.isEmpty }

    func begin(_ request: HTTPRequest, number: Int, at now: Timestamp) {
        let kind = String(decoding: request.body.prefix { $0 != 0 }, as: UTF8.self)
        waiting.append(
            Question(number: number, request: request, kind: kind, deadline: now + request.timeLimit))
    }

    /// Waits until a gateway has said something.
    static func rest(_ desks: [GatewayDesk], until moment: Timestamp) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let left = moment.nanoseconds - Int64(now.tv_sec) * Nanoseconds.second - Int64(now.tv_nsec)
        var files = desks.compactMap { desk in
            desk.line.map {
                pollfd(fd: $0.file, events: Int16(POLLIN | ($0.version == 0 ? POLLOUT : 0)), revents: 0)
            }
        }
        _ = poll(
            &files, nfds_t(files.count), Int32(clamping: min(100, max(1, left / Nanoseconds.millisecond))))
    }

    /// Goes on, and tells which questions have ended.
    func step(at now: Timestamp) -> [Ending] {
        connect(at: now)
        for heard in line?.take() ?? [] { take(heard) }
        if let fault = line?.fault { lose(fault.description) }
        if let line, line.isReady {
            for question in waiting { ask(question, line) }
            waiting = []
        } else if line != nil, now >= connectsUntil {
            lose("the gateway of Interactive Brokers at \(base.dropFirst(6)) does not greet")
        }
        late(at: now)
        defer { ended = [] }
        return ended
    }

    private func connect(at now: Timestamp) {
        guard line == nil, let first = waiting.first else { return }
        guard let address = address(of: first.request) else {
            return lose("\(base) is no address of a gateway; tws://127.0.0.1:4002 would be right")
        }
        connectsUntil = now + first.request.connectLimit
        do throws(TWSFault) { line = try TWSLine(address) } catch { lose(error.description) }
    }

    /// `tws://host:port/client`.
    private func address(of request: HTTPRequest) -> TWSLine.Address? {
        let place = base.dropFirst("tws://".count)
        guard let colon = place.lastIndex(of: ":"), let port = Int(place[place.index(after: colon)...]),
            let client = Int(request.address.path.dropFirst())
        else { return nil }
        return TWSLine.Address(host: String(place[..<colon]), port: port, client: client + clientShift)
    }

    private func ask(_ question: Question, _ line: TWSLine) {
        let id = idNext
        idNext += 1
        running[id] = question
        line.say(message: GatewayMessage.numbered(question.request.body, id))
    }

    // MARK: answers

    private func take(_ heard: TWSConversation.Heard) {
        let framed = TWSFrames.framed(heard.message)
        switch heard.answer {
        case .history(let id, _), .contractEnd(let id), .snapshotEnd(let id): end(id, framed)
        case .contract(let id, _), .price(let id, _, _), .size(let id, _, _), .text(let id, _, _):
            running[id]?.answer += framed
        case .notice(let notice): take(notice, framed)
        case .unreadable:
            // It is the answer to whatever it names; its reader says what is wrong with it.
            if let id = GatewayMessage.number(of: heard.message) { end(id, framed) }
        default: break
        }
    }

    private func take(_ notice: TWSNotice, _ framed: [UInt8]) {
        if notice.code == 326 {
            clientShift = (clientShift + 1) % GatewayDesk.clientsMax
            return lose("\(notice.text) (326)")
        }
        guard !notice.isWarning, running[notice.about] != nil else { return }
        end(notice.about, framed)
    }

    private func end(_ id: Int, _ framed: [UInt8]) {
        guard let question = running.removeValue(forKey: id) else { return }
        let response = HTTPResponse(status: 200, body: question.answer + framed)
        ended.append(Ending(number: question.number, outcome: .success(response)))
    }

    /// The connection is over, and with it all that was asked.
    private func lose(_ sentence: String) {
        line = nil
        for question in running.values.sorted(by: { $0.number < $1.number }) + waiting {
            ended.append(
                Ending(number: question.number, outcome: .failure(HTTPFault(.unreachable, sentence))))
        }
        running = [:]
        waiting = []
    }

    private func late(at now: Timestamp) {
        for (id, question) in running.sorted(by: { $0.key < $1.key }) where now >= question.deadline {
            running[id] = nil
            // Else it would count among those that are open.
            if question.kind == "20" { line?.say(.cancelHistory(id)) }
            if question.kind == "1" { line?.say(.cancelMarket(id)) }
            let seconds = question.request.timeLimit / Nanoseconds.second
            let sentence = "the gateway at \(base.dropFirst(6)) did not answer within \(seconds) s"
            ended.append(Ending(number: question.number, outcome: .failure(HTTPFault(.tooSlow, sentence))))
        }
    }
}

/// The number of a question within its message.
enum GatewayMessage {
    /// Which field it is: behind the kind, or behind the kind and its version.
    private static func place(_ kind: ArraySlice<UInt8>) -> Int {
        kind.elementsEqual("20".utf8) || kind.elementsEqual("17".utf8) ? 1 : 2
    }

    static func numbered(_ message: [UInt8], _ number: Int) -> [UInt8] {
        var fields = message.split(separator: 0, omittingEmptySubsequences: false)
        let place = place(fields[0])
        guard fields.count > place else { return message }
        fields[place] = Array("\(number)".utf8)[...]
        return Array(fields.joined(separator: [0]))
    }

    static func number(of message: [UInt8]) -> Int? {
        let fields = message.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
        let place = place(fields[0])
        return fields.count > place ? Int(String(decoding: fields[place], as: UTF8.self)) : nil
    }
}
