import Domain
import Glibc
import Testing

@testable import BrokerEdges

/// Says what a test puts into it.
private final class ScriptedSocket: UpdateSocket {
    var events: [UpdateSocketEvent] = []
    var sent: [String] = []

    func take() -> [UpdateSocketEvent] {
        defer { events = [] }
        return events
    }

    func send(_ text: String) { sent.append(text) }
}

@Suite("Alpaca's stream of trade updates")
struct AlpacaSocketTests {
    private let now = Timestamp(seconds: 1_710_163_800)
    private let rest = AlpacaRest(url: "http://a", key: "K1234", secret: "S5678")

    private func say(_ socket: ScriptedSocket, _ texts: String...) {
        socket.events += texts.map { .message(Array($0.utf8)) }
    }

    private static let authorised = #"{"stream":"authorization","data":{"status":"authorized"}}"#
    private static let listening = #"{"stream":"listening","data":{"streams":["trade_updates"]}}"#

    @Test(
        "what cannot be read while it listens is a break, and heard by asking",
        arguments: ["{", #"{"stream":"trade_updates","data":{"order":{"id":1}}}"#])
    func unreadable(text: String) {
        let scripted = ScriptedSocket()
        let socket = AlpacaSocket(rest) { scripted }
        say(scripted, Self.authorised, Self.listening, text)
        let news = socket.take(at: now)
        #expect(news.map(\.kind) == [.connected, .lost, .connected])
        #expect(!news[1].explanation.isEmpty)
    }

    @Test(
        "what cannot be read before that, or a refusal, is told, and the connection is made anew",
        arguments: ["{", #"{"stream":"authorization","data":{"status":"unauthorized"}}"#])
    func refused(text: String) {
        var opened = 0
        let scripted = ScriptedSocket()
        let socket = AlpacaSocket(rest) {
            opened += 1
            return scripted
        }
        say(scripted, text)
        #expect(socket.take(at: now).map(\.kind) == [.lost])
        #expect(socket.take(at: now).isEmpty && opened == 1)
        say(scripted, Self.authorised, Self.listening)
        #expect(socket.take(at: now + Nanoseconds.minute).map(\.kind) == [.connected])
        #expect(opened == 2)
    }

    @Test("an activity of what is no symbol is no activity, and is told")
    func activity() {
        let text =
            #"[{"id":"1","activity_type":"DIV","symbol":"A-NAME-LONGER-THAN-ANY-SYMBOL-IS","net_amount":"1"}]"#
        #expect(throws: AlpacaDocument.Wrong.self) {
            for item in try AlpacaDocument(Array(text.utf8)).items() { _ = try item.activity() }
        }
    }

    @Test(
        "a wish without a time, and a folder that cannot be written, are told once, and nothing is done by half"
    )
    func folder() throws {
        var template = Array("/tmp/tradewind-standing-XXXXXX".utf8CString)
        let path = try #require(mkdtemp(&template).map { String(cString: $0) })
        var said: [String] = []
        let folder = try StandingFolder(in: path) { said.append($0) }
        let wish = #"{"id":"1","verb":"settle","who":"a","why":"b","arguments":[],"at":"yesterday"}"#
        let file = try #require(fopen("\(folder.path)/wish-1.json", "w"))
        fputs(wish, file)
        fclose(file)
        #expect(folder.wishes().isEmpty && folder.wishes().isEmpty)
        #expect(said.count == 1 && said[0].contains("wish-1.json") && said[0].contains("yesterday"))
        unlink("\(folder.path)/wish-1.json")
        rmdir(folder.path)
        folder.write(BrokerCall(), at: now)
        folder.write(BrokerCall(), at: now)
        #expect(said.count == 2 && said[1].contains("standing.json"))
        rmdir(path)
    }
}
