/// Ichimoku's lines as they are drawn at a bar: the two spans of the cloud were computed `displacement` bars before. The
/// lagging line is the close drawn backwards, which nobody knows in time, so it is left out.
public struct Ichimoku: ListedIndicator {
    private var conversion: RangeMiddle
    private var base: RangeMiddle
    private var wide: RangeMiddle
    private var spans: Ring<Double>
    private var wideSpans: Ring<Double>
    private var count = 0

    public init(conversion: Int, base: Int, span: Int, displacement: Int) throws(ParameterError) {
        guard conversion <= base, base <= span else {
            throw ParameterError("ichimoku: conversion, base and span must not fall")
        }
        self.conversion = RangeMiddle(count: conversion)
        self.base = RangeMiddle(count: base)
        wide = RangeMiddle(count: span)
        spans = Ring(count: displacement, filledWith: 0)
        wideSpans = Ring(count: displacement, filledWith: 0)
    }

    public var warmUp: Int { wide.count + spans.count }

    public struct Value: Numbers {
        public var conversion: Double
        public var base: Double
        public var spanA: Double
        public var spanB: Double
    }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Value? {
        guard candle.hasUsableRange else { return nil }
        let conversion = conversion.update(candle)
        let base = base.update(candle)
        guard let wide = wide.update(candle), let base, let conversion else { return nil }
        let spanA = spans.replaceOldest(with: (conversion.middle + base.middle) / 2)
        let spanB = wideSpans.replaceOldest(with: wide.middle)
        count = min(count + 1, spans.count + 1)
        guard count > spans.count else { return nil }
        return Value(conversion: conversion.middle, base: base.middle, spanA: spanA, spanB: spanB)
    }

    public static let listing = Listing(
        "ichimoku", "conversion and base line, and the cloud as it is drawn at the bar",
        parameters: [
            .period(9, name: "conversion", "bars of the conversion line"),
            .period(26, name: "base", "bars of the base line"),
            .period(52, name: "span", "bars of the slow span"),
            .period(26, name: "displacement", "bars that the spans are drawn ahead"),
        ],
        inputs: InputColumn.range, outputs: ["conversion", "base", "span_a", "span_b"],
        warmUp: "span + displacement",
        .formula(
            "middles of the ranges; span_a = (conversion + base) ÷ 2 and span_b = middle of the span, displaced"
        ))
    public init(_ chosen: Chosen) throws(ParameterError) {
        try self.init(
            conversion: chosen.whole("conversion"), base: chosen.whole("base"), span: chosen.whole("span"),
            displacement: chosen.whole("displacement"))
    }
}
