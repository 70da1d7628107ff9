/// Why a day's profit is another than that of its backtest. In this order they are taken away from what happened, one
/// after the other, until the backtest is left.
public enum DifferenceCause: String, CaseIterable, Sendable {
    /// A person traded on the account, or told its services what to do.
    case hand
    /// The venue refused an order.
    case reject
    /// The venue took other fees than the model.
    case fee
    /// Orders traded other quantities at other prices than the model's.
    case fill = "fill model"
    /// Orders reached the venue later than the model's.
    case delay
    /// The market's bars are known otherwise today.
    case data
}
