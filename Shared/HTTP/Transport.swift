import Domain

/// Carries requests to servers and answers back: libcurl, or in tests a script under a clock of its own.
public protocol Transport: AnyObject {
    /// The wall clock's time, which never runs backwards while the process lives.
    var now: Timestamp { get }

    /// Sends a request; its end is told by `wait` under its number.
    func begin(_ request: HTTPRequest, number: Int)

    /// Goes on until a request has ended, or until that moment. It may come back earlier, with nothing.
    func wait(until moment: Timestamp) -> [Ending]
}

/// The end of a request.
public struct Ending: Sendable {
    public var number: Int
    public var outcome: Result<HTTPResponse, HTTPFault>

    public init(number: Int, outcome: Result<HTTPResponse, HTTPFault>) {
        self.number = number
        self.outcome = outcome
    }
}
