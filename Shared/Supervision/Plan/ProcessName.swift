/// The name of a process: its service, and which of the replicas it is, `historian-2`.
public struct ProcessName: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var service: String
    /// Counted from 1.
    public var replica: Int

    public init(_ service: String, _ replica: Int) {
        self.service = service
        self.replica = replica
    }

    /// Reads `historian-2`.
    public init?(_ text: some StringProtocol) {
        guard let dash = text.lastIndex(of: "-"), dash > text.startIndex,
            let replica = Int(text[text.index(after: dash)...]), replica > 0
        else { return nil }
        self.init(String(text[..<dash]), replica)
    }

    public var description: String { "\(service)-\(replica)" }

    public static func < (left: Self, right: Self) -> Bool {
        (left.service, left.replica) < (right.service, right.replica)
    }
}
