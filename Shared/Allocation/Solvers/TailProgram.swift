/// Weights whose conditional value at risk is least: the average loss of the worst days (Rockafellar and Uryasev, 2000).
///
/// As it is written down the program has a row for each day. Its dual has one for each instrument and a column for each
/// day, which is the smaller; the weights are what its rows cost.
struct TailProgram {
    /// A row for each day.
    let returns: Matrix
    /// The share of the days that are not the worst: 0.95 looks at the worst twentieth.
    let confidence: Double
    let limits: WeightLimits

    func weights() throws(SolverFailure) -> [Double] {
        let variables = WeightVariables(limits)
        let days = returns.rows
        let height = variables.count
        let rows = variables.rows()
        // Columns: days, then upper and lower sides of rows, then upper and lower bounds of variables; where a side is open
        // its column may not move.
        let width = days + 2 * rows.rows.rows + 2 * height
        var matrix = Matrix(rows: height + 1, columns: width)
        var cost = Array(repeating: 0.0, count: width)
        var bounds = Array(repeating: 0.0...Double.infinity, count: width)
        let most = 1 / (Double(days) * (1 - confidence))
        for day in 0..<days {
            let own = Array(returns.row(day))
            for (row, number) in variables.spread(own).enumerated() { matrix[row, day] = number }
            matrix[height, day] = 1
            cost[day] = variables.heldProduct(own)
            bounds[day] = 0...most
        }
        for row in 0..<rows.rows.rows {
            for (side, factor) in [-1.0, 1.0].enumerated() {
                let column = days + 2 * row + side
                let bound = side == 0 ? rows.bounds[row].upperBound : rows.bounds[row].lowerBound
                guard bound.magnitude < .infinity else {
                    bounds[column] = 0...0
                    continue
                }
                for variable in 0..<height { matrix[variable, column] = factor * rows.rows[row, variable] }
                cost[column] = -factor * bound
            }
        }
        for (variable, range) in variables.bounds.enumerated() {
            let column = days + 2 * rows.rows.rows + 2 * variable
            (matrix[variable, column], cost[column]) = (-1, range.upperBound)
            (matrix[variable, column + 1], cost[column + 1]) = (1, -range.lowerBound)
        }
        var rowBounds = Array(repeating: 0.0...0.0, count: height)
        rowBounds.append(1...1)
        do {
            let answer = try LinearProgram(cost: cost, rows: matrix, rowBounds: rowBounds, bounds: bounds)
                .solve()
            return variables.weights(
                zip(answer.multipliers, variables.bounds).map { multiplier, range in
                    min(max(-multiplier, range.lowerBound), range.upperBound)
                })
        } catch SolverFailure.unbounded {
            // What the dual gains without end, the weights miss.
            throw .infeasible
        } catch {
            throw error
        }
    }

    /// The average loss of the worst days, of given weights.
    static func risk(_ returns: Matrix, _ weights: [Double], confidence: Double) -> Double {
        let losses = returns.times(weights).map { -$0 }.sorted(by: >)
        let tail = Double(losses.count) * (1 - confidence)
        var (sum, left) = (0.0, tail)
        for loss in losses where left > 0 {
            sum += loss * min(1, left)
            left -= 1
        }
        return sum / tail
    }
}
