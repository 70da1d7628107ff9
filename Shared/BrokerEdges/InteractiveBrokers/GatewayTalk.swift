import Domain
import TWS

/// What a broker's edge says to a gateway of Interactive Brokers and makes of what it hears, without the socket.
///
/// A gateway that does not answer is left, and connected to anew: what was under way is then unknown, and cannot come
/// there any more. Each connection begins with all that the gateway knows of orders.
struct GatewayTalk {
    struct Plan: Sendable {
        /// Empty where the gateway has one account alone.
        var account = ""
        var isPaper = true
        var client = 70
        var patience = 10 * Nanoseconds.second
    }

    enum Phase: Equatable {
        case away
        case greeting(until: Timestamp)
        /// The gateway is asked for all orders of the day.
        case beginning
        case open
    }

    /// An order, with those that belong to it, or a cancellation that has left.
    struct Act {
        var call: BrokerCall
        var until: Timestamp
        /// The orders of which nothing has been said yet.
        var awaited: [Int]
    }

    /// An execution that waits for what it cost.
    struct Held {
        var execution: TWSExecution
        var until: Timestamp
    }

    let plan: Plan
    var numbers: OrderNumbers
    var phase = Phase.away
    var account = ""
    var book = GatewayBook()
    var acts: [Act] = []
    var question: Question?
    /// Questions that have not been asked, and what acts before the connection has begun.
    var waiting: [BrokerCall] = []
    var requestNumber = GatewayTalk.firstRequest
    /// The gateway has its way to the broker; the desk has been told that it listens.
    var isServed = true
    var isTold = false
    var held: [Held] = []
    /// What executions cost, by their lasting ids; those that were told before that was known.
    var costs: [String: Money] = [:]
    var toldBare: [String: Symbol] = [:]
    /// What was told of an order last.
    var toldLast: [Int: BrokerOrder] = [:]
    private var offered: Int?
    private var accounts: [String]?

    /// What is to be said, what acts first; what has come.
    var urgent: [TWSRequest] = []
    var requests: [TWSRequest] = []
    var news: [BrokerNews] = []
    /// Why the connection is of no use any more.
    var failure: String?

    /// The numbers of questions are none of orders, for errors name both alike.
    static let firstRequest = 1_500_000_000

    init(_ plan: Plan, _ numbers: OrderNumbers) {
        self.plan = plan
        self.numbers = numbers
    }

    var isBusy: Bool {
        phase != .away && phase != .open || !acts.isEmpty || question != nil || !waiting.isEmpty
            || !held.isEmpty
            || !urgent.isEmpty || !requests.isEmpty
    }

    mutating func takeNews() -> [BrokerNews] {
        defer { news = [] }
        return news
    }

    mutating func nextRequest() -> TWSRequest? {
        if !urgent.isEmpty { return urgent.removeFirst() }
        return requests.isEmpty ? nil : requests.removeFirst()
    }

    // MARK: The connection

    mutating func begin(at now: Timestamp) {
        phase = .greeting(until: now + plan.patience)
        book = GatewayBook()
        toldLast = [:]
        (offered, accounts, failure) = (nil, nil, nil)
        isServed = true
    }

    mutating func hear(_ answer: TWSAnswer, at now: Timestamp) {
        switch answer {
        case .nextOrderId(let number) where offered == nil: offered = number
        case .accounts(let names) where accounts == nil: accounts = names
        case .notice(let notice): hear(notice, at: now)
        default: if phase == .beginning || phase == .open { take(answer, at: now) }
        }
        if case .greeting = phase, failure == nil, let offered, let accounts { greet(offered, accounts, now) }
    }

