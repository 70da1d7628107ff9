import Glibc
import Synchronization

/// One thread beside the loop, for work on a disk that takes milliseconds: a message must not wait for it.
///
/// `@unchecked`: everything is behind the lock, and the two pthread values never move.
final class Worker: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [@Sendable () throws(DiskError) -> Void] = []
    private var isAtWork = false
    private var isRunning = false
    private var isOver = false
    private var thread = pthread_t()
    private var problem: DiskError?
    /// Whether the work is done only where the processor has nothing else to do. A thread that is merely nice keeps
    /// a message waiting for up to its slice, 3 ms; an idle one makes room at once.
    private let isForIdleTime: Bool

    private static let stackSize = 512 << 10

    /// SCHED_IDLE, which the headers show to GNU sources alone.
    private static let idlePolicy: Int32 = 5

    init(forIdleTime isForIdleTime: Bool = false) {
        self.isForIdleTime = isForIdleTime
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
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

    /// Has something done, after what was asked for before.
    func begin(_ job: @escaping @Sendable () throws(DiskError) -> Void) {
        locked {
            jobs.append(job)
            if !isRunning { start() }
            pthread_cond_broadcast(changed)
        }
    }

    /// Whether all that was begun is done. Tells of a failure once.
    func isDone() throws(DiskError) -> Bool {
        let (done, problem) = locked {
            defer { self.problem = nil }
            return (jobs.isEmpty && !isAtWork, self.problem)
        }
        if let problem { throw problem }
        return done
    }

    /// Whether there is something to do; tells of no failure.
    var isAtWorkNow: Bool { locked { !jobs.isEmpty || isAtWork } }

    /// Waits until all that was begun is done; what failed is told by `isDone`.
    func drain() {
        locked { while !jobs.isEmpty || isAtWork { pthread_cond_wait(changed, mutex) } }
    }

    /// Ends the thread once it has done what it is at, which from now on is no longer work for idle time: somebody
    /// waits for it.
    func stop() {
        locked {
            if isRunning, isForIdleTime, !isOver {
                var none = sched_param()
                pthread_setschedparam(thread, SCHED_OTHER, &none)
            }
            isOver = true
            jobs = []
            pthread_cond_broadcast(changed)
        }
    }

    private func start() {
        isRunning = true
        let argument = Unmanaged.passRetained(self).toOpaque()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        // A limit of memory counts stacks whole, and a process that hosts eight parts has 24 of these threads.
        pthread_attr_setstacksize(&attributes, Worker.stackSize)
        let outcome = pthread_create(&thread, &attributes, { Worker.main($0) }, argument)
        precondition(outcome == 0, "the system has no thread for the disk")
        pthread_detach(thread)
    }

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let worker = Unmanaged<Worker>.fromOpaque(argument).takeRetainedValue()
        // Signals belong to the loop, which they interrupt.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)
        if worker.isForIdleTime {
            var none = sched_param()
            pthread_setschedparam(pthread_self(), Worker.idlePolicy, &none)
        }
        worker.work()
        return nil
    }

    private func work() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isOver {
            guard !jobs.isEmpty else {
                pthread_cond_wait(changed, mutex)
                continue
            }
            let job = jobs.removeFirst()
            isAtWork = true
            pthread_mutex_unlock(mutex)
            var failed: DiskError?
            do throws(DiskError) { try job() } catch { failed = error }
            pthread_mutex_lock(mutex)
            isAtWork = false
            problem = problem ?? failed
            pthread_cond_broadcast(changed)
        }
    }
}
