import Glibc
import Synchronization

/// The address behind the name of another machine, looked up again and again on a thread of its own.
///
/// ZeroMQ would look it up on the thread that carries all connections of the process. Where nobody answers for a name,
/// as for that of a container which is gone, that thread stands still for ten seconds, and every connection with it.
final class NameWatch: Sendable {
    /// What the thread and its owner share; the thread may still wait for an answer when the owner is gone.
    private final class Page: Sendable {
        let name: String
        let address = Mutex<String?>(nil)
        let isOver = Atomic<Bool>(false)
        let changes: NameChanges

        init(_ name: String, _ changes: NameChanges) {
            self.name = name
            self.changes = changes
        }
    }

    private let page: Page

    private static let pauseMilliseconds = 1000
    /// Before anything was found.
    private static let firstPauseMilliseconds = 100

    /// `changes` counts when the address becomes known, or another one.
    init(_ name: String, _ changes: NameChanges) throws(SocketError) {
        page = Page(name, changes)
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(page)
        let outcome = pthread_create(&thread, nil, { NameWatch.main($0) }, argument.toOpaque())
        guard outcome == 0 else {
            argument.release()
            throw SocketError("look up", name, outcome)
        }
        pthread_detach(thread)
    }

    deinit { page.isOver.store(true, ordering: .relaxed) }

    /// The last that was found, in figures; a name that is not answered for keeps it.
    var address: String? { page.address.withLock { $0 } }

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let page = Unmanaged<Page>.fromOpaque(argument).takeRetainedValue()
        // Signals belong to the loop, which they interrupt.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)
        while !page.isOver.load(ordering: .relaxed) {
            let found = addresses(of: page.name)
            let (isNew, isKnown) = page.address.withLock { known in
                guard let first = found.first, !found.contains(known ?? "") else {
                    return (false, known != nil)
                }
                known = first
                return (true, true)
            }
            if isNew { page.changes.count.add(1, ordering: .releasing) }
            var left = isKnown ? pauseMilliseconds : firstPauseMilliseconds
            while left > 0, !page.isOver.load(ordering: .relaxed) {
                usleep(50_000)
                left -= 50
            }
        }
        return nil
    }

    private static func addresses(of name: String) -> [String] {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [String] = []
        var next = list
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
                NI_NUMERICHOST)
                == 0
            {
                found.append(
                    String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
            }
            next = entry.pointee.ai_next
        }
        return found
    }
}

/// Counts the changes of all addresses that a process follows: its loop looks at one number.
final class NameChanges: Sendable {
    let count = Atomic<Int>(0)
}

/// A place that is reached through a name: `tcp://relay:7401`.
struct NamedPlace {
    let name: String
    private let port: Substring

    /// None if the address needs no looking up: a path, or figures.
    init?(_ address: String) {
        guard address.hasPrefix("tcp://"), let colon = address.lastIndex(of: ":") else { return nil }
        let host = address[address.index(address.startIndex, offsetBy: 6)..<colon]
        guard !host.allSatisfy({ $0.isNumber || $0 == "." }), !host.hasPrefix("["), !host.isEmpty else {
            return nil
        }
        name = String(host)
        port = address[colon...]
    }

    func place(at address: String) -> String { "tcp://\(address)\(port)" }
}
