import Configuration
import Domain

/// An account as it is told, and what of it can be set.
extension Venue {
    func accountDocument(_ account: Int) -> Document {
        let own = accounts[account]
        let worths = worths(account)
        let gross = worths.long - worths.short
        let equity = equity(account)
        let initial = (try? gross.scaled(1, over: 2)) ?? .zero
        let maintenance = (try? gross.scaled(1, over: 4)) ?? .zero
        let power = Document.amount(buyingPower(account))
        return [
            "id": .text(own.id), "account_number": .text(own.number), "status": "ACTIVE",
            "crypto_status": "INACTIVE", "currency": "USD", "cash": .amount(cash(account)),
            "equity": .amount(equity), "last_equity": .amount(own.lastEquity),
            "portfolio_value": .amount(equity), "buying_power": power, "effective_buying_power": power,
            "regt_buying_power": .amount(buyingPower(account, times: min(own.multiplier, 2))),
            "non_marginable_buying_power": .amount(buyingPower(account, times: 1)),
            "options_buying_power": "0", "long_market_value": .amount(worths.long),
            "short_market_value": .amount(worths.short), "position_market_value": .amount(gross),
            "initial_margin": .amount(initial), "maintenance_margin": .amount(maintenance),
            "last_maintenance_margin": .amount(maintenance), "sma": .amount(max(equity - initial, .zero)),
            "multiplier": .text(own.settings.multiplier), "accrued_fees": "0", "pending_reg_taf_fees": "0",
            "balance_asof": .text(VenueHours.day(of: now).description), "trading_blocked": false,
            "transfers_blocked": false, "account_blocked": false,
            "trade_suspended_by_user": .flag(own.settings.isSuspended),
            "shorting_enabled": .flag(!own.settings.isLongOnly && own.multiplier > 1),
            "options_approved_level": 0, "options_trading_level": 0, "crypto_tier": 0,
            "created_at": .moment(own.createdAt),
        ]
    }

    func settingsDocument(_ account: Int) -> Document {
        let settings = accounts[account].settings
        return [
            "dtbp_check": .text(settings.dayTradeCheck), "fractional_trading": .flag(settings.isFractional),
            "max_margin_multiplier": .text(settings.multiplier), "no_shorting": .flag(settings.isLongOnly),
            "pdt_check": .text(settings.patternCheck), "suspend_trade": .flag(settings.isSuspended),
            "trade_confirm_email": .text(settings.confirmations),
            "ptp_no_exception_entry": .flag(settings.isWithoutPartnershipException),
            "disable_overnight_trading": .flag(settings.isOvernightDisabled),
            "max_options_trading_level": .integer(settings.optionsLevel),
        ]
    }

    func changeSettings(_ account: Int, _ body: JSONValue) throws(Refusal) -> Document {
        let fields = OrderFields(body)
        var settings = accounts[account].settings
        settings.isLongOnly = try fields.flag("no_shorting") ?? settings.isLongOnly
        settings.isSuspended = try fields.flag("suspend_trade") ?? settings.isSuspended
        settings.isFractional = try fields.flag("fractional_trading") ?? settings.isFractional
        settings.isWithoutPartnershipException =
            try fields.flag("ptp_no_exception_entry") ?? settings.isWithoutPartnershipException
        settings.isOvernightDisabled =
            try fields.flag("disable_overnight_trading") ?? settings.isOvernightDisabled
        settings.multiplier = try word(body, "max_margin_multiplier", ["1", "2", "4"]) ?? settings.multiplier
        settings.confirmations =
            try word(body, "trade_confirm_email", ["all", "none"]) ?? settings.confirmations
        let checks = ["both", "entry", "exit"]
        settings.dayTradeCheck = try word(body, "dtbp_check", checks) ?? settings.dayTradeCheck
        settings.patternCheck = try word(body, "pdt_check", checks) ?? settings.patternCheck
        if let level: Quantity = try fields.decimal("max_options_trading_level") {
            guard (0...3).contains(level.units / Quantity.scale), level.units % Quantity.scale == 0 else {
                throw .invalid("invalid max_options_trading_level: \(level)")
            }
            settings.optionsLevel = level.units / Quantity.scale
        }
        accounts[account].settings = settings
        return settingsDocument(account)
    }

    private func word(_ body: JSONValue, _ name: String, _ words: [String]) throws(Refusal) -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        let text: String
        switch value {
        case .string(let given): text = given
        case .number(let digits): text = digits
        default: throw .badBody
        }
        guard words.contains(text) else { throw .invalid("invalid \(name): \(text)") }
        return text
    }
}
