/// One connection's conversation with a gateway: greeting, versions, who we are, then messages both ways. It does no
/// I/O, so that it can be tried against any answer.
public struct TWSConversation: Sendable {
    /// What servers are spoken with. Since 163 sizes are told in shares and not in lots; from 201 on another language may
    /// be spoken.
    public static let versions = 163...178

    public let client: Int
    /// What the server chose; 0 before the greeting.
    public private(set) var version = 0
    private var frames = TWSFrames()
    private var hasOrderId = false
    private var hasAccounts = false
    /// What is to be sent.
    public private(set) var outbox: [UInt8] = []
    private let versions: ClosedRange<Int>

    public init(client: Int, versions: ClosedRange<Int> = TWSConversation.versions) {
        self.client = client
        self.versions = versions
        outbox = Array("API\0".utf8)
        outbox += TWSFrames.framed("v\(versions.lowerBound)..\(versions.upperBound)".utf8)
    }

    /// Whether the gateway has said which orders' ids are free and whose accounts these are: from then on it obeys.
    public var isReady: Bool { hasOrderId && hasAccounts }

    public mutating func takeOutbox() -> [UInt8] {
        defer { outbox = [] }
        return outbox
    }

    public mutating func say(_ request: TWSRequest) {
        precondition(version > 0, "nothing is said before the greeting")
        say(message: request.message(for: version))
    }

    public mutating func say(message: [UInt8]) { outbox += TWSFrames.framed(message) }

    /// An answer, and the message that it was.
    public struct Heard: Sendable {
        public var answer: TWSAnswer
        public var message: [UInt8]
    }

    /// Takes bytes, however they are cut. What it throws ends the connection: nobody knows any more where a message
    /// begins, or with whom one talks.
    public mutating func take(_ bytes: some Collection<UInt8>) throws(TWSFault) -> [Heard] {
        frames.add(bytes)
        var heard: [Heard] = []
        while let message = try frames.next() {
            if version == 0 {
                try greet(message)
                continue
            }
            let answer = read(message)
            switch answer {
            case .nextOrderId: hasOrderId = true
            case .accounts: hasAccounts = true
            default: break
            }
            heard.append(Heard(answer: answer, message: message))
        }
        return heard
    }

    private func read(_ message: [UInt8]) -> TWSAnswer {
        do throws(TWSFault) { return try TWSAnswer(message, version: version) } catch {
            return .unreadable(error)
        }
    }

    private mutating func greet(_ message: [UInt8]) throws(TWSFault) {
        var fields = try TWSFields(message)
        let version = try fields.integer("the server's version")
        guard versions.contains(version) else {
            throw TWSFault(
                "the gateway speaks version \(version); \(versions.lowerBound) to \(versions.upperBound) would be right: a "
                    + "TWS or Gateway of 2021 or later")
        }
        self.version = version
        say(.start(client: client))
    }
}