    private mutating func greet(_ offered: Int, _ accounts: [String], _ now: Timestamp) {
        guard let account = plan.account.isEmpty ? accounts.first : plan.account,
            accounts == [account] || !plan.account.isEmpty && accounts.contains(account)
        else {
            failure =
                "the gateway has the accounts \(accounts.joined(separator: ", ")): broker.account has to name one of them"
            return
        }
        guard offered > 0, !account.isEmpty, !account.contains(where: \.isWhitespace) else {
            failure =
                "the gateway offers order number \(offered) of account \"\(account)\", and neither can be kept"
            return
        }
        guard account.hasPrefix("D") == plan.isPaper else {
            failure =
                "\(account) is \(plan.isPaper ? "no account on paper" : "an account on paper"), and execution.mode is "
                + "interactive-brokers-\(plan.isPaper ? "paper" : "live"): broker.url leads to another gateway"
            return
        }
        guard numbers.account.isEmpty || numbers.account == account else {
            failure =
                "the numbers of orders in state.folder are those of account \(numbers.account), and the gateway's is "
                + "\(account): every account needs a state.folder of its own"
            return
        }
        self.account = account
        numbers.greet(offered, account: account, at: now)
        phase = .beginning
        ask(Question(.order, []), at: now)
    }

    mutating func open(at now: Timestamp) {
        phase = .open
        isTold = isServed
        if isServed { news.append(BrokerNews(kind: .connected, at: now)) }
        let calls = waiting
        waiting = []
        for call in calls { carry(call, at: now) }
    }

    /// The connection is over.
    mutating func lose(_ sentence: String, at now: Timestamp) {
        phase = .away
        failure = nil
        for act in acts { end(act.call, .unknown, sentence, at: now) }
        for call in question?.calls ?? [] { end(call, .unknown, sentence, at: now) }
        let calls = waiting
        (acts, question, waiting, urgent, requests) = ([], nil, [], [], [])
        for call in calls { carry(call, at: now, away: sentence) }
        tellHeld(at: .distantFuture, now)
        interrupt(sentence, at: now)
    }

    /// Nothing is heard of the broker any more.
    private mutating func interrupt(_ sentence: String, at now: Timestamp) {
        guard isTold else { return }
        isTold = false
        news.append(BrokerNews(kind: .lost, at: now, explanation: sentence))
    }

    /// Time has passed.
    mutating func pass(at now: Timestamp) {
        tellHeld(at: now, now)
        let seconds = Interval(nanoseconds: plan.patience)
        if case .greeting(let until) = phase, now >= until {
            failure = failure ?? "the gateway does not greet within \(seconds)"
        }
        settle(at: now)
        if let question, now >= question.until {
            failure = failure ?? "the gateway has not answered within \(seconds)"
        }
        for act in acts where now >= act.until {
            if act.call.kind == .cancel {
                // To cancel twice does no harm.
                end(act.call, .unknown, "no word of the cancellation within \(seconds)", at: now)
            } else {
                failure =
                    failure ?? "the gateway has said nothing of order \(act.awaited[0]) within \(seconds)"
            }
        }
        acts.removeAll { $0.call.kind == .cancel && now >= $0.until }
        askNext(at: now)
    }

    // MARK: Words about the connection, and about orders

    private mutating func hear(_ notice: TWSNotice, at now: Timestamp) {
        if notice.isOutage {
            isServed = false
            interrupt(notice.sentence, at: now)
            // An answer that comes late would be taken for that to another question.
            if question != nil { failure = notice.sentence }
        } else if notice.isReturn {
            isServed = true
            guard phase == .open, !isTold else { return }
            isTold = true
            news.append(BrokerNews(kind: .connected, at: now))
        } else if notice.code == 326 || notice.code == 1300 || notice.isOfHaste {
            failure = notice.sentence
        } else if notice.about == question?.request, !notice.isWarning {
            refuseQuestion(notice, at: now)
        } else if !notice.isWarning, notice.about > 0 {
            object(notice, at: now)
        }
    }

    // MARK: What became of a call

    mutating func end(_ call: BrokerCall, _ kind: BrokerNewsKind, _ sentence: String = "", at now: Timestamp)
    {
        news.append(BrokerNews(kind: kind, call: call.number, at: now, explanation: sentence))
    }
}
