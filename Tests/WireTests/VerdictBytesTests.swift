import Domain
import Testing

@testable import Wire

@Suite("Verdicts without what passed")
struct VerdictBytesTests {
    private static func message(approved: Bool, checks: Int) -> Message {
        let order = Order(
            id: "0123456789abcdef0123456789abcdef", account: "paper", strategy: "momentum",
            symbol: Symbol("AAPL")!,
            quantity: Quantity(units: 5_000_000))
        let made = (0..<checks).map {
            CheckResult(name: "check \($0)", passed: approved || $0 % 2 == 0, figure: Double($0), limit: 9)
        }
        return Message(
            topic: .verdict, number: 7, epoch: 1, sender: "risk.1",
            body: .verdict(Verdict(approved: approved, order: order, checks: made)))
    }

    @Test(
        "whoever leaves them out reads an approved verdict with no checks, and all else as it is",
        arguments: [0, 1, 27])
    func leftOut(_ checks: Int) throws {
        let codec = Codec()
        codec.leavesOutPassedChecks = true
        for approved in [true, false] {
            let message = Self.message(approved: approved, checks: checks)
            var expected = message
            if approved, case .verdict(var verdict) = message.body {
                verdict.checks = []
                expected.body = .verdict(verdict)
            }
            let bytes = Codec().encode(message)
            #expect(try codec.decode(bytes) == expected)
            #expect(try Codec().decode(bytes) == message)
        }
    }

    @Test("what is cut off is no verdict, wherever it was cut")
    func cut() throws {
        let codec = Codec()
        codec.leavesOutPassedChecks = true
        let body = try #require(
            Codec().encode(Self.message(approved: true, checks: 3)).withUnsafeBytes {
                let head = try Codec().head(of: $0)
                return Array($0[head.body])
            })
        var whole = 0
        for count in 0...body.count {
            body[..<count].withUnsafeBytes { bytes in
                let rest = Verdict.beforeChecks(UnsafeRawBufferPointer(bytes))
                // Cut at the end of a field it is a verdict with fewer checks; amid one nothing is left out.
                if rest.count < bytes.count { whole += 1 } else { #expect(rest.count == bytes.count) }
            }
        }
        #expect(whole == 3)
    }
}
