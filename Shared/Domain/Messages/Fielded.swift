/// A message type that can be walked field by field.
///
/// One walk serves every purpose: the wire writes and reads through it, `verify` compares through it, JSON
/// prints through it, and tests fill it with random values. The numbers and names are those of `Proto/`.
public protocol Fielded: Equatable, Sendable {
    /// The value with every field at the wire's default: zero, empty or absent.
    init()
    /// The message's name in `Proto/`, `FeatureRow`.
    static var name: String { get }
    mutating func visit(_ visitor: inout some FieldVisitor) throws
}

/// What can be done with each kind of field. A visitor may read the value, or put another in its place.
public protocol FieldVisitor {
    /// An integer of fixed width whose meaning `unit` tells.
    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64, _ unit: FixedUnit) throws
    /// The same, where absence means something.
    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64?, _ unit: FixedUnit) throws
    mutating func count(_ number: Int, _ name: StaticString, _ value: inout UInt64) throws
    mutating func double(_ number: Int, _ name: StaticString, _ value: inout Double) throws
    mutating func doubles(_ number: Int, _ name: StaticString, _ value: inout [Double]) throws
    mutating func flag(_ number: Int, _ name: StaticString, _ value: inout Bool) throws
    mutating func text(_ number: Int, _ name: StaticString, _ value: inout String) throws
    mutating func texts(_ number: Int, _ name: StaticString, _ value: inout [String]) throws
    mutating func symbol(_ number: Int, _ name: StaticString, _ value: inout Symbol) throws
    mutating func bytes(_ number: Int, _ name: StaticString, _ value: inout [UInt8]) throws
    mutating func blobs(_ number: Int, _ name: StaticString, _ value: inout [[UInt8]]) throws
    mutating func choice<C: Choice>(_ number: Int, _ name: StaticString, _ value: inout C) throws
    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M) throws
    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M?) throws
    mutating func messages<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout [M]) throws
}

/// What one unit of a fixed-width integer is.
public enum FixedUnit: Sendable {
    case price, volume, quantity, money
    /// Nanoseconds since 1970 UTC.
    case time
    /// A length of time in nanoseconds.
    case span
    /// A bare whole number.
    case number
}

/// An enumeration that travels as its number; 0 is the wire's default and always a case.
public protocol Choice: RawRepresentable<Int32>, CaseIterable, Hashable, Sendable {}

extension FieldVisitor {
    public mutating func field(_ number: Int, _ name: StaticString, _ value: inout Price) throws {
        try fixed(number, name, &value.units, .price)
    }
    public mutating func field(_ number: Int, _ name: StaticString, _ value: inout Volume) throws {
        try fixed(number, name, &value.units, .volume)
    }
    public mutating func field(_ number: Int, _ name: StaticString, _ value: inout Quantity) throws {
        try fixed(number, name, &value.units, .quantity)
    }
    public mutating func field(_ number: Int, _ name: StaticString, _ value: inout Money) throws {
        try fixed(number, name, &value.units, .money)
    }
    public mutating func field(_ number: Int, _ name: StaticString, _ value: inout Timestamp) throws {
        try fixed(number, name, &value.nanoseconds, .time)
    }
    public mutating func field(_ number: Int, _ name: StaticString, _ value: inout Price?) throws {
        var units = value?.units
        try fixed(number, name, &units, .price)
        value = units.map(Price.init(units:))
    }
    public mutating func field(_ number: Int, _ name: StaticString, _ value: inout Quantity?) throws {
        var units = value?.units
        try fixed(number, name, &units, .quantity)
        value = units.map(Quantity.init(units:))
    }
    public mutating func field(_ number: Int, _ name: StaticString, _ value: inout Money?) throws {
        var units = value?.units
        try fixed(number, name, &units, .money)
        value = units.map(Money.init(units:))
    }
    public mutating func field(_ number: Int, _ name: StaticString, _ value: inout Timestamp?) throws {
        var nanoseconds = value?.nanoseconds
        try fixed(number, name, &nanoseconds, .time)
        value = nanoseconds.map(Timestamp.init(nanoseconds:))
    }
}
