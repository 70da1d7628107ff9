import Domain
import HTTP

/// A conversation that was had with a provider, as its answers: an inquiry that takes them again knows what it knew then.
struct KeptAnswer: Equatable, Sendable {
    /// What was asked, and of whom: `yahoo quotes AAPL`.
    var name: String
    var at: Timestamp
    var answers: [HTTPResponse]

    static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }

    /// How much room it takes.
    var size: Int { answers.reduce(name.utf8.count + 64) { $0 + $1.body.count + 32 } }

    private static let mark = "tradewind answer 1"

    /// As a file: a line each for the mark, the name and the time, then each answer behind a line of its status, its
    /// length, and whether it brought a cookie. The cookie itself is not kept: nobody is asked with it again.
    var bytes: [UInt8] {
        var bytes = Array("\(KeptAnswer.mark)\n\(name.inOneLine)\n\(at)\n".utf8)
        for answer in answers {
            let hasCookie = answer.header("set-cookie") != nil
            bytes += Array("\(answer.status) \(answer.body.count) \(hasCookie ? 1 : 0)\n".utf8)
            bytes += answer.body
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    init(name: String, at: Timestamp, answers: [HTTPResponse]) {
        (self.name, self.at, self.answers) = (name, at, answers)
    }

    /// Nothing where the bytes are not a whole file of ours.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        func line() -> String? {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            defer { rest = rest[(end + 1)...] }
            return String(validating: rest[..<end], as: UTF8.self)
        }
        guard line() == KeptAnswer.mark, let name = line(), let at = line().flatMap({ try? Timestamp($0) })
        else {
            return nil
        }
        var answers: [HTTPResponse] = []
        while !rest.isEmpty {
            guard let head = line() else { return nil }
            let numbers = head.split(separator: " ").map { Int($0) ?? -1 }
            guard numbers.count == 3, numbers[1] >= 0, numbers[1] < rest.count,
                rest[rest.startIndex + numbers[1]] == UInt8(ascii: "\n")
            else { return nil }
            answers.append(
                HTTPResponse(
                    status: numbers[0], headers: numbers[2] == 1 ? [("set-cookie", "kept=1")] : [],
                    body: Array(rest.prefix(numbers[1]))))
            rest = rest.dropFirst(numbers[1] + 1)
        }
        self.init(name: name, at: at, answers: answers)
    }
}
