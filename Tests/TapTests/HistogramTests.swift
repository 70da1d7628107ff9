import Configuration
import Explaining
import Testing

@testable import tap

@Suite("Statistics of a tap")
struct HistogramTests {
    @Test("each duration falls into one bucket, and no bucket is wider than a 32nd of it")
    func buckets() {
        var before: Int64 = -1
        for bucket in 0..<1888 {
            let last = Histogram.last(in: bucket)
            #expect(Histogram.bucket(of: before + 1) == bucket)
            #expect(Histogram.bucket(of: last) == bucket)
            #expect(last - before - 1 <= (before + 1) / 32)
            before = last
        }
        #expect(before == Int64.max)
    }

    @Test("percentiles are those of the sorted durations, at most a 32nd above")
    func percentiles() {
        let seed = UInt64.random(in: .min ... .max)
        var state = seed
        var durations: [Int64] = []
        var histogram = Histogram()
        var (first, second) = (Histogram(), Histogram())
        for index in 0..<5000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let duration = Int64(state >> 1) >> Int64(state >> 3 % 60)
            durations.append(duration)
            histogram.add(duration)
            if index % 3 == 0 { first.add(duration) } else { second.add(duration) }
        }
        first.add(second)
        durations.sort()
        for perMille in [1, 10, 500, 900, 990, 999, 1000] as [UInt64] {
            let exact = durations[Int((UInt64(durations.count) * perMille + 999) / 1000) - 1]
            let found = histogram.percentile(perMille: perMille) ?? -1
            #expect(found >= exact && found - exact <= exact / 32, "seed \(seed), \(perMille) per mille")
            #expect(first.percentile(perMille: perMille) == found)
        }
        #expect(histogram.max == durations.last)
        #expect(Histogram().percentile(perMille: 500) == nil)
    }

    @Test(
        "figures are short, and their unit suits",
        arguments: [
            (durationText(0), "0 ns"), (durationText(999), "999 ns"), (durationText(1_000), "1 µs"),
            (durationText(87_400), "87.4 µs"), (durationText(1_255_000), "1.25 ms"),
            (durationText(-2_000_000_000), "-2 s"), (durationText(90_000_000_000), "1.5 min"),
            (durationText(.max), "106752 d"), (durationText(.min), "-106752 d"),
            (rateText(10, over: 4), "2.5/s"), (rateText(10, over: 40), "15/min"),
            (rateText(1, over: 7200), "12/d"),
            (rateText(0, over: 1), "-"), (rateText(1, over: 0), "-"), (sizeText(512), "512 B"),
            (sizeText(1536), "1.5 KiB"), (threeDigits(1234.5), "1235"), (threeDigits(0.004), "0"),
            (visible("a\u{1B}[2J\né\u{85}"), "a\\u001b[2J\\né\\u0085"),
        ])
    func figures(text: String, expected: String) { #expect(text == expected) }

    @Test("missing numbers, repeats, pauses and sizes are counted by topic")
    func numbers() {
        var statistics = Statistics()
        for (number, at) in [(1, 10), (2, 20), (5, 70), (5, 71), (3, 72), (6, 80)] as [(UInt64, Int64)] {
            statistics.note(message(number), size: 100, heardAt: at, moment: at)
        }
        statistics.note(message(3, epoch: 2), size: 50, heardAt: 90, moment: 90)
        statistics.note(message(9), size: 50, heardAt: 95, moment: 95)
        let flow = statistics.flows[0]
        #expect(flow.messages == 8 && flow.missing == 2 && flow.duplicates == 3)
        #expect(flow.longestPause == 50 && flow.bytesMax == 100 && flow.bytes == 700)
    }

    @Test("what a filter leaves out is not missing")
    func filtered() {
        var statistics = Statistics()
        for number in 1...10 as ClosedRange<UInt64> {
            statistics.note(message(number), size: 1, heardAt: 1, moment: 1, isShown: number % 5 == 0)
        }
        #expect(statistics.messages == 2 && statistics.flows[0].missing == 0)
    }

    @Test("whatever a stranger's numbers and times are, they are counted")
    func hostile() {
        var statistics = Statistics()
        for number in [1, UInt64.max, 2, UInt64.max] {
            for time in [Int64.min, .max, 0] {
                var stranger = message(number, epoch: number)
                stranger.sentAt.nanoseconds = time
                stranger.originAt.nanoseconds = 1
                statistics.note(stranger, size: 1, heardAt: .max, moment: time)
            }
        }
        #expect(statistics.messages == 12)
        #expect(
            !StatisticsReport(statistics: statistics, seconds: nil, malformed: 0).text(paint: .plain).isEmpty)
    }

    @Test("invented topics share a row once there are too many")
    func flood() {
        var statistics = Statistics()
        for index in 0..<(Statistics.topicsMax + 100) {
            var stranger = message(1)
            stranger.topic.text = "a\(index)/b/c"
            statistics.note(stranger, size: 1, heardAt: 1, moment: 1)
        }
        #expect(statistics.flows.count == Statistics.topicsMax + 1)
        #expect(statistics.flows.last?.messages == 100)
        #expect(statistics.hops.kinds.count == Hops.kindsMax)
    }
}
