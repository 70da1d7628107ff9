import Domain
import Glibc
import Testing

@testable import BrokerEdges

@Suite("Numbers of orders at a gateway")
struct OrderNumbersTests {
    private let now = Timestamp(seconds: 1_710_163_800)

    @Test("a number is given once, whatever the gateway offers, and is read again")
    func once() throws {
        var numbers = OrderNumbers()
        numbers.greet(5, account: "DU1", at: now)
        #expect(numbers.give("a", at: now) == 5 && numbers.give("b", at: now) == 6)
        numbers.know("a", as: -1, at: now)
        numbers.know("a", as: 900, at: now)
        // A gateway that has forgotten its count offers a number that works already.
        numbers.greet(2, account: "DU1", at: now)
        #expect(numbers.give("c", at: now) == 7)
        let read = try OrderNumbers(numbers.unwritten)
        #expect(
            read.entries == numbers.entries && read.account == "DU1" && read.entry(of: "a")?.permanent == 900)
        var again = read
        again.greet(1, account: "DU1", at: now)
        #expect(again.give("d", at: now) == 8)
    }

    @Test("what the gateway offers again never came there; what it has counted may have")
    func void() {
        var numbers = OrderNumbers()
        numbers.greet(1, account: "DU1", at: now)
        for name in ["a", "b", "c"] { _ = numbers.give(name, at: now) }
        numbers.greet(3, account: "DU1", at: now)
        #expect(["a", "b", "c"].map { numbers.entry(of: $0)?.isVoid } == [false, false, true])
        // It leaves again, under a number of its own.
        #expect(numbers.give("c", at: now) == 4 && numbers.entry(of: "c")?.isVoid == false)
    }

    @Test("an order that was copied at the broker, our id and all, is none of ours")
    func copies() {
        var numbers = OrderNumbers()
        _ = numbers.give("a", at: now)
        #expect(numbers.isOurs("a", number: 1, permanent: 0) && !numbers.isOurs("a", number: 0, permanent: 0))
        numbers.know("a", as: 900, at: now)
        #expect(
            numbers.isOurs("a", number: nil, permanent: 900)
                && !numbers.isOurs("a", number: nil, permanent: 901))
        // Of an order of which nothing is written the id alone speaks: everything may have been lost.
        #expect(numbers.isOurs("lost", number: 77, permanent: 902))
    }

    @Test("a change has the number of what it changes, and stands once the gateway has named it")
    func changes() throws {
        var numbers = OrderNumbers()
        #expect(numbers.give("a", at: now) == 1)
        numbers.know("a", as: 900, at: now)
        numbers.change("a", to: "b", "LMT/DAY/3/9/0/0", at: now)
        numbers.change("a", to: "c", "LMT/DAY/3/8/0/0", at: now)
        #expect(numbers.entry(of: "c")?.number == 1)
        #expect(
            numbers.hear("a", "LMT/DAY/3/7/0/0", permanent: 900, at: now) == "a" && !numbers.hasMadeWay("a"))
        // By its name, or by what it is.
        var other = numbers
        #expect(numbers.hear("c", permanent: 900, at: now) == "c")
        #expect(other.hear("a", "LMT/DAY/3/8/0/0", permanent: 900, at: now) == "c")
        // An older word of it is of the one that stands.
        #expect(numbers.hear("a", permanent: 900, at: now) == "c")
        #expect(["a", "b", "c"].map(numbers.hasMadeWay) == [true, true, false])
        #expect(
            numbers.isOurs("c", number: 1, permanent: 900) && !numbers.isOurs("c", number: 1, permanent: 901))
        var read = try OrderNumbers(numbers.unwritten)
        #expect(read.entries == numbers.entries && read.standing("a") == "c")
        // What is void is found behind a change.
        #expect(read.give("d", at: now) == 2)
        read.change("a", to: "e", "LMT/DAY/3/6/0/0", at: now)
        read.greet(2, account: "DU1", at: now)
        #expect(read.entry(of: "d")?.isVoid == true && read.entry(of: "c")?.isVoid == false)
    }

    @Test("a line that is cut off is not there; one that is damaged stops everything, with its place")
    func damage() throws {
        let read = try OrderNumbers(Array("next 1 DU1 10\norder 1 a 11\norder 2 b".utf8))
        #expect(read.entry(of: "a")?.number == 1 && read.entry(of: "b") == nil)
        for wrong in [
            "order x a 1", "order 1 a", "change 1 a 1", "change 1 a 1 MKT", "order 1 a 1 MKT", "sold 1 a 1",
            "order 0 a 1",
            "order 1 a b",
        ] {
            #expect { try OrderNumbers(Array("next 1 DU1 10\n\(wrong)\n".utf8)) } throws: {
                "\($0)".contains("line 2")
            }
        }
    }

    @Test("the file is whole after each addition, and after what was cut off")
    func file() throws {
        var template = Array("/tmp/tradewind-numbers-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        var file: NumbersFile? = try NumbersFile(in: folder, client: 70)
        let path = try #require(file?.path)
        defer {
            unlink(path)
            rmdir(folder + "/numbers")
            rmdir(folder)
        }
        #expect(throws: NumbersFile.Fault.self) { try NumbersFile(in: folder, client: 70) }
        _ = try file?.read()
        try file?.add(Array("next 1 DU1 10\norder 1 a 11\n".utf8))
        file = nil
        let cut = try #require(fopen(path, "a"))
        fputs("order 2 a-name-that-is-longer-than-what-comes-after-it 12", cut)
        fclose(cut)
        file = try NumbersFile(in: folder, client: 70)
        #expect(try file?.read().entry(of: "a")?.number == 1)
        try file?.add(Array("order 2 b 13\n".utf8))
        #expect(try file?.read().entry(of: "b")?.number == 2)
        file = nil
    }
}
