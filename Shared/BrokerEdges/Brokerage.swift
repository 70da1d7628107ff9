import Domain

/// The way to one broker: it carries calls, and tells what became of each. It decides one thing: what kind of end a call
/// came to.
public protocol Brokerage: AnyObject {
    var now: Timestamp { get }
    /// Something has left, or is to leave, and has not been answered.
    var isBusy: Bool { get }
    /// Takes calls that are on disk in the transcript. What acts leaves before what asks: a minute's questions must not
    /// hold back an order.
    func carry(_ calls: [BrokerCall])
    /// Goes on, and tells what has come.
    func take(at now: Timestamp) -> [BrokerNews]
}

extension BrokerCallKind {
    /// It changes something in the world.
    var acts: Bool { self == .submit || self == .cancel || self == .replace }
}
