import Configuration
import Domain
import Statistics

/// The bars of a round: ten minutes of an invented market, a bar a second, and at their end a time in which nothing moves.
struct ChaosMarket {
    static let names = ["AMBR", "BIRC", "CLAY", "DUNE"]
    private static let beginnings = [8416, 4169, 15312, 2356]
    static let instants = 600
    static let span = Nanoseconds.second
    static let day = CivilDate(2024, 6, 3)

    let files: [String]
    /// In the order of `names`.
    let firstPrices: [Price]

    /// `quiet` is for how many instants nothing moves at the end.
    init(seed: UInt64, quiet: Int, to folder: String) throws {
        var files: [ResultFolder.File] = []
        for (place, name) in ChaosMarket.names.enumerated() {
            var chance = SeededGenerator(seed: seed &+ UInt64(place) &* 0x5851_F42D)
            let text = ChaosMarket.bars(of: name, from: ChaosMarket.beginnings[place], quiet: quiet, &chance)
            files.append(ResultFolder.File(name: "\(name).csv", bytes: Array(text.utf8)))
        }
        try ResultFolder.write(files, to: folder)
        self.files = ChaosMarket.names.map { "\(folder)/\($0).csv" }
        firstPrices = ChaosMarket.beginnings.map { Price(units: Int64($0) * (Price.scale / 100)) }
    }

    /// A walk in whole cents, up or down by a thousandth at most.
    private static func bars(
        of name: String, from cents: Int, quiet: Int, _ chance: inout SeededGenerator
    ) -> String {
        let begin = day.midnightUTC.adding(14 * Nanoseconds.hour)
        var text = "symbol,time,open,high,low,close,volume\n"
        var price = cents
        func written(_ cents: Int) -> String {
            "\(cents / 100)." + (cents % 100 < 10 ? "0" : "") + "\(cents % 100)"
        }
        for instant in 0..<instants {
            let reach = instant < instants - quiet ? max(1, price / 1000) : 0
            let open = price
            price += chance.index(below: 2 * reach + 1) - reach
            let high = max(open, price) + chance.index(below: reach / 2 + 1)
            let low = min(open, price) - chance.index(below: reach / 2 + 1)
            let at = begin.adding(Int64(instant) * span)
            text += "\(name),\(at),\(written(open)),\(written(high)),\(written(low)),\(written(price)),"
            text += "\(500 + chance.index(below: 9000))\n"
        }
        return text
    }
}
