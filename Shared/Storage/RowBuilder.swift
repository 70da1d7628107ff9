import Configuration
import Domain
import Glibc

/// Puts the values of a row together, in the order of its table's columns.
struct RowBuilder {
    private(set) var values: [SQLValue] = []

    init(count: Int) { values.reserveCapacity(count) }

    /// What every durable message begins with.
    init(_ message: Message, count: Int) {
        self.init(count: count)
        add(message.topic.text)
        add(Int64(truncatingIfNeeded: message.epoch))
        add(Int64(truncatingIfNeeded: message.number))
        add(message.sentAt.nanoseconds)
        add(message.sender)
        add(message.cause?.topic.text)
        add(message.cause.map { Int64(truncatingIfNeeded: $0.epoch) })
        add(message.cause.map { Int64(truncatingIfNeeded: $0.number) })
    }

    mutating func add(_ number: Int64) { values.append(.integer(number)) }
    mutating func add(_ number: Int64?) { values.append(number.map { .integer($0) } ?? .null) }
    mutating func add(_ flag: Bool) { values.append(.integer(flag ? 1 : 0)) }
    /// What is no number is no value: SQLite knows none but NULL.
    mutating func add(_ number: Double) { values.append(number.isFinite ? .real(number) : .null) }
    mutating func add(_ text: String?) { if let text { add(text) } else { values.append(.null) } }
    mutating func add(_ value: SQLValue) { values.append(value) }
    mutating func add(_ symbol: Symbol) { add(symbol.text) }

    /// PostgreSQL keeps no zero byte in a text, and one message must not hold up all behind it.
    mutating func add(_ text: String) {
        values.append(.text(text.hasZero ? text.replacing("\0", with: "\u{FFFD}") : text))
    }

    mutating func add(_ order: Order) {
        add(order.id)
        add(order.account)
        add(order.strategy)
        add(order.symbol)
        add(Word.side[order.side])
        add(Word.orderKind[order.kind])
        add(order.quantity.units)
        add(order.limit?.units)
        add(order.stop?.units)
        add(order.trail?.units)
        add(order.trailShare)
        add(Word.timeInForce[order.timeInForce])
        add(Word.orderClass[order.orderClass])
        add(order.parent)
        add(order.validUntil.nanoseconds)
        add(order.notional?.units)
    }

    mutating func add(_ figures: [Figure]) {
        guard !figures.isEmpty else { return add("{}") }
        var json = JSONWriter()
        json.object { json in
            for figure in figures {
                json.key(figure.name)
                figure.value.isFinite ? json.number(figure.value) : json.null()
            }
        }
        add(json.text)
    }

    mutating func add(_ checks: [CheckResult]) {
        var json = JSONWriter()
        json.array { json in
            for check in checks {
                json.object { json in
                    json.key("name")
                    json.string(check.name)
                    json.key("passed")
                    json.flag(check.passed)
                    for (key, value) in [("figure", check.figure), ("limit", check.limit)] {
                        json.key(key)
                        value.isFinite ? json.number(value) : json.null()
                    }
                    json.key("explanation")
                    json.string(check.explanation)
                }
            }
        }
        add(json.text)
    }
}

extension String {
    /// By one search through its bytes: to look at them one by one took a tenth of storing a message.
    fileprivate var hasZero: Bool {
        utf8.withContiguousStorageIfAvailable { bytes in
            bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
        } ?? utf8.contains(0)
    }
}

/// The words of the choices, as commands and tables write them: `stop_limit`.
enum Word {
    static let side = Words<Side>()
    static let orderKind = Words<OrderKind>()
    static let timeInForce = Words<TimeInForce>()
    static let orderClass = Words<OrderClass>()
    static let orderStatus = Words<OrderStatus>()
    static let actionKind = Words<ActionKind>()
}

/// Found once: to ask a case for its name takes longer than to store it.
struct Words<C: Choice>: Sendable {
    private let words: [SQLValue]

    init() {
        words = C.allCases.sorted { $0.rawValue < $1.rawValue }.map { choice in
            var word = ""
            for character in "\(choice)" {
                word += character.isUppercase ? "_" + character.lowercased() : String(character)
            }
            return .text(word)
        }
    }

    subscript(choice: C) -> SQLValue { words[Int(choice.rawValue)] }
}
