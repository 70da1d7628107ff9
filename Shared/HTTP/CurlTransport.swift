import CCurl
import Domain
import Glibc

/// Requests over libcurl's multi interface, in one thread: connections are kept and shared, HTTP/2 carries several
/// requests at once, answers come packed where the server can, and a certificate that cannot be verified ends it.
///
/// Redirects are not followed: a key would go where nobody decided that it goes.
public final class CurlTransport: Transport {
    private let multi: OpaquePointer
    private var running: [UnsafeMutableRawPointer: Transfer] = [:]
    private let proxy: String
    private let agent: String
    private let started: (wall: Int64, steady: Int64)

    /// Both have to be as they are before another thread starts, and libcurl does that once.
    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// `proxy` is the address of a proxy; empty leaves it to `https_proxy` and its like.
    public init(proxy: String = "", agent: String = "tradewind") {
        precondition(CurlTransport.isReady, "libcurl cannot begin")
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl has no memory to begin") }
        self.multi = OpaquePointer(multi)
        self.proxy = proxy
        self.agent = agent
        started = (CurlTransport.clock(CLOCK_REALTIME), CurlTransport.clock(CLOCK_MONOTONIC))
        tradewind_curl_multi_number(handle, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        tradewind_curl_multi_number(handle, CURLMOPT_MAXCONNECTS, 32)
        tradewind_curl_multi_number(handle, CURLMOPT_MAX_HOST_CONNECTIONS, 8)
    }

    deinit {
        for transfer in running.values {
            curl_multi_remove_handle(handle, transfer.handle)
        }
        curl_multi_cleanup(handle)
    }

    public var now: Timestamp {
        Timestamp(nanoseconds: started.wall + CurlTransport.clock(CLOCK_MONOTONIC) - started.steady)
    }

    public func begin(_ request: HTTPRequest, number: Int) {
        let transfer = Transfer(request, number: number, proxy: proxy, agent: agent)
        running[transfer.handle] = transfer
        curl_multi_add_handle(handle, transfer.handle)
    }

    public func wait(until moment: Timestamp) -> [Ending] {
        while true {
            var left: Int32 = 0
            curl_multi_perform(handle, &left)
            let ended = endings()
            if !ended.isEmpty { return ended }
            let rest = (moment - now + Nanoseconds.millisecond - 1) / Nanoseconds.millisecond
            guard rest > 0 else { return [] }
            var moved: Int32 = 0
            curl_multi_poll(handle, nil, 0, Int32(min(rest, 1000)), &moved)
        }
    }

    private func endings() -> [Ending] {
        var ended: [Ending] = []
        var left: Int32 = 0
        while let message = curl_multi_info_read(handle, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let done = message.pointee.easy_handle,
                let transfer = running.removeValue(forKey: done)
            else { continue }
            let outcome = transfer.outcome(tradewind_curl_ending(message))
            curl_multi_remove_handle(handle, done)
            ended.append(Ending(number: transfer.number, outcome: outcome))
        }
        return ended
    }

    private var handle: UnsafeMutableRawPointer { UnsafeMutableRawPointer(multi) }

    private static func clock(_ which: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(which, &time)
        return Int64(time.tv_sec) * Nanoseconds.second + Int64(time.tv_nsec)
    }
}
