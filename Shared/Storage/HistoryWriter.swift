import Domain
import Glibc

/// Commits batches on a thread of its own, so that a server that is slow, or away for an hour, blocks nobody.
///
/// One batch at a time: what comes meanwhile is gathered by whoever hands it over. A batch that cannot be stored is
/// tried again until it is, over a new connection where the old one is gone; before it is tried again the server is
/// asked how far it got, since a commit whose answer was lost may have been made.
///
/// `@unchecked`: everything is behind the lock, the pthread values never move, and the database is the thread's alone.
public final class HistoryWriter: @unchecked Sendable {
    /// How far it is, as of now.
    public struct Standing: Sendable {
        public var isBusy = false
        /// Number of the last command that is stored; nothing before the server was first reached.
        public var done: UInt64?
        /// Why nothing is stored at the moment.
        public var problem: StorageError?
    }

    private let server: PostgresAddress
    private let shard: String
    private let pause: Int64
    /// What else is done in the thread once a batch is stored.
    private let afterwards: @Sendable (HistoryStore) -> Void
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var batch: HistoryBatch?
    private var now = Standing()
    private var isOver = false

    /// Connects at once, and again after `pause` nanoseconds wherever it cannot.
    public init(
        _ server: PostgresAddress, shard: String, pause: Int64 = 500_000_000,
        afterwards: @escaping @Sendable (HistoryStore) -> Void = { _ in }
    ) {
        self.afterwards = afterwards
        self.server = server
        self.shard = shard
        self.pause = pause
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
        start()
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    private func locked<T>(_ body: () -> T) -> T {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    public var standing: Standing { locked { now } }

    /// Has a batch stored. The one before it must be.
    public func begin(_ batch: HistoryBatch) {
        locked {
            precondition(!now.isBusy, "a batch is at work")
            self.batch = batch
            now.isBusy = true
            pthread_cond_broadcast(changed)
        }
    }

    /// Waits until it has nothing to do, cannot go on, or the time is over.
    public func wait(atMost nanoseconds: Int64) {
        locked {
            var until = HistoryWriter.moment(after: nanoseconds)
            while (now.isBusy || now.done == nil) && now.problem == nil {
                if pthread_cond_timedwait(changed, mutex, &until) == ETIMEDOUT { return }
            }
        }
    }

    /// Ends the thread after what it is at; what it could not store is not.
    public func stop() {
        locked {
            isOver = true
            pthread_cond_broadcast(changed)
        }
    }

    // MARK: the thread

    private func start() {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self).toOpaque()
        let outcome = pthread_create(&thread, nil, { HistoryWriter.main($0) }, argument)
        precondition(outcome == 0, "the system has no thread for the database")
        pthread_detach(thread)
    }

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        // Signals belong to the loop, which they interrupt.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)
        Unmanaged<HistoryWriter>.fromOpaque(argument).takeRetainedValue().work()
        return nil
    }

    private func work() {
        var store: HistoryStore?
        var highest: UInt64 = 0
        defer { store?.close() }
        while true {
            // A connection is kept up whether or not there is something to store: whoever starts asks how far it is.
            let (batch, isOver) = locked { (self.batch, self.isOver) }
            if isOver { return }
            do throws(StorageError) {
                if store == nil {
                    let opened = try HistoryStore(server, shard: shard)
                    store = opened
                    // A database that was put back to an earlier state has lost what it once had: who hands batches
                    // over must begin there again.
                    let isBack = opened.done < highest
                    highest = opened.done
                    isBack ? finish(done: opened.done) : tell(done: opened.done)
                    // A batch may have come meanwhile, or gone.
                    continue
                }
                guard let batch, let store else {
                    rest(nil)
                    continue
                }
                try store.commit(batch)
                highest = store.done
                finish(done: store.done)
                afterwards(store)
            } catch {
                store?.close()
                store = nil
                tell(error)
                rest(pause)
            }
        }
    }

    private func tell(done: UInt64) {
        locked {
            now.done = done
            now.problem = nil
            pthread_cond_broadcast(changed)
        }
    }

    /// There is nothing to do for the batch at hand any more.
    private func finish(done: UInt64) {
        locked {
            now = Standing(isBusy: false, done: done, problem: nil)
            batch = nil
            pthread_cond_broadcast(changed)
        }
    }

    private func tell(_ error: StorageError) {
        locked {
            now.problem = error
            pthread_cond_broadcast(changed)
        }
    }

    /// Waits for a batch, or for its time to try again.
    private func rest(_ pause: Int64?) {
        locked {
            var until = HistoryWriter.moment(after: pause ?? 0)
            while !isOver {
                if let pause, pause >= 0 {
                    if pthread_cond_timedwait(changed, mutex, &until) == ETIMEDOUT { return }
                } else if batch == nil {
                    pthread_cond_wait(changed, mutex)
                } else {
                    return
                }
            }
        }
    }

    private static func moment(after nanoseconds: Int64) -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let sum = Int64(time.tv_nsec) + nanoseconds
        return timespec(tv_sec: time.tv_sec + Int(sum / 1_000_000_000), tv_nsec: Int(sum % 1_000_000_000))
    }
}
