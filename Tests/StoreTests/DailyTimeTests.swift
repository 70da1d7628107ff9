import Domain
import Testing

@testable import Store

@Suite struct DailyTimeTests {
    @Test(
        "a time of the day is met once a day",
        arguments: [
            ("22:30", "2026-03-31T22:29:59Z", "2026-03-30T22:30:00Z", "2026-03-31T22:30:00Z"),
            ("22:30", "2026-03-31T22:30:00Z", "2026-03-31T22:30:00Z", "2026-04-01T22:30:00Z"),
            ("00:00", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"),
            ("23:59", "2026-01-01T00:00:00Z", "2025-12-31T23:59:00Z", "2026-01-01T23:59:00Z"),
        ])
    func met(_ text: String, _ now: String, _ latest: String, _ next: String) throws {
        let time = try DailyTime(text)
        let now = try Timestamp(now)
        #expect(time.latest(at: now) == (try Timestamp(latest)))
        #expect(time.next(after: now) == (try Timestamp(next)))
    }

    @Test(
        "what is no time of a day is refused",
        arguments: ["", "24:00", "22:60", "2:30", "22", "-1:00", "22:3０"])
    func refused(_ text: String) {
        #expect(throws: StoreError.self) { try DailyTime(text) }
    }
}
