import Domain
import Gatekeeper

/// What a health report is about.
public struct HealthSubject: Sendable {
    public var series: [DataHealth.Series]
    /// Rows that belong to no series, for they cannot be read.
    public var unreadable: [Finding]

    public init(series: [DataHealth.Series], unreadable: [Finding]) {
        self.series = series
        self.unreadable = unreadable
    }

    public var count: Int { unreadable.count + series.reduce(0) { $0 + $1.findings.count } }

    public var findings: [Finding] { unreadable + series.flatMap(\.findings) }

    /// How often each kind was found, the most frequent first.
    public var kinds: [(kind: FaultKind, count: Int)] {
        Dictionary(grouping: findings, by: \.fault.kind).map { ($0.key, $0.value.count) }
            .sorted { ($1.1, $0.0.rawValue) < ($0.1, $1.0.rawValue) }
    }
}
