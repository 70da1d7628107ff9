import Indicators
import Testing

/// Over a column every indicator says what it says bar by bar, the same bits, whatever the bars and its parameters.
struct ColumnTests {
    enum Kind: CaseIterable { case wander, real, damaged, wild, zeros }

    private func bars(_ kind: Kind) -> Bars {
        var random = SplitMix64(for: "columns of \(kind)")
        return switch kind {
        case .wander: Bars.wander(700, &random)
        case .real: Bars.sample("AAPL", beside: "IBM")
        case .damaged: Bars.wander(700, &random).damaged
        case .wild: Bars.wild(700, &random)
        case .zeros: Bars.wander(300, &random).changed { $0.map { _ in 0 } }
        }
    }

    @Test("as listed, over columns of any length", arguments: Kind.allCases)
    func lengths(kind: Kind) throws {
        let bars = bars(kind)
        for entry in IndicatorRegistry.entries {
            let warmUp = try entry.warmUp()
            let lengths = Set([0, 1, 2, 3, warmUp - 1, warmUp, warmUp + 1, 2 * warmUp + 3, 513, bars.count])
            let possible = lengths.filter { $0 >= 0 && $0 <= bars.count }
            let found = try differences(entry, [], bars, possible)
            #expect(found == [])
        }
    }

    @Test("with the least parameters, and with windows that outgrow the value", arguments: Kind.allCases)
    func parameters(kind: Kind) throws {
        let bars = bars(kind)
        for entry in IndicatorRegistry.entries {
            for factor in [0, 0.35, 2, 14] {
                let given = entry.listing.parameters.filter(\.isWhole).map { each in
                    let value = max(each.range.lowerBound, (each.fallback * factor).rounded(.down))
                    return (name: each.name, value: min(each.range.upperBound, value))
                }
                // Of some the parameters must differ, so not all can be the least.
                guard (try? entry.make(given)) != nil else {
                    #expect(factor == 0, "\(entry.listing.name) \(given)")
                    continue
                }
                let found = try differences(entry, given, bars, [bars.count])
                #expect(found == [])
            }
        }
    }

    /// Where a column of any of these lengths is not what the indicator says bar by bar, in sentences.
    private func differences(
        _ entry: IndicatorEntry, _ given: [(name: String, value: Double)], _ bars: Bars, _ lengths: Set<Int>
    ) throws -> [String] {
        let right = said(by: try entry.make(given), bars)
        var found: [String] = []
        for length in lengths {
            let part = bars.prefix(length)
            let columns = try entry.series(given, over: part.candles, other: part.other)
            for (number, (column, right)) in zip(columns, right).enumerated() {
                let place = "\(entry.listing.name) \(given), number \(number)"
                if column.count != length { found.append("\(place): \(column.count) of \(length) bars") }
                if column.contains(where: { $0.map { !$0.isFinite } ?? false }) {
                    found.append("\(place): not all of \(length) bars are finite")
                }
                let wrong = (0..<min(length, column.count)).first {
                    column[$0]?.bitPattern != right[$0]?.bitPattern
                }
                if let bar = wrong {
                    found.append(
                        "\(place), bar \(bar) of \(length): \(column[bar].debugDescription) in the column, "
                            + "\(right[bar].debugDescription) bar by bar")
                }
            }
        }
        return found
    }

    /// Each number of each value, bar by bar.
    private func said<Listed: ListedIndicator>(by indicator: Listed, _ bars: Bars) -> [[Double?]] {
        var indicator = indicator
        var numbers = [Double](repeating: 0, count: Listed.Output.width)
        var out = [[Double?]](repeating: [], count: numbers.count)
        for bar in 0..<bars.count {
            let output = indicator.update(bars.input(at: bar))
            output?.store(at: &numbers, stride: 1)
            for number in numbers.indices { out[number].append(output == nil ? nil : numbers[number]) }
        }
        return out
    }
}
