import Glibc
import Synchronization

/// What a service tells about itself, a line an event. Logging never throws and never waits for a reader: a
/// line that cannot be written is counted.
///
///     log.info("bars_loaded", ["file": .text(path), "bars": .integer(bars.count)])
public final class Log: Sendable {
    /// Where lines go.
    public enum Destination: Sendable {
        case descriptor(Int32)
        case file(path: String, rotateSize: Int, keep: Int)
        /// For tests and for programs that keep lines themselves.
        case function(@Sendable (String) -> Void)

        public static let standardError = Destination.descriptor(STDERR_FILENO)
    }

    public let level: LogLevel
    private let clock: @Sendable () -> Int64
    private let sink: Mutex<LogSink>

    /// Opens a log. `clock` gives nanoseconds since 1970; the computer's own when it is left out.
    public init(
        service: String, level: LogLevel = .info, format: LogFormat = .text,
        to destination: Destination = .standardError, paint: Paint = .plain, secretKeys: Set<String> = [],
        secretValues: [String] = [], clock: (@Sendable () -> Int64)? = nil
    ) throws(LogError) {
        self.level = level
        self.clock = clock ?? { TimeText.now() }
        let secrets = LogSecrets(keys: secretKeys, values: secretValues)
        let line = LogLine(service: service, format: format, paint: paint, secrets: secrets)
        sink = Mutex(try LogSink(line, of: service, to: destination))
    }

    /// The log of a service as its settings say: to `log.file`, to a file of the service in `log.folder`, or
    /// to standard error.
    public static func open(_ service: String, _ settings: Settings) throws(LogError) -> Log {
        let file = settings.path("log.file")
        let folder = settings.path("log.folder")
        let path = !file.isEmpty ? file : folder.isEmpty ? nil : "\(folder)/\(service).log"
        if let path, !Folder.make(for: path) {
            throw LogError(
                description: "the folder of the log file \(path) cannot be made: \(errorText(errno))")
        }
        let destination = path.map {
            Destination.file(
                path: $0, rotateSize: settings.size("log.rotate_size"),
                keep: settings.integer("log.rotate_keep"))
        }
        return try Log(
            service: service, level: LogLevel(rawValue: settings.text("log.level")) ?? .info,
            format: LogFormat(rawValue: settings.text("log.format")) ?? .text,
            to: destination ?? .standardError, paint: path == nil ? Terminal.standardError.paint : .plain,
            secretKeys: settings.secretKeys, secretValues: settings.secretValues)
    }

    public func debug(_ event: String, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.debug, event, fields())
    }

    public func info(_ event: String, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.info, event, fields())
    }

    public func warning(_ event: String, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.warning, event, fields())
    }

    public func error(_ event: String, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.error, event, fields())
    }

    /// How many lines could not be written so far.
    public var linesLost: Int { sink.withLock { $0.linesLost } }

    /// Fields are not even made for a line below the level.
    @inline(__always)
    private func write(_ level: LogLevel, _ event: String, _ fields: @autoclosure () -> LogFields) {
        guard level >= self.level else { return }
        let fields = fields()
        sink.withLock { $0.write(level, event, fields, at: clock()) }
    }
}
