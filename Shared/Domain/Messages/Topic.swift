/// What a message is about and by what its numbers count: `<lane>/<kind>/<key>`.
public struct Topic: Hashable, Sendable {
    /// Longer topics are refused at the door.
    public static let lengthMax = 120

    public var text: String

    public init(_ text: String) { self.text = text }

    public var lane: Lane? {
        if text.utf8.starts(with: "market/".utf8) { return .market }
        if text.utf8.starts(with: "trading/".utf8) { return .trading }
        if text.utf8.starts(with: "control/".utf8) { return .control }
        if text.utf8.starts(with: "local/".utf8) { return .local }
        return nil
    }
}

extension Topic: Comparable {
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension Topic: CustomStringConvertible {
    public var description: String { text }
}

/// How a message travels.
public enum Lane: UInt8, Sendable, CaseIterable {
    /// From the owner's own socket to its takers.
    case market
    /// The same, on a socket of its own that is polled first.
    case trading
    /// Through the relay.
    case control
    /// Not at all: between a machine and the edge and timers of its own host.
    case local
}

extension Topic {
    public static func bar(_ span: String, _ symbol: Symbol) -> Topic {
        Topic("market/bar/\(span)/\(symbol)")
    }
    /// Bars that take the place of ones that were said: for whoever keeps them, and not for who has decided upon them.
    public static func correction(_ span: String, _ symbol: Symbol) -> Topic {
        Topic("\(corrections)\(span)/\(symbol)")
    }
    public static let corrections = "market/correction/"
    public static func quote(_ symbol: Symbol) -> Topic { Topic("market/quote/\(symbol)") }
    public static func trade(_ symbol: Symbol) -> Topic { Topic("market/trade/\(symbol)") }
    public static func action(_ symbol: Symbol) -> Topic { Topic("market/action/\(symbol)") }
    public static func fault(_ symbol: Symbol) -> Topic { Topic("market/fault/\(symbol)") }
    public static func feature(_ symbol: Symbol) -> Topic { Topic("market/feature/\(symbol)") }
    /// What the historian has from before a machine's first instant: splits, and bars oldest first; and the end of it.
    public static let history = Topic("local/history")
    public static let historyEnd = Topic("local/history-end")
    /// That a bar stands in for one that did not come, and when it came.
    public static func standIn(_ symbol: Symbol) -> Topic { Topic("\(standIns)\(symbol)") }
    public static let standIns = "market/stand-in/"
    public static func step(_ lane: Lane, of owner: String) -> Topic { Topic("\(lane)/step/\(owner)") }
    public static func beat(_ instance: String) -> Topic { Topic("control/beat/\(instance)") }
    public static func hello(_ instance: String) -> Topic { Topic("control/hello/\(instance)") }
    public static func ask(_ to: String, from: String) -> Topic { Topic("control/ask/\(to)/\(from)") }
    public static func answer(from: String, to: String) -> Topic { Topic("control/answer/\(from)/\(to)") }
    public static func alarm(from: String) -> Topic { Topic("control/alarm/\(from)") }
    public static func log(_ instance: String) -> Topic { Topic("control/log/\(instance)") }
    public static func command(to: String, from: String) -> Topic { Topic("control/command/\(to)/\(from)") }
    public static func grant(to: String, from: String) -> Topic { Topic("control/grant/\(to)/\(from)") }
    public static func job(_ name: String) -> Topic { Topic("control/job/\(name)") }
    public static func signal(_ strategy: String) -> Topic { Topic("trading/signal/\(strategy)") }
    public static func position(_ symbol: Symbol) -> Topic { Topic("trading/position/\(symbol)") }
    public static func orders(of account: String) -> Topic { Topic("trading/order/\(account)") }
    /// What became of approvals that are worked over time.
    public static func worked(_ account: String) -> Topic { Topic("trading/worked/\(account)") }
    public static func venue(_ account: String) -> Topic { Topic("trading/venue/\(account)") }
    public static func broker(_ account: String) -> Topic { Topic("trading/broker/\(account)") }
    public static func funds(_ account: String) -> Topic { Topic("trading/funds/\(account)") }
    /// What a person, or somebody's silence, told a service of trading, and when that took it: for whoever decides beside it.
    public static func told(_ service: String) -> Topic { Topic("trading/told/\(service)") }
    /// What a shadow says, which nobody takes: `trading/verdict` is `trading/shadow/verdict`.
    public static func shadow(_ topic: Topic) -> Topic {
        Topic("trading/shadow/" + topic.text.dropFirst("trading/".count))
    }
    public static let proposal = Topic("trading/proposal")
    public static let account = Topic("trading/account")
    public static let verdict = Topic("trading/verdict")
    /// What should guard a position, and risk's word on it: apart from what others want, and taken before it.
    public static let guardProposal = Topic("trading/guard/proposal")
    public static let guardVerdict = Topic("trading/guard/verdict")
    public static let halt = Topic("trading/halt")
    public static let tick = Topic("local/tick")
    public static let settings = Topic("local/settings")
}
