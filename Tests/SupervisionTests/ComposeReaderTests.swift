import Configuration
import Glibc
import Testing

@testable import Supervision

/// Reads a text as compose.yaml, with these variables.
func compose(_ text: String, _ variables: [String: String] = [:]) throws(ComposeError) -> ComposeFile {
    try ComposeReader.read(Array(text.utf8), path: "compose.yaml") { variables[$0] }
}

/// What is said about a text, each with line and column.
func mistakes(_ text: String, _ variables: [String: String] = [:]) -> [String] {
    do {
        _ = try compose(text, variables)
        return []
    } catch {
        return error.problems.map { "\($0.line ?? 0):\($0.column ?? 0): \($0.sentence)" }
    }
}

func service(_ body: String, _ variables: [String: String] = [:]) throws -> ComposeService? {
    try compose("services:\n  a:\n    command: [a]\n    \(body)\n", variables)["a"]
}

@Suite("Compose files")
struct ComposeReaderTests {
    @Test("what processes obey is read in every form that docker-compose takes")
    func forms() throws {
        #expect(try service("mem_limit: 64m")?.memoryMax == 64 << 20)
        #expect(try service("mem_limit: 1GB")?.memoryMax == 1 << 30)
        #expect(try service("mem_limit: 1048576")?.memoryMax == 1 << 20)
        #expect(try service("cpuset: \"0-2,5\"")?.processors == [0, 1, 2, 5])
        #expect(try service("stop_grace_period: 1m30s")?.stopGrace == 90_000_000_000)
        #expect(try service("scale: 3")?.replicas == 3)
        #expect(try service("deploy: {replicas: 4}")?.replicas == 4)
        #expect(try service("profiles: [research]")?.isActive(in: []) == false)
        #expect(try service("profiles: [research]")?.isActive(in: ["research"]) == true)
        #expect(try service("environment: [A=1, B=x=y, C]")?.environment == ["A": "1", "B": "x=y"])
        #expect(try service("environment: {A: 1, B: \"yes\", C: }")?.environment == ["A": "1", "B": "yes"])
        #expect(try service("restart: on-failure:5")?.restart == .onFailure(max: 5))
        #expect(try service("restart: \"no\"")?.restart == .no)
        #expect(try service("image: x\n    volumes: [a:/b]\n    x-note: {any: thing}")?.restart == .no)
    }

    @Test("anchors, aliases and merges give what they stand for, and what is written out is stronger")
    func anchors() throws {
        let file = try compose(
            """
            x-all: &all {restart: always, stop_grace_period: 3s}
            services:
              a: {<<: *all, command: [a], restart: "no"}
              b: {command: [b], restart: unless-stopped, <<: *all}
              c: {command: [c], depends_on: {a: {condition: service_healthy}, b: {condition: service_started}}}
            """)
        #expect(file["a"]?.restart == .no)
        #expect(file["b"]?.restart == .unlessStopped)
        #expect(file.services.map(\.stopGrace) == [3_000_000_000, 3_000_000_000, 10_000_000_000])
        #expect(file["c"]?.dependencies == [.init("a", isReady: true), .init("b", isReady: false)])
    }

    @Test("a mistake is one line, whatever names the file has")
    func lines() {
        let said = mistakes(
            "services: {a: {command: [a], \"b\\nc\": 1, \"b\\nc\": 2, \"\\e[2J\": 3, \"\\e[2J\": 4}}")
        #expect(said.contains { $0.hasSuffix(#"b\nc is given twice, first in line 1"#) })
        #expect(said.contains { $0.hasSuffix(#"\u001b[2J is given twice, first in line 1"#) })
        #expect(said.allSatisfy { !$0.contains("\n") && !$0.contains("\u{1B}") })
    }

    @Test(
        "variables are put in as docker-compose does",
        arguments: [
            ("$A", "1"), ("${A}", "1"), ("x${A}y$B", "x1y"), ("${NONE:-d}", "d"),
            ("${NONE-d}", "d"), ("${B:-d}", "d"), ("${B-d}", ""), ("$$A", "$A"), ("${A:?gone}", "1"),
        ])
    func interpolation(template: String, value: String) throws {
        let found = try Interpolation { ["A": "1", "B": ""][$0] }.text(of: template)
        #expect(found == value)
    }

