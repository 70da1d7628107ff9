import Domain
import Glibc

/// What changes and volumes are usual at each bar, told from the bars before it.
struct Usual {
    /// The close before, as actions make it; nothing at the first bar.
    let before: [Double?]
    /// How far a price may be from the one before: a logarithm.
    let bound: [Double]
    /// The median volume of the bars before; 0 where there are too few.
    let volume: [Double]

    init(_ bars: [Bar], _ before: [Double?], _ limits: HealthLimits) {
        self.before = before
        var bounds: [Double] = []
        var volumes: [Double] = []
        var changes = MedianWindow(limits.window)
        var amounts = MedianWindow(limits.window)
        for (at, bar) in bars.enumerated() {
            // A night lies before the first bar of a session.
            let isOverNight =
                at == 0 || bar.span >= Nanoseconds.day || bar.openedAt - bars[at - 1].openedAt > 4 * bar.span
            let floor = log1p(isOverNight ? limits.changeOfDay : limits.changeInDay)
            bounds.append(max(floor, limits.usualChanges * (changes.median ?? 0)))
            volumes.append(amounts.median ?? 0)
            if let price = before[at], price > 0 { changes.add(abs(log(Double(bar.close) / price))) }
            amounts.add(Double(bar.volume))
        }
        bound = bounds
        volume = volumes
    }
}

/// The median of the last numbers; nothing before there are a third of them.
struct MedianWindow {
    private let size: Int
    private var arrived: [Double] = []
    private var sorted: [Double] = []
    private var next = 0

    init(_ size: Int) { self.size = size }

    mutating func add(_ number: Double) {
        if arrived.count < size {
            arrived.append(number)
        } else {
            sorted.remove(at: place(of: arrived[next]))
            arrived[next] = number
            next = (next + 1) % size
        }
        sorted.insert(number, at: place(of: number))
    }

    var median: Double? {
        guard arrived.count >= max(1, size / 3) else { return nil }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    private func place(of number: Double) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
