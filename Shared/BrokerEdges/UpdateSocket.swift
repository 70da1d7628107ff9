/// What tells of orders as things happen.
public protocol UpdateSocket: AnyObject {
    /// What has happened and was not taken; never waits.
    func take() -> [UpdateSocketEvent]
    func send(_ text: String)
}

public enum UpdateSocketEvent: Sendable {
    case opened
    case message([UInt8])
    case ended(String)
}
