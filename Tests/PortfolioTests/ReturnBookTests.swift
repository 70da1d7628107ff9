import Domain
import Testing

@testable import Portfolio

@Suite struct ReturnBookTests {
    private let first = CivilDate(2024, 1, 1)

    private func close(_ day: Int, hour: Int64 = 20) -> Timestamp {
        Timestamp(nanoseconds: (first + day).midnightUTC.nanoseconds + hour * 3600 * Nanoseconds.second)
    }

    private func price(_ whole: Int) -> Price { Price(whole) }

    @Test(
        "returns are those of the latest days that all have, the oldest first, and mirrored for who is short")
    func window() {
        var book = ReturnBook(spans: [Nanoseconds.day, Nanoseconds.day], days: 3)
        for (day, whole) in [100, 110, 99, 99, 198].enumerated() {
            book.onBar(price(whole), of: 0, at: close(day))
            if day >= 2 { book.onBar(price([10, 20, 5][day - 2]), of: 1, at: close(day)) }
        }
        #expect(book.days(of: 0) == 3 && book.days(of: 1) == 2)
        let fall: Double = 99.0 / 110 - 1
        #expect(book.returns(of: [(0, 1)], days: 3).numbers == [fall, 0, 1])
        #expect(book.returns(of: [(0, 1), (1, -1)], days: 3).numbers == [0, -1, 1, 0.75])
        #expect(book.returns(of: [(0, 1)], days: 1).numbers == [1])
    }

    @Test("a day without a bar has no change, and an instrument without bars has no days")
    func gaps() {
        var book = ReturnBook(spans: [Nanoseconds.day, Nanoseconds.day, Nanoseconds.day], days: 10)
        for day in 0..<4 {
            book.onBar(price(100 + day), of: 0, at: close(day))
            if day != 2 { book.onBar(price(50 + day), of: 1, at: close(day)) }
        }
        let (first, last): (Double, Double) = (51.0 / 50 - 1, 53.0 / 51 - 1)
        #expect(book.returns(of: [(1, 1)], days: 10).numbers == [first, 0, last])
        #expect(book.days(of: 2) == 0)
        #expect(book.returns(of: [(0, 1), (2, 1)], days: 10).rows == 0)
    }

    @Test("a day that is still going on counts only where bars are days")
    func today() {
        var book = ReturnBook(spans: [Nanoseconds.hour], days: 5)
        for (day, hour, whole) in [(0, 15, 100), (0, 20, 110), (1, 15, 120), (1, 20, 121), (2, 15, 500)] {
            book.onBar(price(whole), of: 0, at: close(day, hour: Int64(hour)))
        }
        let rise: Double = 121.0 / 110 - 1
        #expect(book.returns(of: [(0, 1)], days: 5).numbers == [rise])
    }
}
