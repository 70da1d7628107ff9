import Domain

/// The rates of the regulators' fees on sales by the day from which each held; docs/exchange.md names the sources. Before
/// the first day its rate is used.
enum RegulatoryRates {
    /// Section 31 of the Exchange Act: dollars for each million of what is sold.
    static let section31: [(from: CivilDate, perMillion: Double)] = [
        (CivilDate(2014, 3, 18), 22.10),
        (CivilDate(2015, 2, 14), 18.40),
        (CivilDate(2016, 2, 16), 21.80),
        (CivilDate(2017, 7, 4), 23.10),
        (CivilDate(2018, 5, 22), 13.00),
        (CivilDate(2019, 4, 16), 20.70),
        (CivilDate(2020, 2, 18), 22.10),
        (CivilDate(2021, 2, 25), 5.10),
        (CivilDate(2022, 5, 14), 22.90),
        (CivilDate(2023, 2, 27), 8.00),
        (CivilDate(2024, 5, 22), 27.80),
        (CivilDate(2025, 5, 14), 0),
        (CivilDate(2026, 4, 4), 20.60),
    ]

    /// FINRA's Trading Activity Fee: dollars for each share that is sold, and the most for a trade.
    static let tradingActivity: [(from: CivilDate, perShare: Double, cap: Double)] = [
        (CivilDate(2011, 7, 1), 0.000_090, 4.50),
        (CivilDate(2012, 3, 1), 0.000_095, 4.75),
        (CivilDate(2012, 7, 1), 0.000_119, 5.95),
        (CivilDate(2022, 1, 1), 0.000_130, 6.49),
        (CivilDate(2023, 1, 1), 0.000_145, 7.27),
        (CivilDate(2024, 1, 1), 0.000_166, 8.30),
        (CivilDate(2026, 1, 1), 0.000_195, 9.79),
    ]

    static func perMillion(on date: CivilDate) -> Double {
        (section31.last { $0.from <= date } ?? section31[0]).perMillion
    }

    static func perShare(on date: CivilDate) -> (Double, Double) {
        let held = tradingActivity.last { $0.from <= date } ?? tradingActivity[0]
        return (held.perShare, held.cap)
    }
}
