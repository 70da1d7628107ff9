import Domain
import HTTP
import TWS

extension InteractiveBrokers: QuotesProvider {
    public func quotes(of symbols: [Symbol]) -> any QuotesInquiry { GatewayQuotes(self, symbols) }
}

/// The latest of each symbol, one after the other.
struct GatewayQuotes: QuotesInquiry {
    private let gateway: InteractiveBrokers
    private let symbols: [Symbol]
    private var asked = 0
    private(set) var quotes: [MarketQuote] = []

    init(_ gateway: InteractiveBrokers, _ symbols: [Symbol]) {
        (self.gateway, self.symbols) = (gateway, symbols)
    }

    var question: HTTPRequest? {
        guard asked < symbols.count else { return nil }
        return gateway.request(.market(0, TWSContract(stock: symbols[asked]), isSnapshot: true))
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        var quote: MarketQuote?
        do throws(ProviderFault) {
            quote = try GatewayQuotes.quote(of: symbols[asked], try gateway.answers(answer))
        } catch {
            // Who is not known has no quote; the others may have.
            guard error.kind == .unknown, symbols.count > 1 else { throw error }
        }
        if let quote { quotes.append(quote) }
        asked += 1
    }

    /// Nothing where nobody has traded or offered: a snapshot of a closed market may be empty.
    private static func quote(of symbol: Symbol, _ answers: [TWSAnswer]) throws(ProviderFault) -> MarketQuote?
    {
        var quote = MarketQuote(symbol: symbol, at: .zero)
        for answer in answers {
            switch answer {
            // What is delayed has numbers of its own: 66 to 68, and 88.
            case .price(_, 1, let price), .price(_, 66, let price): quote.bid = price.ifPositive
            case .price(_, 2, let price), .price(_, 67, let price): quote.ask = price.ifPositive
            case .price(_, 4, let price), .price(_, 68, let price): quote.last = price.ifPositive
            case .text(_, 45, let seconds), .text(_, 88, let seconds):
                guard let number = Int64(seconds), (0...7_000_000_000).contains(number) else {
                    throw ProviderFault(
                        .wrong,
                        "interactive_brokers: \(String(seconds.prefix(40)).inOneLine) is no time of a trade")
                }
                quote.at = Timestamp(seconds: number)
            default: break
            }
        }
        return quote.bid == nil && quote.ask == nil && quote.last == nil ? nil : quote
    }
}
