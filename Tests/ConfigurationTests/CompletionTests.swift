import Glibc
import Testing

@testable import Configuration

@Suite("Completion")
struct CompletionTests {
    private let command = CommandSpec(
        "thing", summary: "a thing",
        options: [.option("level", value: "L", type: .choice(["low", "high"]), help: "h")],
        subcommands: [
            CommandSpec("list", summary: "list", options: [.flag("json", help: "j")]),
            CommandSpec("key", summary: "keys", subcommands: [CommandSpec("make", summary: "make one")]),
        ])

    @Test(
        "bash completes words, options and choices of the command that is being written",
        arguments: [
            ("thing ", ["list", "key", "--level", "--help"]),
            ("thing l", ["list"]),
            ("thing list --", ["--json", "--level", "--help"]),
            ("thing key ", ["make", "--level", "--help"]),
            ("thing list --level ", ["low", "high"]),
        ])
    func completes(line: String, expected: [String]) throws {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map { "'\($0)'" }
        let script =
            Completion.script(of: command, for: .bash)
            + "COMP_WORDS=(\(words.joined(separator: " "))); COMP_CWORD=\(words.count - 1); _thing\n"
            + "echo \"${COMPREPLY[*]}\"\n"
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/script"
        let bytes = Array(script.utf8)
        let handle = try #require(fopen(file, "w"))
        fwrite(bytes, 1, bytes.count, handle)
        fclose(handle)
        let pipe = try #require(popen("bash \(file)", "r"))
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = fread(&buffer, 1, buffer.count, pipe)
        #expect(pclose(pipe) == 0)
        let answer = String(decoding: buffer[..<count], as: UTF8.self).split { $0 == " " || $0 == "\n" }.map(
            String.init)
        #expect(answer == expected)
    }
}
