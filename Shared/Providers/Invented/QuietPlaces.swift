import Domain

/// Rows of a series at which prices move little, and nothing else happens: there a planted defect stands out.
struct QuietPlaces {
    /// So many rows before a place tell what is usual there, and so many from it on are its own.
    static let behind = 80
    static let room = 9
    /// As shares of the price: the median change of the rows before, and how far the place's own rows may go.
    private static let changeMax = 0.02
    private static let wayMax = 0.12
    private static let wayMaxInDay = 0.02
    private static let window = 63
    private static let priceMin = Price(10)
    private static let tries = 5000

    private let bars: [Bar]
    private let actions: [CorporateAction]
    /// Where nothing more may be planted.
    private var taken: [Range<Int>] = []
    private var days: Set<CivilDate> = []

    init(_ bars: [Bar], _ actions: [CorporateAction]) {
        self.bars = bars
        self.actions = actions
    }

    /// One that is not taken, by chance; nothing where none was found.
    mutating func next(_ chance: inout SplitMix64) -> Int? {
        let count = bars.count - QuietPlaces.behind - 4 * QuietPlaces.room
        guard count > 0 else { return nil }
        for _ in 0..<QuietPlaces.tries {
            let place = QuietPlaces.behind + Int(chance.next() % UInt64(count))
            guard isFree(place), isQuiet(place) else { continue }
            taken.append(place - QuietPlaces.room..<place + 2 * QuietPlaces.room)
            for at in place..<place + QuietPlaces.room { days.insert(date(at)) }
            return place
        }
        return nil
    }

    private func date(_ at: Int) -> CivilDate { EasternTime.local(at: bars[at].openedAt).date }

    /// Within a day each session has one defect at most: what several leave out of it is told once. All of its rows
    /// are of one session, and the first of that is none of them.
    private func isFree(_ place: Int) -> Bool {
        guard !taken.contains(where: { $0.contains(place) }) else { return false }
        guard bars[place].span < Nanoseconds.day else { return true }
        let own = date(place)
        guard date(place - 1) == own, date(place + 6) == own else { return false }
        return (place..<place + QuietPlaces.room).allSatisfy { !days.contains(date($0)) }
    }

    private func isQuiet(_ place: Int) -> Bool {
        let before = bars[place - 1].close
        guard before >= QuietPlaces.priceMin, bars[place].high > bars[place].low else { return false }
        let (begin, end) = (bars[place - 2].openedAt, bars[place + QuietPlaces.room].openedAt)
        guard !actions.contains(where: { $0.exAt > begin && $0.exAt <= end }) else { return false }
        let most =
            bars[place].span < Nanoseconds.day ? QuietPlaces.wayMaxInDay : QuietPlaces.wayMax
        let own = bars[place..<place + QuietPlaces.room]
        guard own.allSatisfy({ QuietPlaces.way(from: before, to: $0.close) <= most }) else { return false }
        let changes = (place - QuietPlaces.window..<place).map {
            QuietPlaces.way(from: bars[$0 - 1].close, to: bars[$0].close)
        }
        return changes.sorted()[QuietPlaces.window / 2] < QuietPlaces.changeMax
    }

    private static func way(from: Price, to: Price) -> Double {
        (Double(to.units) / Double(from.units) - 1).magnitude
    }
}
