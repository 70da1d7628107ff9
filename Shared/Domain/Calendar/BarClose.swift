extension Bar {
    /// When the bar is over and known. A daily bar, whatever its session's length, has a span of one day, so that one
    /// span names the series; it is known when the session closes in which it opened.
    public var closesAt: Timestamp {
        if span == Nanoseconds.day, let session = TradingCalendar.xnys.session(containing: openedAt) {
            return session.close
        }
        return openedAt + span
    }
}
