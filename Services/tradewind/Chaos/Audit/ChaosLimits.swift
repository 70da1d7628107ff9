/// The limits of a round's account, as they are set and as they are held against what was approved.
struct ChaosLimits {
    let positionShare: Double
    let grossShare: Double
    /// What stays in cash.
    let cashShare: Double
    let orderWorth: Double
    let ordersAMinute: Int

    var settings: [String] {
        [
            "risk.position_size=\(positionShare)", "risk.gross_exposure=\(grossShare)",
            "risk.cash_reserve=\(cashShare)", "risk.order_worth=\(orderWorth)",
            "risk.orders_a_minute=\(ordersAMinute)",
            // What two strategies want alike within a second is no mistake here.
            "risk.duplicate_seconds=off",
        ]
    }
}
