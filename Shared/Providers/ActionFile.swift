import Domain

/// Corporate actions from a CSV file.
///
/// Our own layout is `symbol,ex_date,kind,ratio,amount,known_at`: a `split` has a ratio, shares after for one before
/// (`7`, `7:1`, `1.5`, `1:10`), a `dividend` the cash for a share in `amount`, and a `delisting` what is paid for a
/// share, which may be nothing. `known_at` may be missing: the action is then known on its ex-date. Files of bars may
/// carry columns of dividends and splits, as Yahoo's do: `Dividends` and `Stock Splits`, or `dividend` and `split`.
public enum ActionFile {
    public static let example = "symbol,ex_date,kind,ratio,amount,known_at"

    /// The actions of a file in our own layout, in its order. `symbol` names every row where it is given.
    public static func read(_ path: String, symbol: Symbol? = nil) throws(SourceError) -> [CorporateAction] {
        var records = try CSVRecords(path: path)
        let columns = try Columns(records, symbol)
        var actions: [CorporateAction] = []
        while try records.next() { actions.append(try columns.action(records)) }
        return actions
    }

    private struct Columns {
        let symbol: Symbol?
        let name: Int?
        let exDate: Int
        let kind: Int
        let ratio: Int?
        let amount: Int?
        let knownAt: Int?

        init(_ records: borrowing CSVRecords, _ symbol: Symbol?) throws(SourceError) {
            self.symbol = symbol
            name = records.column("symbol", "ticker")
            if symbol == nil, name == nil { throw records.lacks("the symbol", example: ActionFile.example) }
            guard let exDate = records.column("ex_date", "exdate", "date") else {
                throw records.lacks("the ex-date", example: ActionFile.example)
            }
            guard let kind = records.column("kind", "type") else {
                throw records.lacks("the kind", example: ActionFile.example)
            }
            self.exDate = exDate
            self.kind = kind
            ratio = records.column("ratio", "split")
            amount = records.column("amount", "dividend", "cash")
            knownAt = records.column("known_at")
        }

        func action(_ records: borrowing CSVRecords) throws(SourceError) -> CorporateAction {
            var action = CorporateAction()
            if let symbol {
                action.symbol = symbol
            } else if let name {
                action.symbol = try records.symbol(name)
            }
            action.exAt = EasternTime.moment(on: try records.date(exDate), at: 0)
            action.knownAt = action.exAt
            if let knownAt, !records.isEmpty(knownAt) { action.knownAt = try records.time(knownAt) }
            switch records.text(kind).lowercased() {
            case "split":
                action.kind = .split
                guard let ratio else { throw records.lacks("a split's ratio", example: ActionFile.example) }
                (action.numerator, action.denominator) = try ActionFile.ratio(records, ratio)
            case "dividend":
                action.kind = .dividend
                action.amount = try cash(records, of: "a dividend")
                guard action.amount.isPositive else {
                    throw records.fault(amount ?? kind, "an amount above 0")
                }
            case "delisting":
                action.kind = .delisting
                action.amount = try cash(records, of: "a delisting")
            default: throw records.fault(kind, "split, dividend or delisting")
            }
            return action
        }

        private func cash(_ records: borrowing CSVRecords, of kind: String) throws(SourceError) -> Price {
            guard let amount else {
                throw records.lacks("the amount of \(kind)", example: ActionFile.example)
            }
            let price: Price = try records.decimal(amount)
            guard !price.isNegative else { throw records.fault(amount, "an amount of 0 or more") }
            return price
        }
    }

    // MARK: Columns beside bars

    /// The actions that a file of bars carries in columns of its own; none where it has no such columns.
    public static func besideBars(_ path: String, symbol: Symbol? = nil) throws(SourceError)
        -> [CorporateAction]
    {
        var records = try CSVRecords(path: path)
        let dividend = records.column("dividend", "dividends", "ex-dividend")
        let split = records.column("split", "stock splits", "split_ratio", "splits")
        guard dividend != nil || split != nil else { return [] }
        guard let date = records.column("date", "time", "timestamp", "datetime", "t") else { return [] }
        let name = records.column("symbol", "ticker", "<ticker>")
        var actions: [CorporateAction] = []
        while try records.next() {
            var action = CorporateAction()
            if let symbol {
                action.symbol = symbol
            } else if let name {
                action.symbol = try records.symbol(name)
            }
            action.exAt = EasternTime.moment(on: EasternTime.local(at: try records.time(date)).date, at: 0)
            action.knownAt = action.exAt
            if let split, !records.isEmpty(split) {
                let shares: Price = try records.decimal(split)
                // Yahoo writes 0 on days without a split, others 1.
                if shares != .zero, shares != Price(1) {
                    action.kind = .split
                    (action.numerator, action.denominator) = try ratio(records, split)
                    actions.append(action)
                }
            }
            if let dividend, !records.isEmpty(dividend) {
                action.amount = try records.decimal(dividend)
                if action.amount.isNegative { throw records.fault(dividend, "an amount of 0 or more") }
                action.kind = .dividend
                (action.numerator, action.denominator) = (0, 0)
                if action.amount.isPositive { actions.append(action) }
            }
        }
        return actions
    }

    // MARK: Ratios

    /// `7`, `7:1`, `3/2` or `1.5`, in lowest terms.
    private static func ratio(
        _ records: borrowing CSVRecords, _ column: Int
    ) throws(SourceError) -> (numerator: Int64, denominator: Int64) {
        let right = "shares after for one before, such as 7, 7:1 or 0.1,"
        let parts = records.text(column).split(whereSeparator: { $0 == ":" || $0 == "/" })
        if parts.count == 2 {
            guard let after = try? Price(parts[0]), let before = try? Price(parts[1]), after.isPositive,
                before.isPositive
            else { throw records.fault(column, right) }
            return lowest(after.units, before.units)
        }
        guard parts.count == 1, let shares: Price = try? records.decimal(column), shares.isPositive else {
            throw records.fault(column, right)
        }
        let exact = lowest(shares.units, Price.scale)
        // A decimal that goes on for ever was cut off: 0.333333 is 1 for 3.
        return exact.1 <= 1000 ? exact : simplest(near: shares) ?? exact
    }

    private static func lowest(_ numerator: Int64, _ denominator: Int64) -> (Int64, Int64) {
        var (large, small) = (numerator, denominator)
        while small != 0 { (large, small) = (small, large % small) }
        return (numerator / large, denominator / large)
    }

    /// The fraction with the smallest denominator up to 100 that is written so with six digits.
    private static func simplest(near shares: Price) -> (Int64, Int64)? {
        for denominator in Int64(1)...100 {
            let (whole, overflow) = shares.units.multipliedReportingOverflow(by: denominator)
            if overflow { return nil }
            let numerator = (whole + Price.scale / 2) / Price.scale
            if numerator > 0, (numerator * Price.scale - whole).magnitude <= denominator {
                return lowest(numerator, denominator)
            }
        }
        return nil
    }
}
