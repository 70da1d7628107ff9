import Configuration
import Domain

/// What people ask about: an order, a fill, a position or any message; and the messages that are about it.
package struct Subject {
    package enum Kind: String {
        case order, fill, position, message

        fileprivate var told: String { self == .order ? "an order" : "a \(rawValue)" }
    }

    package let kind: Kind
    /// The order's id, the fill's, the symbol, or the message's name.
    package let name: String
    /// What is asked about, before its causes are looked for.
    package let copies: [Copy]
    /// Of a position: the other orders that made it, the oldest first.
    package var others: [String] = []

    /// Shorter beginnings of ids stand for too many.
    static let prefixMin = 4

    package init(_ text: String, in search: StateSearch, until: Timestamp? = nil) throws {
        if let name = messageName(text) {
            let copies = try search.find(name)
            guard let copy = copies.first(where: \.isSent) ?? copies.first else {
                let known =
                    search.bounds.isEmpty ? "" : " (of this topic, \(search.bounds.joined(separator: ", ")))"
                throw Failure("\(name.text) is in no transcript under \(search.folder)\(known)", exitCode: 1)
            }
            self.init(kind: .message, name: name.text, copies: [copy])
        } else if let position = try Subject.position(text, in: search, until) {
            self = position
        } else {
            try self.init(id: text, in: search)
        }
        if until != nil, kind != .position {
            throw Failure("--at is for a position, and \(visible(text)) is \(kind.told)", exitCode: 2)
        }
    }

    private init(kind: Kind, name: String, copies: [Copy]) {
        self.kind = kind
        self.name = name
        self.copies = copies
    }

    // MARK: orders and fills

    private init(id text: String, in search: StateSearch) throws {
        guard !text.isEmpty, !text.contains("/") else { throw Subject.unknown(text, in: search) }
        let copies = try search.messages(aboutIdsThatBegin: text)
        let fills = Set(copies.flatMap { $0.message.fillIds }.filter { $0.hasPrefix(text) })
        let orders = Set(copies.flatMap { $0.message.orderIds }.filter { $0.hasPrefix(text) })
        // A whole id means what is called so, though others begin with it.
        let meant =
            fills.contains(text) ? [text] : orders.contains(text) ? [text] : orders.union(fills).sorted()
        guard let id = meant.first else { throw Subject.unknown(text, in: search) }
        guard meant.count == 1, text.utf8.count >= Subject.prefixMin || id == text else {
            let some = meant.prefix(5).joined(separator: ", ") + (meant.count > 5 ? ", …" : "")
            throw Failure(
                "\(visible(text)) is the beginning of \(meant.count) ids: \(some); give more of one",
                exitCode: 2)
        }
        if fills.contains(id) {
            // The order to which it belongs, up to this fill.
            let own = copies.filter { $0.message.fillIds.contains(id) }
            let order = own.lazy.flatMap { $0.message.orderIds }.first
            let way = try order.map { try Subject.way(of: $0, in: search) } ?? []
            self.init(
                kind: .fill, name: id,
                copies: way.filter { $0.message.fillIds.isEmpty && !$0.message.isNews } + own)
        } else {
            self.init(kind: .order, name: id, copies: try Subject.way(of: id, in: search))
        }
    }

    /// What is about an order. A part in which an approval is worked, and what protects it, nobody approved by its own name:
    /// there it is risk's word on the order that it belongs to, too.
    private static func way(of order: String, in search: StateSearch) throws -> [Copy] {
        func about(_ id: String) throws -> [Copy] {
            try search.messages(aboutIdsThatBegin: id).filter { $0.message.orderIds.contains(id) }
        }
        let own = try about(order)
        var (id, copies, seen) = (order, own, Set([order]))
        while !copies.contains(where: \.message.isVerdict),
            let parent = copies.lazy.compactMap({ $0.message.parent(of: id) }).first,
            seen.insert(parent).inserted
        {
            (id, copies) = (parent, try about(parent))
        }
        return id == order ? own : own + copies.filter(\.message.isVerdict)
    }

    private static func unknown(_ text: String, in search: StateSearch) -> Failure {
        let newest = try? search.messages(where: { _, head in head.bodyField == BodyKind.orderUpdate.rawValue
        }) { _ in
            true
        }.max { $0.message.sentAt < $1.message.sentAt }?.message.orderIds.first
        let hint = newest.map { "; the newest order is \($0)" } ?? ""
        return Failure(
            "there is no order, fill or position \(visible(text)) under \(search.folder)\(hint); a message is named "
                + "like trading/verdict:1/42, with its topic, epoch and number", exitCode: 2)
    }

    // MARK: positions

    /// The position in an instrument as it was left last, with the fills since it was flat.
    private static func position(_ text: String, in search: StateSearch, _ until: Timestamp?) throws
        -> Subject?
    {
        guard let symbol = Symbol(text) else { return nil }
        let all = try search.messages(on: .position(symbol))
            .sorted { ($0.message.epoch, $0.message.number) < ($1.message.epoch, $1.message.number) }
        let news = all.filter { copy in until.map { copy.message.sentAt <= $0 } ?? true }
        guard let last = news.last else {
            guard let first = all.first, let until else { return nil }
            throw Failure(
                "nothing was held of \(symbol) by \(until); the first word on it is of \(first.message.sentAt)",
                exitCode: 1)
        }
        // Since it was flat, or was turned round; of one that is flat, how it came to be.
        let side = last.message.side
        let before = news.dropLast().lastIndex {
            $0.message.side == 0 || (side != 0 && $0.message.side != side)
        }
        let since = Array(news[(before.map { $0 + 1 } ?? 0)...])
        var orders: [String] = []
        for id in since.flatMap({ $0.message.orderIds }) where !orders.contains(id) { orders.append(id) }
        let moved = last.message.orderIds.first
        let way = try moved.map { try Subject.way(of: $0, in: search) } ?? []
        var subject = Subject(
            kind: .position, name: symbol.text,
            copies: since + way.filter { copy in !since.contains { $0.name == copy.name } })
        subject.others = orders.filter { $0 != moved }
        return subject
    }
}

extension Message {
    /// What is held after it, where it tells of a position.
    var held: Quantity? {
        if case .position(let position) = body { position.quantity } else { nil }
    }

    /// Long, short or flat, where it tells of a position: 1, -1 or 0.
    fileprivate var side: Int {
        guard let held else { return 0 }
        return held.isPositive ? 1 : held.isNegative ? -1 : 0
    }

    /// It tells how an order fares, and brings nothing about.
    var isNews: Bool {
        if case .orderUpdate = body { true } else { false }
    }
}
