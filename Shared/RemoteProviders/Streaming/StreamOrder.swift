import Domain

/// Which of several streams is listened to: of those that are there and can be trusted, the first in the order.
///
/// One is listened to at a time. Where it has been away for a while, refuses, is mute or says what cannot be, the next
/// one begins as well; and those before it are tried on, until one of them is healthy. It knows no socket and no clock, so
/// that it can be tried against anything that streams do.
public struct StreamOrder: Sendable {
    private struct Place {
        /// It is connected, or tried again and again.
        var hasBegun = false
        var isSubscribed = false
        /// It has been mute, has said what cannot be, or was away too long, and has said nothing good since.
        var isDoubted = false
        /// When the first bar opened that it said while another one was listened to.
        var first: Timestamp?
        /// What it has said meanwhile, a few minutes at most.
        var kept: [Bar] = []
    }

    /// What a bar of a stream that is not listened to leads to.
    public enum Turn: Equatable, Sendable {
        case none
        /// Nobody was listened to: now it is. What was missed has to be asked for.
        case listens
        /// It is healthy again, and takes the place of the one after it. Of these bars some may have been said.
        case returns([Bar])
    }

    private var places: [Place]
    private let patience: Int64
    /// Who is listened to.
    public private(set) var current: Int?
    /// When the next one begins, unless somebody is listened to before.
    public private(set) var nextAt = Timestamp.distantFuture

    private static let keptMinutes: Int64 = 3

    /// `patience` is how long a stream may be away before the next one begins; with 0 no other ever does.
    public init(_ count: Int, patience: Int64) {
        precondition(count > 0, "somebody is listened to")
        places = Array(repeating: Place(), count: count)
        self.patience = patience
    }

    /// The first one begins.
    public mutating func begin(at now: Timestamp) {
        places[0].hasBegun = true
        wait(at: now)
    }

    public func hasBegun(_ index: Int) -> Bool { places[index].hasBegun }

    /// The next one, if its time has come.
    public mutating func due(at now: Timestamp) -> Int? {
        guard current == nil, now >= nextAt, let next = places.firstIndex(where: { !$0.hasBegun }) else {
            return nil
        }
        places[next].hasBegun = true
        // Who was away so long has to say something before it is listened to again.
        for earlier in 0..<next { places[earlier].isDoubted = true }
        wait(at: now)
        return next
    }

    private mutating func wait(at now: Timestamp) {
        let isOver = patience == 0 || places.allSatisfy(\.hasBegun)
        nextAt = isOver ? .distantFuture : now + patience
    }

    /// Whether it is listened to now. Others that are after it rest.
    public mutating func subscribed(_ index: Int) -> Bool {
        (places[index].isSubscribed, places[index].first, places[index].kept) = (true, nil, [])
        guard current == nil, !places[index].isDoubted || isAlone else { return false }
        listen(to: index)
        return true
    }

    /// It is gone. `doubt` is why it should not be believed at once when it comes back.
    public mutating func lose(_ index: Int, doubt: Bool, at now: Timestamp) {
        places[index].isSubscribed = false
        places[index].kept = []
        if doubt { places[index].isDoubted = true }
        guard current == index || current == nil else { return }
        let wasCurrent = current == index
        current = nil
        // Another one may be there, and was only not the first.
        if wasCurrent { wait(at: now) }
        if doubt, !isAlone, patience > 0, nextAt != .distantFuture { nextAt = now }
    }

    /// One that is there and can be trusted, while nobody is listened to.
    public mutating func another() -> Int? {
        guard current == nil, let index = places.firstIndex(where: { $0.isSubscribed && !$0.isDoubted })
        else { return nil }
        listen(to: index)
        return index
    }

    /// A bar of one that is not listened to; `said` is how far the market is.
    ///
    /// A stream is healthy with the first bar of its second minute: that minute it has from the beginning, and of those
    /// before it the other one has what it lacks.
    public mutating func hear(_ bar: Bar, of index: Int, said: Timestamp?) -> Turn {
        guard places[index].isSubscribed, said.map({ bar.closesAt >= $0 }) ?? true else { return .none }
        guard let current else {
            places[index].isDoubted = false
            listen(to: index)
            return .listens
        }
        guard index < current else { return .none }
        keep(bar, of: index)
        guard let first = places[index].first, bar.openedAt > first else {
            places[index].first = places[index].first ?? bar.openedAt
            return .none
        }
        let kept = places[index].kept
        listen(to: index)
        return .returns(kept)
    }

    private mutating func keep(_ bar: Bar, of index: Int) {
        let oldest = bar.openedAt - StreamOrder.keptMinutes * Nanoseconds.minute
        places[index].kept.removeAll { $0.openedAt < oldest }
        places[index].kept.append(bar)
    }

    private var isAlone: Bool { places.count == 1 || patience == 0 }

    private mutating func listen(to index: Int) {
        (current, nextAt) = (index, .distantFuture)
        (places[index].isDoubted, places[index].first, places[index].kept) = (false, nil, [])
        for later in places.indices where later > index { places[later] = Place() }
    }
}
