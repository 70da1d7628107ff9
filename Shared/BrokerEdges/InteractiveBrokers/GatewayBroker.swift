import Domain
import HTTP
import TWS

/// Carries calls to a TWS or Gateway of Interactive Brokers, over one connection that is made anew where it breaks.
public final class GatewayBroker: Brokerage {
    public struct Setup: Sendable {
        public var address: TWSLine.Address
        /// Empty where the gateway has one account alone.
        public var account = ""
        public var isPaper = true
        /// How long an answer may take, before nobody knows what became of what was said.
        public var patience = 10 * Nanoseconds.second
        /// How long it waits to connect anew; each further time twice as long.
        public var backOff = Nanoseconds.second

        public init(_ address: TWSLine.Address) { self.address = address }
    }

    private let setup: Setup
    private let file: NumbersFile
    private let clock: () -> Timestamp
    private let log: (String) -> Void
    private var talk: GatewayTalk
    private var line: TWSLine?
    private var failures = 0
    private var nextOpening = Timestamp.zero
    private var logged = ""
    /// A gateway takes 50 messages a second, and hangs up on who says more.
    private var bucket = TokenBucket(Rate(45, per: Nanoseconds.second))

    public init(
        _ setup: Setup, file: NumbersFile, clock: @escaping () -> Timestamp, log: @escaping (String) -> Void
    ) throws {
        self.setup = setup
        self.file = file
        self.clock = clock
        self.log = log
        var plan = GatewayTalk.Plan()
        (plan.account, plan.isPaper) = (setup.account, setup.isPaper)
        (plan.client, plan.patience) = (setup.address.client, setup.patience)
        talk = GatewayTalk(plan, try file.read())
    }

    public var now: Timestamp { clock() }
    public var isBusy: Bool { talk.isBusy }

    public func carry(_ calls: [BrokerCall]) {
        let now = clock()
        if line == nil, now >= nextOpening { connect(at: now) }
        for call in calls { talk.carry(call, at: now) }
        talk.askNext(at: now)
        speak(at: now)
    }

    public func take(at now: Timestamp) -> [BrokerNews] {
        if line == nil, now >= nextOpening { connect(at: now) }
        for heard in line?.take() ?? [] {
            talk.hear(heard.answer, at: now)
            if talk.phase == .open { (failures, logged) = (0, "") }
            if talk.failure != nil { break }
        }
        talk.pass(at: now)
        if let why = line?.fault?.description ?? talk.failure { lose(why, at: now) }
        speak(at: now)
        return talk.takeNews()
    }

    private func connect(at now: Timestamp) {
        nextOpening = now + wait
        do throws(TWSFault) {
            line = try TWSLine(setup.address)
            talk.begin(at: now)
        } catch {
            lose(error.description, at: now)
        }
    }

    private var wait: Int64 { min(setup.backOff << Int64(min(failures, 10)), 30 * Nanoseconds.second) }

    private func lose(_ why: String, at now: Timestamp) {
        if logged != why { log(why) }
        logged = why
        line = nil
        failures += 1
        nextOpening = now + wait
        talk.lose(why, at: now)
    }

    /// Says what is to be said, once the numbers of orders in it are on disk, and what was heard of them.
    private func speak(at now: Timestamp) {
        if !talk.numbers.unwritten.isEmpty {
            do throws(NumbersFile.Fault) { try file.add(talk.numbers.unwritten) } catch {
                // Without a connection nothing leaves, and with the next one it is written first.
                if line != nil { lose(error.description, at: now) }
                return
            }
            talk.numbers.noteWritten()
        }
        while let line, line.fault == nil, bucket.opening(at: now) <= now, let request = talk.nextRequest() {
            bucket.spend(at: now)
            line.say(request)
        }
    }
}
