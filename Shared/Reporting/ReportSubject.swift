import Backtesting
import Domain

/// What a report is about: a run, the bars it ran on, and what it went by.
public struct ReportSubject: Sendable {
    public var strategy: String
    /// `fast=10 slow=30`
    public var parameters: String
    public var record: BacktestRecord
    public var table: BarTable
    public var summary: Summary
    /// What a reader should know before he believes the figures.
    public var warnings: [String]
    public var confidence: Confidence
    public var settings: [(name: String, value: String)]
    /// Of the data and the program, and the run's own name.
    public var fingerprints: [(name: String, value: String)]

    public init(
        strategy: String, parameters: String, record: BacktestRecord, table: BarTable, summary: Summary,
        warnings: [String], confidence: Confidence, settings: [(name: String, value: String)],
        fingerprints: [(name: String, value: String)]
    ) {
        self.strategy = strategy
        self.parameters = parameters
        self.record = record
        self.table = table
        self.summary = summary
        self.warnings = warnings
        self.confidence = confidence
        self.settings = settings
        self.fingerprints = fingerprints
    }
}
