import Domain

/// A job as a person plans it: its name, when it is due, and the command of `tradewind` that it is.
///
///     backup close+30m data backup --keep 30
///     flat close-5m missed=tell flatten --why 'end of the day' --as desk --yes
public struct PlannedJob: Equatable, Sendable {
    /// What is done about one that was due while nobody was there: it is done late, or a person is told.
    public enum Missed: String, Sendable, CaseIterable {
        case run, tell
    }

    public let name: String
    public let time: JobTime
    /// Nothing where the settings say it for all jobs.
    public let missed: Missed?
    /// The words of the command; `{day}` in them is the day that the job belongs to.
    public let words: [String]

    public init(_ text: String) throws(ScheduleError) {
        var rest = try PlannedJob.words(of: text)[...]
        guard let name = rest.popFirst(), let time = rest.popFirst() else {
            throw ScheduleError(
                "the job '\(text)' is no job: a name, a time and a command such as 'backup close+30m data backup' "
                    + "would be right")
        }
        guard name.utf8.count <= 40, name.utf8.allSatisfy(PlannedJob.isPlain) else {
            throw ScheduleError(
                "the job '\(name)' cannot be called so: small letters, digits and -, 40 at most, would be right"
            )
        }
        self.name = name
        do { self.time = try JobTime(time) } catch {
            throw ScheduleError("the job \(name): \(error)")
        }
        var missed: Missed?
        if let word = rest.first, word.hasPrefix("missed=") {
            rest.removeFirst()
            missed = Missed(rawValue: String(word.dropFirst(7)))
            if missed == nil {
                throw ScheduleError(
                    "the job \(name): \(word) is not known; missed=run or missed=tell would be right")
            }
        }
        self.missed = missed
        guard !rest.isEmpty else {
            throw ScheduleError("the job \(name) has no command; 'data backup' would be one")
        }
        words = Array(rest)
    }

    /// All jobs of a plan, whose names differ.
    public static func all(_ texts: [String]) throws(ScheduleError) -> [PlannedJob] {
        var jobs: [PlannedJob] = []
        for text in texts {
            let job = try PlannedJob(text)
            if jobs.contains(where: { $0.name == job.name }) {
                throw ScheduleError("two jobs are called \(job.name); each needs a name of its own")
            }
            jobs.append(job)
        }
        return jobs
    }

    /// The words of the command for a day.
    public func words(on day: CivilDate) -> [String] {
        words.map { word in
            word.split(separator: "{day}", omittingEmptySubsequences: false).joined(separator: "\(day)")
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || (48...57).contains(byte) || (97...122).contains(byte)
    }

    /// Words with blanks between them; quotes hold those together that belong together.
    private static func words(of text: String) throws(ScheduleError) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == " " {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let quote { throw ScheduleError("the job '\(text)' has a \(quote) that is not closed") }
        if let word { words.append(word) }
        return words
    }
}
