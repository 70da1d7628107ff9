import Domain
import Testing

@testable import Scheduling

@Suite("When a job is due")
struct JobTimeTests {
    /// 2024-11-29, the Friday after Thanksgiving, closes at one in the afternoon; the Thursday has no session.
    @Test(
        "the next moment of each kind of time",
        arguments: [
            ("open", "2024-11-27T20:00:00Z", "2024-11-29T14:30:00Z", "2024-11-29"),
            ("open-1h", "2024-11-27T20:00:00Z", "2024-11-29T13:30:00Z", "2024-11-29"),
            ("close", "2024-11-29T00:00:00Z", "2024-11-29T18:00:00Z", "2024-11-29"),
            ("close+30m", "2024-11-29T18:00:00Z", "2024-11-29T18:30:00Z", "2024-11-29"),
            ("close+23h", "2024-11-29T19:00:00Z", "2024-11-30T17:00:00Z", "2024-11-29"),
            ("18:00", "2024-11-27T23:30:00Z", "2024-11-29T23:00:00Z", "2024-11-29"),
            ("18:00:30", "2024-11-27T22:59:59Z", "2024-11-27T23:00:30Z", "2024-11-27"),
            ("daily@03:00", "2024-11-28T00:00:00Z", "2024-11-28T08:00:00Z", "2024-11-28"),
            // A moment that is there is over: the next one counts.
            ("close", "2024-11-29T18:00:00Z", "2024-12-02T21:00:00Z", "2024-12-02"),
        ])
    func next(_ text: String, _ after: String, _ expected: String, _ day: String) throws {
        let due = try JobTime(text).next(after: try Timestamp(after), .xnys)
        #expect(due == JobTime.Due(at: try Timestamp(expected), day: try CivilDate(day)))
    }

    @Test("all moments of a while, and none twice where two whiles meet")
    func all() throws {
        let time = try JobTime("close+30m")
        let (first, middle, last) = (
            try Timestamp("2024-11-25T21:30:00Z"), try Timestamp("2024-11-27T21:30:00Z"),
            try Timestamp("2024-12-02T21:29:59Z")
        )
        let before = time.all(after: first, through: middle, .xnys)
        let after = time.all(after: middle, through: last, .xnys)
        #expect(before.map { "\($0.day)" } == ["2024-11-26", "2024-11-27"])
        #expect(after.map { "\($0.day)" } == ["2024-11-29"])
        #expect(time.all(after: first, through: last, .xnys) == before + after)
    }

    @Test(
        "a time that is none is told with what would be right",
        arguments: [
            "", "close+", "close+5", "close*5m", "open-24h", "25:00", "18:60", "8:00", "daily@", "noon",
        ])
    func wrong(_ text: String) {
        #expect {
            try JobTime(text)
        } throws: { "\($0)".hasPrefix("\(text) is no time of a job: open, close+30m") }
    }

    @Test("a job is a name, a time and a command")
    func job() throws {
        let job = try PlannedJob("flat close-5m missed=tell flatten --why 'end of {day}' --yes")
        #expect(job.name == "flat" && job.time.description == "close-5m" && job.missed == .tell)
        #expect(job.words(on: CivilDate(2024, 11, 29)) == ["flatten", "--why", "end of 2024-11-29", "--yes"])
        #expect(try PlannedJob("backup close data backup").missed == nil)
    }

    @Test(
        "a job that cannot be is told in a sentence",
        arguments: [
            ("backup", "is no job"), ("backup close", "has no command"),
            ("Backup close data", "cannot be called so"),
            ("backup clos data", "is no time"),
            ("backup close missed=later data", "missed=later is not known"),
            ("backup close data 'backup", "that is not closed"),
        ])
    func wrongJob(_ text: String, _ sentence: String) {
        #expect { try PlannedJob(text) } throws: { "\($0)".contains(sentence) }
    }

    @Test("two jobs do not share a name")
    func names() {
        #expect { try PlannedJob.all(["a open data", "a close data"]) } throws: {
            "\($0)" == "two jobs are called a; each needs a name of its own"
        }
    }
}
