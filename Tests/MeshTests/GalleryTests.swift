import Domain
import Testing
import Wire

@testable import Mesh

@Suite("Those who look on", .serialized)
struct GalleryTests {
    /// A gallery, and a context of those who look on.
    private final class Hall {
        let folder = TemporaryFolder()
        let keys = TemporaryFolder()
        let context: SocketContext
        let gallery: Gallery
        let codec = Codec()
        private var number: UInt64 = 0
        private(set) var refused = 0

        init(isEncrypted: Bool = false) throws {
            var settings = MeshSettings()
            settings.folder = folder.path
            settings.keysFolder = keys.path
            if isEncrypted {
                settings.transport = .tcp
                settings.isEncrypted = true
                settings.advertise = "127.0.0.1"
                for name in ["feed.1", "watcher.1"] { try Keyring.make(name, in: keys.path) }
            }
            context = try SocketContext()
            let keyring = isEncrypted ? try Keyring(folder: keys.path, instance: "feed.1") : nil
            gallery = try Gallery(settings, of: "feed.1", keyring: keyring)
        }

        func onlooker(_ prefix: String, with keyring: Keyring? = nil) throws -> Socket {
            let socket = try Socket(context, .subscriber)
            socket.holdBundles()
            try keyring?.call(socket, "feed.1")
            socket.subscribe(prefix)
            try socket.connect(gallery.address)
            return socket
        }

        /// Says something, and gives its number.
        @discardableResult
        func say(_ topic: String) -> UInt64 {
            number += 1
            let message = Message(
                topic: Topic(topic), number: number, epoch: 1, sender: "feed.1", body: .trade(Trade(id: 7)))
            codec.encode(message).withUnsafeBytes { gallery.show($0) }
            return number
        }

        func rest() { refused += gallery.rest() }

        /// The numbers that have come.
        func heard(_ socket: Socket) -> [UInt64] {
            var found: [UInt64] = []
            while let frames = socket.receive() {
                if let message = try? codec.decode(frames.envelope) { found.append(message.number) }
            }
            return found
        }

        /// Says the same until it is heard: a subscription is there when something comes by it.
        func untilHeard(_ sockets: [Socket], _ topic: String) throws {
            var waiting = sockets
            try until("all hear") {
                say(topic)
                rest()
                System.sleep(1_000_000)
                waiting.removeAll { !heard($0).isEmpty }
                return waiting.isEmpty
            }
        }

        func until(_ what: Comment, _ condition: () throws -> Bool) throws {
            let deadline = System.now + 20 * Nanoseconds.second
            while try !condition() { try #require(System.now < deadline, what) }
        }
    }

    @Test("hear what they subscribed to on both lanes, in order, and nothing before the loop rests")
    func hears() throws {
        let hall = try Hall()
        let all = try hall.onlooker("market/")
        let orders = try hall.onlooker("trading/")
        try hall.untilHeard([all], "market/bar/1m/A")
        try hall.untilHeard([orders], "trading/order/A")
        var expected: [UInt64] = []
        for _ in 0..<5_000 {
            expected.append(hall.say("market/bar/1m/A"))
            hall.say("trading/order/A")
        }
        let first = expected[0]
        hall.rest()
        var found: [UInt64] = []
        var ordered: [UInt64] = []
        try hall.until("5,000 of each come, not \(found.count) and \(ordered.count)") {
            found += hall.heard(all)
            ordered += hall.heard(orders)
            return found.last == expected.last && ordered.last == expected.last! + 1
        }
        #expect(found.filter { $0 >= first } == expected)
        #expect(ordered.filter { $0 >= first } == expected.map { $0 + 1 })
        #expect(hall.gallery.dropped == 0)
    }

    @Test("one who is slow loses its own alone, and nobody who speaks waits for it")
    func slow() throws {
        let hall = try Hall()
        let quick = try hall.onlooker("market/")
        let slow = try hall.onlooker("market/")
        try hall.untilHeard([quick, slow], "market/bar/1m/A")
        // Far more than sockets hold back, each by itself, for the loop rests after each.
        let first = hall.say("market/bar/1m/A")
        var found: [UInt64] = []
        var last = first
        for _ in 0..<60_000 {
            last = hall.say("market/bar/1m/A")
            hall.rest()
            if last % 64 == 0 {
                // No faster than the quick one reads.
                try hall.until("the quick one keeps up") {
                    found += hall.heard(quick)
                    return last - (found.last ?? last) < 512
                }
            }
        }
        try hall.until("the quick one hears the last") {
            found += hall.heard(quick)
            return found.last == last
        }
        #expect(found.filter { $0 >= first } == (first...last).map { $0 })
        #expect(hall.gallery.dropped == 0)
        let late = hall.heard(slow)
        // How many it lost hangs on how many went in a bundle; more than were said, or out of order, it never hears.
        #expect(late.count <= found.count && late == late.sorted())
        // And goes on, once it reads again.
        try hall.untilHeard([slow], "market/bar/1m/A")
    }

    @Test("nobody's looking on costs nothing: what is said is not even copied")
    func nobody() throws {
        let hall = try Hall()
        // More than the ring holds.
        for _ in 0..<200_000 { hall.say("market/bar/1m/A") }
        #expect(hall.gallery.dropped == 0)
        let late = try hall.onlooker("market/")
        try hall.untilHeard([late], "market/bar/1m/A")
    }

    @Test("come in with a key of the folder, and not without")
    func keys() throws {
        let hall = try Hall(isEncrypted: true)
        let guest = try hall.onlooker(
            "market/", with: try Keyring(folder: hall.keys.path, instance: "watcher.1"))
        try hall.untilHeard([guest], "market/bar/1m/A")
        #expect(hall.refused == 0)
        // One that knows the gallery's key, and whose own nobody has been told of.
        let strange = TemporaryFolder()
        try Keyring.make("watcher.1", in: strange.path)
        let name = "feed.1.public"
        try FileDisk(strange.path).replace(name, with: FileDisk(hall.keys.path, readOnly: true).read(name))
        let stranger = try hall.onlooker(
            "market/", with: try Keyring(folder: strange.path, instance: "watcher.1"))
        try hall.until("the stranger is refused") {
            hall.say("market/bar/1m/A")
            hall.rest()
            return hall.refused > 0
        }
        #expect(hall.heard(stranger).isEmpty)
        try hall.untilHeard([guest], "market/bar/1m/A")
    }
}
