import Configuration
import Domain

/// A moment as a person types it. A day stands for its first moment, or as an end for its last.
package func moment(_ text: String, _ option: String, isEnd: Bool) throws(Failure) -> Timestamp {
    if let day = try? CivilDate(text), (1678...2261).contains(day.year) {
        return isEnd ? Timestamp(nanoseconds: (day + 1).midnightUTC.nanoseconds - 1) : day.midnightUTC
    }
    do { return try Timestamp(text) } catch {
        throw Failure(
            "\(option) \"\(text)\" is neither a day nor a time: 2024-03-11 or 2024-03-11T13:30:00Z would be right",
            exitCode: 2)
    }
}
