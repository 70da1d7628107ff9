import Statistics

/// The return of each month, the greener the better and the redder the worse; a table, so that it can be read aloud and
/// copied.
struct HeatMap {
    let months: MonthlyTable
    /// The same of the yard-stick, of which the years are shown.
    let yardstick: MonthlyTable

    private static let names = ["J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"]
    private static let full = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    func write(to page: inout Html) {
        let sizes = months.years.flatMap(\.months).compactMap { $0?.magnitude }.sorted()
        let full = max(sizes.isEmpty ? 0 : sizes[sizes.count * 9 / 10], 1e-4)
        page.add("<div class=scroll><table class=heat><thead><tr><th scope=col>year</th>")
        for (name, long) in zip(HeatMap.names, HeatMap.full) {
            page.add("<th scope=col><span class=whole>\(long)</span><span class=brief>\(name)</span></th>")
        }
        page.add(
            "<th scope=col>year</th><th scope=col><span class=whole>yard-stick</span><span class=brief>y.s.</span></th>"
        )
        page.add("</tr></thead><tbody>")
        for (row, year) in months.years.enumerated() {
            page.add("<tr><th scope=row>\(year.year)</th>")
            for month in year.months { cell(month, full, "", &page) }
            cell(year.total, full * 3, "year", &page)
            cell(
                yardstick.years.indices.contains(row) ? yardstick.years[row].total : nil, full * 3, "", &page)
            page.add("</tr>")
        }
        page.add("</tbody></table></div>")
    }

    private func cell(_ value: Double?, _ full: Double, _ kind: String, _ page: inout Html) {
        guard let value else {
            page.add("<td></td>")
            return
        }
        // Half of the colour at most, so that the figure stays readable by day and by night.
        let strength = Digits.fixed(min(value.magnitude / full, 1) * 0.62, 2)
        let colour = value > 0 ? "g" : value < 0 ? "l" : ""
        page.add("<td class=\"\(colour)\(kind.isEmpty ? "" : " \(kind)")\" style=\"--a:\(strength)\">")
        page.add("<span class=whole>\(Digits.fixed(value * 100, 1))</span>")
        page.add(
            "<span class=brief>\(Digits.fixed(value * 100, value.magnitude < 0.0995 ? 1 : 0))</span></td>")
    }
}
