import CLinux
import CZmq
import Domain
import Glibc
import Synchronization
import Wire

/// Where a process lets others look on: an address for those who take no part, taps above all, served by a thread that
/// comes after everything else.
///
/// On the addresses of takers they would cost the loop: ZeroMQ's thread, woken for eleven connections instead of one,
/// takes the core from the loop that woke it. Here the loop copies an envelope into a ring, 5 ns, and wakes nobody before
/// it has nothing else to do. While nobody looks on it asks one flag. What the thread cannot keep up with is dropped.
final class Gallery {
    /// As others see it.
    let address: String
    private let page: Page
    private let thread: pthread_t
    private var hasNews = false
    private var refusedSeen = 0

    /// What the loop and the thread share.
    ///
    /// `@unchecked`: the semaphore never moves, and `outcome` is read after it was posted.
    private final class Page: @unchecked Sendable {
        let ring = MessageRing(size: Gallery.ringSize)
        let isWatched = Atomic<Bool>(false)
        let isAsleep = Atomic<Bool>(false)
        let isOver = Atomic<Bool>(false)
        let refused = Atomic<Int>(0)
        /// Wakes the thread.
        let bell: Int32
        let settings: MeshSettings
        let instance: String
        let keyring: Keyring?
        let opened = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        var outcome: Result<String, any Error>?

        init(_ settings: MeshSettings, _ instance: String, _ keyring: Keyring?) throws {
            self.settings = settings
            self.instance = instance
            self.keyring = keyring
            bell = tradewind_event()
            guard bell >= 0 else { throw SocketError("make", "an event", errno) }
            sem_init(opened, 0, 0)
        }

        deinit {
            close(bell)
            sem_destroy(opened)
            opened.deallocate()
        }

        func wake() {
            var count: UInt64 = 1
            _ = write(bell, &count, 8)
        }
    }

    /// A quarter of a second of a fast replay (100,000 messages a second).
    private static let ringSize = 4 << 20
    /// SCHED_BATCH, which the headers show to GNU sources alone: a thread that is woken takes no core from another.
    private static let batchPolicy: Int32 = 3
    private static let lingerMilliseconds: Int32 = 100

    init(_ settings: MeshSettings, of instance: String, keyring: Keyring?) throws {
        page = try Page(settings, instance, keyring)
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(page)
        let code = pthread_create(&thread, nil, { Gallery.main($0) }, argument.toOpaque())
        guard code == 0 else {
            argument.release()
            throw SocketError("begin", "the thread of the gallery", code)
        }
        self.thread = thread
        while sem_wait(page.opened) != 0 {}
        switch page.outcome {
        case .success(let address): self.address = address
        case .failure(let error):
            pthread_join(thread, nil)
            throw error
        case nil: preconditionFailure("the gallery opens or fails")
        }
    }

    deinit {
        page.isOver.store(true, ordering: .sequentiallyConsistent)
        page.wake()
        pthread_join(thread, nil)
    }

    // MARK: the loop's side

    /// How many envelopes onlookers did not get because the thread had no time for them.
    var dropped: Int { page.ring.dropped }

    @inline(__always)
    func show(_ envelope: UnsafeRawBufferPointer) {
        guard page.isWatched.load(ordering: .relaxed) else { return }
        page.ring.add(envelope)
        hasNews = true
    }

    /// The loop is about to wait: now onlookers may have what was said. Gives how many keys were refused since.
    func rest() -> Int {
        if hasNews {
            hasNews = false
            page.ring.publish()
            if page.isAsleep.exchange(false, ordering: .sequentiallyConsistent) { page.wake() }
        }
        let refused = page.refused.load(ordering: .relaxed)
        defer { refusedSeen = refused }
        return refused - refusedSeen
    }

    // MARK: the thread's side

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let page = Unmanaged<Page>.fromOpaque(argument).takeRetainedValue()
        // Signals belong to the loop, which they interrupt.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)
        // Before ZeroMQ's own threads are begun, which are then as this one is.
        var none = sched_param()
        pthread_setschedparam(pthread_self(), batchPolicy, &none)
        System.makeRoomForOthers()
        do {
            let room = try Room(page)
            page.outcome = .success(room.address)
            sem_post(page.opened)
            room.serve()
        } catch {
            page.outcome = .failure(error)
            sem_post(page.opened)
        }
        return nil
    }

    /// The sockets, which are the thread's alone.
    private final class Room {
        private let page: Page
        private let context: SocketContext
        private let doorkeeper: Doorkeeper?
        private let publisher: BundlingPublisher
        let address: String

        private static let turn = 256 << 10

        init(_ page: Page) throws {
            self.page = page
            context = try SocketContext()
            doorkeeper = try page.keyring.map { [context] in try Doorkeeper(context, $0) }
            doorkeeper?.onRefusal = { page.refused.add(1, ordering: .relaxed) }
            publisher = try BundlingPublisher(context)
            publisher.socket.set(ZMQ_LINGER, Gallery.lingerMilliseconds)
            try page.keyring?.serve(publisher.socket)
            let bound = try publisher.bind(page.settings.bindAddress("gallery", of: page.instance))
            address = page.settings.advertised(bound)
        }

        func serve() {
            var poller = Poller()
            poller.set([publisher.socket] + (doorkeeper.map { [$0.socket] } ?? []), files: [page.bell])
            while true {
                page.isAsleep.store(true, ordering: .sequentiallyConsistent)
                let isOver = page.isOver.load(ordering: .sequentiallyConsistent)
                if !isOver, page.ring.isEmpty { poller.wait(-1) }
                page.isAsleep.store(false, ordering: .sequentiallyConsistent)
                var rung: UInt64 = 0
                _ = read(page.bell, &rung, 8)
                doorkeeper?.answer()
                page.isWatched.store(publisher.isHeard(), ordering: .relaxed)
                page.ring.take(atMost: Room.turn) { envelope in
                    guard let topic = Bundle.topic(of: envelope) else { return }
                    publisher.send(topic, envelope)
                }
                publisher.flush()
                if isOver, page.ring.isEmpty { return }
            }
        }
    }
}
