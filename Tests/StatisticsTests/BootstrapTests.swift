import Statistics
import Testing

struct BootstrapTests {
    private func noise(_ count: Int, following: Double) throws -> Returns {
        var random = SeededGenerator(seed: 42)
        var last = 0.0
        let values = (0..<count).map { _ -> Double in
            last = following * last + (random.fraction() + random.fraction() + random.fraction() - 1.5) * 0.02
            return last
        }
        return try Returns(values)
    }

    @Test("single returns give the textbook's range of the mean; the same seed the same range")
    func range() throws {
        let returns = try noise(200, following: 0)
        let bootstrap = Bootstrap(samples: 1000, meanBlock: 1, seed: 7)
        let found = try #require(bootstrap.interval(of: returns) { $0.mean })
        let half = 1.96 * (returns.volatility ?? 0) / (252 * 200.0).squareRoot()
        #expect(((found.high - found.low) / 2 / half - 1).magnitude < 0.15)
        #expect(found == bootstrap.interval(of: returns) { $0.mean })
        #expect(found != Bootstrap(samples: 1000, meanBlock: 1, seed: 8).interval(of: returns) { $0.mean })
    }

    @Test("blocks keep what follows each other, so the range of a trending series is wider")
    func blocks() throws {
        let returns = try noise(500, following: 0.8)
        let single = try #require(Bootstrap(samples: 300, meanBlock: 1).interval(of: returns) { $0.mean })
        let blocks = try #require(Bootstrap(samples: 300, meanBlock: 30).interval(of: returns) { $0.mean })
        #expect(blocks.high - blocks.low > 2 * (single.high - single.low))
    }
}
