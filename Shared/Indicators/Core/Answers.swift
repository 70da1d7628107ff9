/// The numbers of a column while they are written.
@frozen
public struct Answers<Output: IndicatorOutput> {
    /// Where the first number of the first bar goes; the second is `count` places further.
    @usableFromInline let place: UnsafeMutablePointer<Double>
    public let count: Int
    /// The first bar with a value so far, and the bars after it that have none.
    @usableFromInline var first: Int
    @usableFromInline var gaps: [Int] = []

    @usableFromInline
    init(at place: UnsafeMutablePointer<Double>, count: Int) {
        self.place = place
        self.count = count
        first = count
    }

    /// Nothing is said at the bars of a range; nothing was said so far, or something at the bar before.
    @inlinable
    mutating func putNothing(_ bars: Range<Int>) {
        for index in 0..<Output.width {
            (place + index * count + bars.lowerBound).update(repeating: 0, count: bars.count)
        }
        if bars.lowerBound > first { gaps.append(contentsOf: bars) }
    }
}

extension Indicator {
    @inlinable
    public func fill(_ answers: inout Answers<Output>, from source: Input.Source) {
        fillByUpdates(&answers, from: source)
    }

    /// The very updates that a bar-by-bar run makes, with a copy of this indicator.
    @inlinable @inline(__always)
    func fillByUpdates(_ answers: inout Answers<Output>, from source: Input.Source) {
        let (place, count) = (answers.place, answers.count)
        var indicator = self
        var bar = 0
        while bar < count {
            let said = bar
            // What is in this loop is all that a bar costs once there are bars enough.
            while bar < count, let output = indicator.update(source[bar]) {
                output.store(at: place + bar, stride: count)
                bar &+= 1
            }
            if bar > said { answers.first = min(answers.first, said) }
            guard bar < count else { return }
            answers.putNothing(bar..<bar + 1)
            bar &+= 1
        }
    }
}
