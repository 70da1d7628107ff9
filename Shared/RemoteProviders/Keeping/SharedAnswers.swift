import CHiredis
import Domain
import Glibc

/// Answers in a Redis, for all machines that share it. It is a convenience: one that is away costs a moment now and then,
/// and everything goes on with what this machine keeps itself.
final class SharedAnswers {
    private let address: RedisAddress
    private let password: String
    private var context: UnsafeMutablePointer<redisContext>?
    /// After a failure it is left alone until then.
    private var restsUntil: Int64 = 0
    /// Why it was not asked, or did not answer; nothing where it does.
    private(set) var problem: String?

    private static let prefix = "tradewind:answer:"
    private static let patience = timeval(tv_sec: 0, tv_usec: 500_000)
    private static let rest = 10 * Nanoseconds.second
    /// What is old may stand in when nobody answers; after so long nobody wants it any more.
    private static let standsMax = 7 * Nanoseconds.day

    init(_ address: RedisAddress, password: String) {
        (self.address, self.password) = (address, password)
    }

    deinit { close() }

    func find(_ name: String) -> KeptAnswer? {
        guard let bytes = ask([Array("GET".utf8), key(name)]), let kept = KeptAnswer(bytes),
            kept.name == name
        else { return nil }
        return kept
    }

    func keep(_ kept: KeptAnswer) {
        let milliseconds = SharedAnswers.standsMax / Nanoseconds.millisecond
        _ = ask([
            Array("SET".utf8), key(kept.name), kept.bytes, Array("PX".utf8), Array("\(milliseconds)".utf8),
        ])
    }

    private func key(_ name: String) -> [UInt8] { Array((SharedAnswers.prefix + name).utf8) }

    // MARK: the connection

    /// The bytes of an answer; nothing where there are none, or nobody answered.
    private func ask(_ words: [[UInt8]]) -> [UInt8]? {
        guard connect() else { return nil }
        let answer = send(words)
        if case .failure(let fault) = answer { rest(after: fault.sentence) }
        return try? answer.get()
    }

    private struct Fault: Error { var sentence: String }

    private func send(_ words: [[UInt8]]) -> Result<[UInt8]?, Fault> {
        guard let context else { return .failure(Fault(sentence: "there is no connection")) }
        let all = words.flatMap { $0 }
        let reply = all.withUnsafeBytes { bytes in
            var at = 0
            var (places, lengths) = ([UnsafePointer<CChar>?](), [Int]())
            for word in words {
                places.append(bytes.baseAddress.map { ($0 + at).assumingMemoryBound(to: CChar.self) })
                lengths.append(word.count)
                at += word.count
            }
            return redisCommandArgv(context, Int32(words.count), &places, &lengths)
        }
        guard let reply = reply?.assumingMemoryBound(to: redisReply.self) else {
            return .failure(Fault(sentence: complaint(context)))
        }
        defer { freeReplyObject(reply) }
        let bytes = reply.pointee.str.map {
            Array(UnsafeRawBufferPointer(start: $0, count: reply.pointee.len))
        }
        if reply.pointee.type == REDIS_REPLY_ERROR {
            let words = String(decoding: bytes ?? [], as: UTF8.self)
            return .failure(Fault(sentence: String(words.prefix(200)).inOneLine))
        }
        return .success(bytes)
    }

    private func connect() -> Bool {
        if context != nil { return true }
        guard SharedAnswers.clock >= restsUntil else { return false }
        guard let new = redisConnectWithTimeout(address.host, address.port, SharedAnswers.patience) else {
            rest(after: "there is no memory for a connection")
            return false
        }
        context = new
        guard new.pointee.err == 0, redisSetTimeout(new, SharedAnswers.patience) == REDIS_OK else {
            rest(after: complaint(new))
            return false
        }
        var greetings: [[String]] = []
        if !password.isEmpty { greetings.append(["AUTH", password]) }
        if address.database > 0 { greetings.append(["SELECT", "\(address.database)"]) }
        for words in greetings {
            if case .failure(let fault) = send(words.map { Array($0.utf8) }) {
                rest(after: fault.sentence)
                return false
            }
        }
        problem = nil
        return true
    }

    private func complaint(_ context: UnsafeMutablePointer<redisContext>) -> String {
        withUnsafeBytes(of: context.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private func rest(after sentence: String) {
        problem = "the Redis at \(address.host):\(address.port): \(sentence)"
        restsUntil = SharedAnswers.clock + SharedAnswers.rest
        close()
    }

    private func close() {
        if let context { redisFree(context) }
        context = nil
    }

    private static var clock: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * Nanoseconds.second + Int64(time.tv_nsec)
    }
}
