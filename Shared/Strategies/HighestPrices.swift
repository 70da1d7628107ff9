/// The highest of the last `window` prices of each instrument, in whole numbers. Of their opposites it is the lowest.
///
/// The whole window is gone through only where its highest price has just left it.
struct HighestPrices {
    private struct State: BitwiseCopyable {
        var next = 0
        var seen = 0
        /// Where the highest stands; of equals the latest.
        var place = 0
    }

    private let window: Int
    private let states: Slots<State>
    private let prices: Slots<Int64>

    init(window: Int, instruments: Int) {
        self.window = window
        states = Slots(repeating: State(), count: instruments)
        prices = Slots(repeating: .min, count: instruments * window)
    }

    /// Takes a price.
    func update(_ price: Int64, of instrument: Int) {
        var state = states[instrument]
        let first = instrument * window
        let place = state.next
        state.next = place + 1 == window ? 0 : place + 1
        if state.seen < window { state.seen += 1 }
        let hasLeft = place == state.place
        let highest = prices[first + state.place]
        prices[first + place] = price
        if price >= highest {
            state.place = place
        } else if hasLeft {
            // From the oldest to the latest, which is at `place`.
            state.place = state.next
            for offset in 1..<max(window, 1) {
                let each = state.next + offset < window ? state.next + offset : state.next + offset - window
                if prices[first + each] >= prices[first + state.place] { state.place = each }
            }
        }
        states[instrument] = state
    }

    /// Nothing before as many prices have come as the window has room for.
    func highest(of instrument: Int) -> Int64? {
        let state = states[instrument]
        return state.seen == window ? prices[instrument * window + state.place] : nil
    }
}
