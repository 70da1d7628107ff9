/// How long something takes on its way. Draws come from the exchange's own seeded chance.
public protocol LatencyModel: Model {
    /// One delay in nanoseconds, never below zero.
    func draw(_ chance: inout Chance) -> Int64
}
