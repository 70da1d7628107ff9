import Configuration
import Domain
import Glibc
import HTTP
import Mesh

/// `tradewind exchange` as a process beside the mesh: Alpaca's interface, on a port of its own. It is killed and stopped
/// like any other.
final class VenueProcess {
    static let name = "venue"
    private static let (key, secret) = ("demo", "demo")

    let address: String
    private let arguments: [String]
    private let transport = CurlTransport()
    private var asked = 0

    init(_ market: ChaosMarket, cash: Money, folder: String) throws {
        let port = try VenueProcess.freePort()
        address = "http://127.0.0.1:\(port)"
        let prices = zip(ChaosMarket.names, market.firstPrices).map { "\($0)=\($1)" }.joined(separator: ",")
        arguments = [
            "exchange", "--fixed", prices, "--listen", "127.0.0.1:\(port)", "--state", folder,
            "--account", "\(VenueProcess.key):\(VenueProcess.secret):\(cash)",
        ]
    }

    /// What the mesh is told of it. Keys do not belong on a command line.
    var settings: [String] {
        setenv("TRADEWIND_PROVIDERS_ALPACA_KEY", VenueProcess.key, 1)
        setenv("TRADEWIND_PROVIDERS_ALPACA_SECRET", VenueProcess.secret, 1)
        return [
            "execution.mode=alpaca-paper", "broker.url=\(address)", "broker.skew_max=0s",
            "broker.back_off=50ms",
            "broker.look_interval=200ms", "broker.reconcile_interval=1s", "broker.patience=2s",
            "broker.per_minute=100000", "broker.way_longest=10s",
        ]
    }

    /// It is a member of the mesh only in that it is started, killed and ended with it.
    func start(_ mesh: LocalMesh) throws {
        try mesh.add(stranger: VenueProcess.name, "tradewind", arguments)
        let deadline = System.now.adding(10 * Nanoseconds.second)
        while !answers {
            guard System.now < deadline else { throw Failure("the venue does not answer at \(address)") }
            usleep(10_000)
        }
    }

    private static func freePort() throws -> UInt16 {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(file) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, size) == 0 && getsockname(file, $0, &size) == 0
            }
        }
        guard isBound else { throw Failure("there is no free port: \(String(cString: strerror(errno)))") }
        return UInt16(bigEndian: address.sin_port)
    }

    // MARK: what it is asked

    var answers: Bool { ask(.get, "/v2/clock", limit: Nanoseconds.second / 4)?.status == 200 }

    /// Tells it to misbehave; nothing is said where it is down.
    func harm(_ path: String, _ body: String) { _ = ask(.post, path, body: body) }

    /// The document at a path, however often it has to be asked.
    func see(_ path: String, _ query: [WebAddress.Item] = []) throws -> JSONValue {
        for _ in 0..<20 {
            if let answer = ask(.get, path, query), answer.status == 200 { return try JSONValue(answer.body) }
            usleep(50_000)
        }
        throw Failure("the venue does not answer \(path)")
    }

    private func ask(
        _ method: HTTPRequest.Method, _ path: String, _ query: [WebAddress.Item] = [], body: String = "",
        limit: Int64 = Nanoseconds.second
    ) -> HTTPResponse? {
        var request = HTTPRequest(
            WebAddress(address, path, query),
            headers: [
                HTTPRequest.Header("APCA-API-KEY-ID", VenueProcess.key),
                HTTPRequest.Header("APCA-API-SECRET-KEY", VenueProcess.secret),
            ])
        request.method = method
        request.timeLimit = limit
        if !body.isEmpty {
            request.headers.append(HTTPRequest.Header("Content-Type", "application/json"))
            request.body = Array(body.utf8)
        }
        asked += 1
        transport.begin(request, number: asked)
        let deadline = transport.now.adding(limit + Nanoseconds.second)
        while transport.now < deadline {
            for ending in transport.wait(until: deadline) where ending.number == asked {
                return try? ending.outcome.get()
            }
        }
        return nil
    }
}
