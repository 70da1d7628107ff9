/// What a message says: one case for each message type of `Proto/`.
public enum Body: Equatable, Sendable {
    case bar(Bar)
    case quote(Quote)
    case trade(Trade)
    indirect case corporateAction(CorporateAction)
    indirect case dataFault(DataFault)
    indirect case featureRow(FeatureRow)
    case step(Step)
    indirect case signal(Signal)
    indirect case orderProposal(OrderProposal)
    indirect case position(Position)
    indirect case account(Account)
    indirect case verdict(Verdict)
    indirect case halt(Halt)
    indirect case orderUpdate(OrderUpdate)
    indirect case fill(Fill)
    indirect case venueRequest(VenueRequest)
    indirect case brokerReport(BrokerReport)
    indirect case planEnd(PlanEnd)
    indirect case brokerCall(BrokerCall)
    indirect case brokerNews(BrokerNews)
    indirect case beat(Beat)
    indirect case hello(Hello)
    indirect case alarm(Alarm)
    indirect case logLine(LogLine)
    indirect case command(Command)
    indirect case opened(Opened)
    indirect case ask(Ask)
    indirect case answer(Answer)
    indirect case job(Job)
    case tick(Tick)
    indirect case settings(Settings)
    indirect case store(Store)
    indirect case grant(Grant)
    indirect case assignment(Assignment)
    /// A body of a newer version: kept, counted, passed on, never understood.
    indirect case unknown(field: UInt32, bytes: [UInt8])

    /// The value inside, or nothing for an unknown body.
    public var part: (any BodyPart)? {
        switch self {
        case .bar(let part): part
        case .quote(let part): part
        case .trade(let part): part
        case .corporateAction(let part): part
        case .dataFault(let part): part
        case .featureRow(let part): part
        case .step(let part): part
        case .signal(let part): part
        case .orderProposal(let part): part
        case .position(let part): part
        case .account(let part): part
        case .verdict(let part): part
        case .halt(let part): part
        case .orderUpdate(let part): part
        case .fill(let part): part
        case .venueRequest(let part): part
        case .brokerReport(let part): part
        case .planEnd(let part): part
        case .brokerCall(let part): part
        case .brokerNews(let part): part
        case .beat(let part): part
        case .hello(let part): part
        case .alarm(let part): part
        case .logLine(let part): part
        case .command(let part): part
        case .opened(let part): part
        case .ask(let part): part
        case .answer(let part): part
        case .job(let part): part
        case .tick(let part): part
        case .settings(let part): part
        case .store(let part): part
        case .grant(let part): part
        case .assignment(let part): part
        case .unknown: nil
        }
    }

    public var kind: BodyKind? {
        switch self {
        case .bar: .bar
        case .quote: .quote
        case .trade: .trade
        case .corporateAction: .corporateAction
        case .dataFault: .dataFault
        case .featureRow: .featureRow
        case .step: .step
        case .signal: .signal
        case .orderProposal: .orderProposal
        case .position: .position
        case .account: .account
        case .verdict: .verdict
        case .halt: .halt
        case .orderUpdate: .orderUpdate
        case .fill: .fill
        case .venueRequest: .venueRequest
        case .brokerReport: .brokerReport
        case .planEnd: .planEnd
        case .brokerCall: .brokerCall
        case .brokerNews: .brokerNews
        case .beat: .beat
        case .hello: .hello
        case .alarm: .alarm
        case .logLine: .logLine
        case .command: .command
        case .opened: .opened
        case .ask: .ask
        case .answer: .answer
        case .job: .job
        case .tick: .tick
        case .settings: .settings
        case .store: .store
        case .grant: .grant
        case .assignment: .assignment
        case .unknown: nil
        }
    }
}

/// A message type that can be the body of an envelope.
public protocol BodyPart: Fielded {
    static var kind: BodyKind { get }
    var body: Body { get }
}

/// The kinds of body; the raw value is the field of the envelope that carries it.
public enum BodyKind: UInt32, CaseIterable, Sendable {
    case bar = 16
    case quote = 17
    case trade = 18
    case corporateAction = 19
    case dataFault = 20
    case featureRow = 21
    case step = 22
    case signal = 32
    case orderProposal = 33
    case position = 34
    case account = 35
    case verdict = 36
    case halt = 37
    case orderUpdate = 38
    case fill = 39
    case venueRequest = 40
    case brokerReport = 41
    case planEnd = 42
    case brokerCall = 48
    case brokerNews = 49
    case beat = 64
    case hello = 65
    case alarm = 66
    case logLine = 67
    case command = 68
    case opened = 69
    case ask = 70
    case answer = 71
    case job = 72
    case tick = 73
    case settings = 74
    case store = 75
    case grant = 76
    case assignment = 77

    public var type: any BodyPart.Type {
        switch self {
        case .bar: Bar.self
        case .quote: Quote.self
        case .trade: Trade.self
        case .corporateAction: CorporateAction.self
        case .dataFault: DataFault.self
        case .featureRow: FeatureRow.self
        case .step: Step.self
        case .signal: Signal.self
        case .orderProposal: OrderProposal.self
        case .position: Position.self
        case .account: Account.self
        case .verdict: Verdict.self
        case .halt: Halt.self
        case .orderUpdate: OrderUpdate.self
        case .fill: Fill.self
        case .venueRequest: VenueRequest.self
        case .brokerReport: BrokerReport.self
        case .planEnd: PlanEnd.self
        case .brokerCall: BrokerCall.self
        case .brokerNews: BrokerNews.self
        case .beat: Beat.self
        case .hello: Hello.self
        case .alarm: Alarm.self
        case .logLine: LogLine.self
        case .command: Command.self
        case .opened: Opened.self
        case .ask: Ask.self
        case .answer: Answer.self
        case .job: Job.self
        case .tick: Tick.self
        case .settings: Settings.self
        case .store: Store.self
        case .grant: Grant.self
        case .assignment: Assignment.self
        }
    }
}
