import Domain

/// An instrument of the venue.
struct Asset {
    let symbol: Symbol
    let name: String
    let id: String
    var isShortable = true
    var isHalted = false

    init(_ symbol: Symbol) {
        self.symbol = symbol
        name = symbol.text
        id = Identity.asset(symbol)
    }

    var document: Document {
        [
            "id": .text(id), "class": "us_equity", "exchange": "NASDAQ", "symbol": .text(name),
            "name": .text("\(name) (simulated)"), "status": "active", "tradable": true, "marginable": true,
            "maintenance_margin_requirement": 25, "margin_requirement_long": "25",
            "margin_requirement_short": "25", "shortable": .flag(isShortable),
            "easy_to_borrow": .flag(isShortable),
            "borrow_status": .text(isShortable ? "easy_to_borrow" : "hard_to_borrow"), "fractionable": true,
            "attributes": [],
        ]
    }
}

extension Venue {
    func assetList(_ request: AlpacaRequest) throws(Refusal) -> Document {
        if let status = request.value("status"), status != "active", status != "all" { return [] }
        if let kind = request.value("asset_class"), kind != "us_equity" { return [] }
        if let exchange = request.value("exchange"), exchange != "NASDAQ" { return [] }
        return .list(assets.map(\.document))
    }

    func asset(_ name: String) throws(Refusal) -> Document {
        guard let number = symbolNumber(name) else { throw .notFound("asset not found for \(name)") }
        return assets[number].document
    }
}
