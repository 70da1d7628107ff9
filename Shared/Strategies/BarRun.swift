import Domain

/// Bars of one instrument that follow each other, in the columns of a table: whoever looks at all of them finds each
/// column's figures side by side. It is good for as long as it is lent.
public struct BarRun {
    public let count: Int
    @usableFromInline let span: Int64
    @usableFromInline let openedAt: UnsafePointer<Int64>
    @usableFromInline let closesAt: UnsafePointer<Int64>
    @usableFromInline let open: UnsafePointer<Int64>
    @usableFromInline let high: UnsafePointer<Int64>
    @usableFromInline let low: UnsafePointer<Int64>
    @usableFromInline let close: UnsafePointer<Int64>
    @usableFromInline let volume: UnsafePointer<Int64>

    /// `count` figures in each column, which outlive this.
    public init(
        count: Int, span: Int64, openedAt: UnsafePointer<Int64>, closesAt: UnsafePointer<Int64>,
        open: UnsafePointer<Int64>, high: UnsafePointer<Int64>, low: UnsafePointer<Int64>,
        close: UnsafePointer<Int64>, volume: UnsafePointer<Int64>
    ) {
        self.count = count
        self.span = span
        self.openedAt = openedAt
        self.closesAt = closesAt
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }

    @inlinable public subscript(place: Int) -> Bar {
        precondition(UInt(bitPattern: place) < UInt(bitPattern: count), "there are fewer bars")
        return Bar(
            span: span, openedAt: Timestamp(nanoseconds: openedAt[place]), open: Price(units: open[place]),
            high: Price(units: high[place]), low: Price(units: low[place]), close: Price(units: close[place]),
            volume: Volume(units: volume[place]))
    }

    /// When a bar is known.
    @inlinable public func knownAt(_ place: Int) -> Timestamp {
        precondition(UInt(bitPattern: place) < UInt(bitPattern: count), "there are fewer bars")
        return Timestamp(nanoseconds: closesAt[place])
    }
}
