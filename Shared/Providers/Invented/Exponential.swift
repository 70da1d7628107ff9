/// e to a power near zero, by its series: to the last bit or two for |x| below 0.5, and the same everywhere.
func exponential(_ x: Double) -> Double {
    var sum = 1.0
    for divisor in stride(from: 14.0, through: 1.0, by: -1.0) {
        sum = 1 + x * sum / divisor
    }
    return sum
}