    @Test(
        "a variable that cannot be put in is a mistake",
        arguments: [
            ("${NONE}", "the variable NONE is not set; give it a default with ${NONE:-…}"),
            ("${B:?say which}", "the variable B is not set: say which"), ("${A", "a ${ has no }"),
            ("costs 5$", "a $ stands before a variable, as in ${NAME}; write $$ for the sign itself"),
            ("${A+x}", "${A+x} is not understood; write ${A}, ${A:-default} or ${A:?sentence}"),
            ("${}", "${} names no variable"),
        ])
    func badInterpolation(template: String, sentence: String) {
        #expect(throws: Interpolation.Problem(sentence: sentence)) {
            try Interpolation { ["A": "1", "B": ""][$0] }.text(of: template)
        }
    }

    @Test("every mistake of a file is named at once, with its line and what would be right")
    func allAtOnce() throws {
        let folder = "\(#filePath)".split(separator: "/").dropLast().joined(separator: "/")
        let path = "/\(folder)/Fixtures/mistakes"
        let text = try read("\(path).yaml")
        var said = ""
        do {
            _ = try ComposeReader.read(Array(text.utf8), path: "mistakes.yaml") { _ in nil }
        } catch {
            said = "\(error)\n"
        }
        if getenv("REGENERATE") != nil { try write(said, to: "\(path).txt") }
        #expect(try said == read("\(path).txt"))
    }

    @Test(
        "what is no compose file at all is said in one sentence",
        arguments: [
            ("", "1:1: the file names no service; they stand below services:"),
            ("- a\n", "1:1: a compose file is a mapping with the key services"),
            ("services: [a]\n", "1:11: services is a mapping of names to services"),
            ("services:\n  a: x\n", "2:6: a service is a mapping, with command and the rest below its name"),
            (
                "services:\n  a: {command: [../a]}\n",
                "2:16: a command begins with the name of a program that lies beside the supervisor, as in [\"feed\"]"
            ),
            ("services:\n  a:\n    command: [a]\n    depends_on: [a]\n", "2:3: a depends on itself"),
            (
                "services:\n  a: {command: [a], depends_on: [b]}\n  b: {command: [b], depends_on: [a]}\n",
                "2:3: a waits for b waits for a: none of them could start"
            ),
            (
                "name: x\nservices:\n  a: {command: [a]}\n",
                "1:1: name is not supported: docker-compose 1.29 does not know it; use its option --project-name"
            ),
        ])
    func wholeFiles(text: String, sentence: String) {
        #expect(mistakes(text) == [sentence])
    }

    @Test("aliases of aliases cannot fill the memory")
    func bombs() {
        var text = "x-0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let before = "*a\(level - 1)"
            let items = [String](repeating: before, count: 10).joined(separator: ", ")
            text += "x-\(level): &a\(level) [\(items)]\n"
        }
        #expect(mistakes(text).contains { $0.contains("stand for more than 100000 nodes") })
    }

    @Test("any bytes are a file or mistakes, never a crash")
    func fuzz() throws {
        var seed: UInt64 = 20_261_121
        func chance(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % bound
        }
        let folder = "\(#filePath)".split(separator: "/").dropLast().joined(separator: "/")
        let good = Array(try read("/\(folder)/Fixtures/mistakes.yaml").utf8)
        let pieces = [
            "&a ", "*a", "<<: ", "${", "}", "- ", "\t", "{", "]", "\"", "\n  ", ": ", "!x ", "\u{0}", "é",
        ]
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0...chance(6) {
                let at = chance(bytes.count)
                switch chance(3) {
                case 0: bytes[at] = UInt8(chance(256))
                case 1: bytes.removeSubrange(at..<min(bytes.count, at + chance(40) + 1))
                default: bytes.insert(contentsOf: Array(pieces[chance(pieces.count)].utf8), at: at)
                }
                if bytes.isEmpty { bytes = good }
            }
            _ = try? ComposeReader.read(bytes, path: "fuzz.yaml") { _ in "1" }
        }
    }
}

private func read(_ path: String) throws -> String {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
}

private func write(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "w"))
    defer { fclose(file) }
    fputs(text, file)
}
