import Domain

/// When a bar that has only a date opened, and how long it lasted.
///
/// 14:30 UTC is 09:30 in New York in winter; half days and daylight saving wait for the exchange calendar,
/// which replaces this function.
@inline(__always)
func dailyOpen(of date: CivilDate) -> (openedAt: Timestamp, span: Int64) {
    (Timestamp(nanoseconds: date.midnight + 52_200_000_000_000), dailySpan)
}

/// Six and a half hours.
let dailySpan: Int64 = 23_400_000_000_000
