/// What a live table shows, and how it is sorted: what the keys change.
struct TopView: Equatable {
    enum Grouping: String, CaseIterable { case topics, kinds, senders }
    enum Order: String, CaseIterable { case rate, bytes, messages, missing, delay, silent, name }
    enum Request: Equatable { case quit, clear, redraw, none }

    var grouping = Grouping.topics
    var order = Order.rate
    var isReversed = false
    var isPaused = false
    /// The first row that is shown.
    var firstRow = 0

    /// What a key asks for.
    mutating func press(_ key: Character) -> Request {
        switch key {
        case "q", "Q": return .quit
        case "s": order = Order.allCases.after(order)
        case "S": order = Order.allCases.reversed().after(order)
        case "r": isReversed.toggle()
        case "g": grouping = Grouping.allCases.after(grouping)
        case "p", " ": isPaused.toggle()
        case "j": firstRow += 1
        case "k": firstRow = max(0, firstRow - 1)
        case "c": return .clear
        default: return .none
        }
        return .redraw
    }

    static let keys = "q quit  s sort  r reverse  g group  j k scroll  p pause  c clear"
}

extension BidirectionalCollection where Element: Equatable {
    /// The element after one, around the end.
    fileprivate func after(_ element: Element) -> Element {
        guard let at = firstIndex(of: element), index(after: at) != endIndex else { return first ?? element }
        return self[index(after: at)]
    }
}
