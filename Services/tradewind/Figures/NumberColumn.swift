import Configuration
import Domain

/// One column of numbers with its dates, from a CSV file with a column `time` or `date`; without one of that name the
/// first column is taken for the dates.
struct NumberColumn {
    private(set) var dates: [CivilDate] = []
    private(set) var numbers: [Double] = []

    /// Without a name it is the first column beside the dates.
    init(path: String, named name: String?) throws {
        let lines = try TextFile.text(of: path).split(whereSeparator: \.isNewline)
        let header = (lines.first ?? "").split(separator: ",", omittingEmptySubsequences: false).map(
            String.init)
        guard header.count >= 2 else {
            throw Failure(
                "\(path): a header such as time,equity, and then a row for each period, would be right")
        }
        let date = header.firstIndex { $0 == "time" || $0 == "date" } ?? 0
        guard let column = name.map({ header.firstIndex(of: $0) }) ?? (date == 0 ? 1 : 0) else {
            let near = name.flatMap { Spelling.nearest(to: $0, among: header) }
            throw Failure(
                "\(path) has no column \(name ?? ""), but \(header.joined(separator: ", "))"
                    + (near.map { "; did you mean \($0)?" } ?? ""), exitCode: 2)
        }
        for (index, line) in lines.dropFirst().enumerated() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == header.count, let number = Double(fields[column]), number.isFinite else {
                throw Failure(
                    "\(path), row \(index + 1): \(header.count) fields and a number as \(header[column]) would be "
                        + "right, not \(line.prefix(60))")
            }
            dates.append(try CivilDate(String(fields[date].prefix(10))))
            numbers.append(number)
        }
    }
}
