import Domain
import Testing

@testable import Providers

@Suite("Planted defects")
struct PlantedFaultsTests {
    private static func market(_ bars: Int, span: Int64) throws -> (bars: [Bar], actions: [CorporateAction]) {
        var source = try SyntheticSource(
            seed: 5, symbols: [Symbol("AAA")!], bars: bars, span: span,
            start: CivilDate(2020, 1, 2).midnightUTC, .real)
        var (found, actions): ([Bar], [CorporateAction]) = ([], [])
        while let instant = try source.next() {
            found += instant.bars
            actions += instant.actions
        }
        return (found, actions)
    }

    @Test(
        "a seed plants in the same places, another one in others, and each defect stands where it is said to")
    func places() throws {
        let (bars, actions) = try PlantedFaultsTests.market(2000, span: Nanoseconds.day)
        let kinds: [FaultKind] = [.nonFinite, .duplicate, .zeroVolume, .missing]
        let faulty = try PlantedFaults(bars, kinds, actions: actions, seed: 1)
        let again = try PlantedFaults(bars, kinds, actions: actions, seed: 1)
        #expect(again.lines == faulty.lines && again.planted == faulty.planted)
        let other = try PlantedFaults(bars, kinds, actions: actions, seed: 2)
        #expect(other.planted.map(\.at) != faulty.planted.map(\.at))
        #expect(Set(faulty.planted.map(\.kind)) == Set(kinds))
        // One row more and one less.
        #expect(faulty.lines.count == bars.count)
        for planted in faulty.planted where planted.kind != .missing {
            let line = faulty.lines[planted.line - 2]
            switch planted.kind {
            case .nonFinite: #expect(line.contains("NaN"))
            case .duplicate: #expect(line == faulty.lines[planted.line - 3])
            default: #expect(line.split(separator: ",")[6] == "0")
            }
        }
        let clean = Set(bars.map { PlantedFaults.line(of: $0) })
        #expect(faulty.lines.count { !clean.contains($0) } == 2)
        #expect(clean.subtracting(faulty.lines).count == 3)
    }

    @Test("a series that is too short for a defect is refused in a sentence")
    func refusals() throws {
        let (bars, actions) = try PlantedFaultsTests.market(90, span: Nanoseconds.day)
        let error = #expect(throws: SourceError.self) {
            try PlantedFaults(bars, [.spike], actions: actions, seed: 1)
        }
        #expect(
            error?.description
                == "AAA has no quiet place left for spike in 90 bars; more days, or fewer kinds, would be right"
        )
        #expect(throws: SourceError.self) {
            try PlantedFaults(bars, [.crossed], actions: actions, seed: 1)
        }
        #expect(throws: SourceError.self) {
            try PlantedFaults(Array(bars.prefix(2)), [.stale], actions: actions, seed: 1)
        }
    }
}
