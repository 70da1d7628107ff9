import Domain
import Glibc
import Testing

@testable import Mesh

@Suite("the pulse that a process leaves for a healthcheck")
struct PulseTests {
    private static func inFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/tw-pulse.XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { rmdir(folder) }
        try body(folder)
    }

    @Test("it tells the state, writes over longer words, and goes with the process")
    func tells() throws {
        try PulseTests.inFolder { folder in
            let second = Nanoseconds.second
            var pulse: Pulse? = try Pulse(of: "feed.1", in: folder, every: second)
            #expect(try Pulse.readings(of: "feed", in: folder).map(\.state) == [.starting])
            for (state, at) in [(ServiceState.degraded, 1), (.ready, 2)] {
                pulse?.beat(state, at: Timestamp(nanoseconds: Int64(at) * second))
                #expect(try Pulse.readings(of: "feed", in: folder).map(\.state) == [state])
            }
            pulse?.beat(.degraded, at: Timestamp(nanoseconds: 2 * second + 1))
            #expect(try Pulse.readings(of: "feed", in: folder).map(\.state) == [.ready], "no beat was due")
            pulse = nil
            #expect(try Pulse.readings(of: "feed", in: folder).isEmpty)
        }
    }

    @Test("what a killed process left grows old")
    func grows() throws {
        try PulseTests.inFolder { folder in
            let pulse = try Pulse(of: "historian-2", in: folder, every: Nanoseconds.second)
            let before = Int(System.now.nanoseconds / Nanoseconds.second) - 100
            var times = [timespec(tv_sec: before, tv_nsec: 0), timespec(tv_sec: before, tv_nsec: 0)]
            utimensat(AT_FDCWD, "\(folder)/historian-2.pulse", &times, 0)
            let age = try #require(Pulse.readings(of: "historian", in: folder).first).age
            #expect((100 * Nanoseconds.second...200 * Nanoseconds.second).contains(age))
            _ = consume pulse
        }
    }

    @Test("a second process of one name leaves the pulse of the first alone")
    func second() throws {
        try PulseTests.inFolder { folder in
            let first = try Pulse(of: "relay", in: folder, every: Nanoseconds.second)
            first.beat(.ready, at: Timestamp(nanoseconds: Nanoseconds.second))
            _ = try Pulse(of: "relay", in: folder, every: Nanoseconds.second)
            #expect(try Pulse.readings(of: "relay", in: folder).map(\.state) == [.ready])
            _ = consume first
        }
    }

    @Test("what a killed process left is removed, and what another has is not")
    func abandoned() throws {
        try PulseTests.inFolder { folder in
            let own = try Pulse(of: "feed.1", in: folder, every: 1)
            close(open("\(folder)/historian-2.pulse", O_WRONLY | O_CREAT, 0o600))
            var alongside: [String] = []
            let removed = OwnedFile.removeAbandoned(in: folder, endingWith: Pulse.suffix) {
                alongside.append($0)
            }
            #expect(removed == ["\(folder)/historian-2.pulse"] && alongside == removed)
            #expect(try Pulse.readings(of: "feed", in: folder).count == 1)
            #expect(try Pulse.readings(of: "historian", in: folder).isEmpty)
            _ = consume own
        }
    }

    @Test(
        "a service's processes are told from those of others",
        arguments: [
            ("relay", "relay", true), ("feed.1", "feed", true), ("feeder.1", "feed", false),
            ("historian-ab12", "historian", true), ("historian-ab12", "history", false),
        ])
    func names(instance: String, service: String, isFound: Bool) throws {
        try PulseTests.inFolder { folder in
            let pulse = try Pulse(of: instance, in: folder, every: 1)
            #expect(
                try Pulse.readings(of: service, in: folder).map(\.instance) == (isFound ? [instance] : []))
            _ = consume pulse
        }
    }

    @Test(
        "only a name has to be looked up",
        arguments: [
            ("tcp://relay:7401", "relay"), ("tcp://3f2a:1", "3f2a"), ("tcp://10.0.0.2:7401", nil),
            ("tcp://[::1]:7401", nil), ("ipc://run/relay.in", nil), ("tcp://:7401", nil),
        ] as [(String, String?)])
    func places(address: String, name: String?) {
        let named = NamedPlace(address)
        #expect(named?.name == name)
        if let named {
            #expect(
                named.place(at: "10.9.8.7") == "tcp://10.9.8.7"
                    + address.suffix(address.utf8.count - 6 - named.name.utf8.count))
        }
    }
}
