/// The sample's covariance S drawn towards m · I, where m is the average variance: (1 - s) · S + s · m · I. The shrinkage s
/// is what minimises the expected squared error (Ledoit and Wolf, A well-conditioned estimator, 2004).
struct LedoitWolf {
    let shrinkage: Double
    /// A year's.
    let matrix: Matrix

    init(_ returns: Matrix) {
        let centred = Centred(returns).numbers
        let days = Double(centred.rows)
        let count = Double(centred.columns)
        var sample = scaled(centred.gram(), by: 1 / days)
        let mean = sample.diagonal.reduce(0, +) / count

        // How far the sample is from its target, and how much of that is noise.
        var squares = 0.0
        for number in sample.numbers { squares += number * number }
        var fourth = 0.0
        for row in 0..<centred.rows {
            let length = dot(centred.row(row), centred.row(row))
            fourth += length * length
        }
        let noise = (fourth / days - squares) / (count * days)
        let distance = (squares - count * mean * mean) / count
        shrinkage = distance > 0 ? max(0, min(noise, distance)) / distance : 0

        let keep = (1 - shrinkage) * Days.inYear
        sample = scaled(sample, by: keep)
        for place in 0..<sample.rows { sample[place, place] += shrinkage * mean * Days.inYear }
        matrix = sample
    }
}
