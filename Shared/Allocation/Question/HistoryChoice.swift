import Parameters

/// How much of the past an allocator looks at.
struct HistoryChoice: Sendable {
    let days: Int
    let least: Int

    static let parameters: [Parameter] = [
        .integer("history", 5...10_000, default: 252, "Days of returns that are looked at."),
        .integer(
            "least", 2...10_000, default: 60, "Days that there must be before an instrument gets a share."),
    ]

    init(_ arguments: Arguments) throws(ParameterError) {
        days = arguments.integer("history")
        least = arguments.integer("least")
        guard least <= days else {
            throw ParameterError(
                "least must be no more than history, but least is \(least) and history is \(days)")
        }
    }

    var needs: AllocationNeeds { AllocationNeeds(days: days, daysLeast: least) }
}
