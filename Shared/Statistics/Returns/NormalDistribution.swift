import Glibc

/// The normal distribution with mean 0 and deviation 1.
public enum NormalDistribution {
    public static func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

    /// The part that lies below.
    public static func cumulative(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

    /// The number below which a part lies; the part is above 0 and below 1.
    ///
    /// Begins with a rational approximation that is good to four digits (Abramowitz and Stegun 26.2.23) and takes
    /// three of Halley's steps, each of which triples the digits.
    public static func quantile(_ part: Double) -> Double {
        precondition(part > 0 && part < 1, "a part is above 0 and below 1, not \(part)")
        // The upper half has fewer digits, so it is mirrored.
        if part > 0.5 { return -quantile(1 - part) }
        let root = (-2 * log(part)).squareRoot()
        var x =
            (2.515517 + root * (0.802853 + root * 0.010328))
            / (1 + root * (1.432788 + root * (0.189269 + root * 0.001308))) - root
        for _ in 0..<3 {
            let step = (cumulative(x) - part) / density(x)
            x -= step / (1 + x * step / 2)
        }
        return x
    }
}
