import Domain

/// Why a provider did not give what was asked of it.
public struct ProviderFault: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Equatable, Sendable {
        /// It was not reached, did not answer in time, or said that it fails.
        case unreachable
        /// It was asked too often; it may say until when.
        case limited(until: Timestamp?)
        /// The key is missing or wrong, or the plan does not include what was asked.
        case refused
        /// It knows no such symbol.
        case unknown
        /// What it answered cannot be read, or cannot be right.
        case wrong
        /// It has no such thing at all.
        case unsupported
    }

    public var kind: Kind
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// Whether the same question may be answered when it is asked again.
    var isPassing: Bool {
        switch kind {
        case .unreachable, .limited, .wrong: true
        case .refused, .unknown, .unsupported: false
        }
    }
}
