/// Numbers in, numbers out: an indicator takes one input a bar and answers with a value once it has seen enough.
///
/// The state is a plain value: a copy goes its own way. One update takes constant time and allocates nothing,
/// unless the indicator's page says otherwise.
public protocol Indicator<Input, Output>: Sendable {
    associatedtype Input: IndicatorInput
    associatedtype Output: IndicatorOutput

    /// How many inputs it takes to the first value: 20 means that the twentieth input gives one.
    var warmUp: Int { get }

    /// Takes the next input. The answer is nothing until enough has been seen, and where the value is not
    /// defined. An input that is not usable (NaN, infinite, beyond 1e100) is refused: nothing changes, and the
    /// answer is nothing.
    mutating func update(_ input: Input) -> Output?

    /// Says at each bar of a column what updates would say, the same bits. It is asked for here so that each indicator
    /// has a loop of its own, made for its types: `Answers` gives the one that makes the updates, and few need another.
    func fill(_ answers: inout Answers<Output>, from source: Input.Source)
}

/// What an indicator takes at each bar.
public protocol IndicatorInput: Sendable {
    /// The columns that such inputs stand in.
    associatedtype Source: InputSource<Self>
    /// The input whose numbers stand in a row from a place on.
    static func load(from place: UnsafePointer<Double>) -> Self
}

extension Double: IndicatorInput {
    public typealias Source = UnsafeBufferPointer<Double>

    @inlinable @inline(__always)
    public static func load(from place: UnsafePointer<Double>) -> Double { place.pointee }

    /// Whether indicators take the number. The bound leaves room for squares and sums, so that what is finite at
    /// the entry stays finite inside.
    @inlinable @inline(__always)
    public var isUsable: Bool { magnitude <= 1e100 }
}

/// What an indicator gives at a bar: one number, or a few that have names.
public protocol IndicatorOutput: Equatable, Sendable {
    /// How many numbers there are.
    static var width: Int { get }
    /// Puts the numbers `stride` places apart, beginning at a place.
    func store(at place: UnsafeMutablePointer<Double>, stride: Int)
    /// The numbers that were put there.
    static func load(from place: UnsafePointer<Double>, stride: Int) -> Self
}

extension Double: IndicatorOutput {
    @inlinable public static var width: Int { 1 }
    @inlinable @inline(__always)
    public func store(at place: UnsafeMutablePointer<Double>, stride: Int) { place.pointee = self }
    @inlinable public static func load(from place: UnsafePointer<Double>, stride: Int) -> Double {
        place.pointee
    }
}

/// A number, unless it is NaN or infinite.
@inlinable @inline(__always)
func finite(_ number: Double) -> Double? { number.isFinite ? number : nil }

/// A quotient, or what stands for it where the divisor is zero.
@inlinable @inline(__always)
func ratio(_ dividend: Double, _ divisor: Double, orElse neutral: Double = 0) -> Double {
    divisor == 0 ? neutral : dividend / divisor
}
