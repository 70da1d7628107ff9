import Configuration
import Glibc
import Mesh

/// `tradewind strategy`: a strategy of one's own.
enum StrategyCommand {
    static let spec = CommandSpec(
        "strategy", summary: "begin a strategy of your own",
        subcommands: [
            CommandSpec(
                "new", summary: "make a small Swift package with a strategy to begin with",
                discussion: """
                    The package depends on this Tradewind by path, and builds one executable that backtests, sweeps and \
                    audits the strategy. docs/strategies.md goes through it in ten minutes.
                    """,
                options: [
                    .option(
                        "in", value: "FOLDER", type: .path, default: .text("."),
                        help: "Where the folder of the package is made."),
                    .option(
                        "tradewind", value: "FOLDER", type: .path,
                        help:
                            "Where the sources of Tradewind are; else they are looked for around this program."
                    ),
                ],
                arguments: [.argument("NAME", help: "Small letters, digits and -, such as dip-buyer.")],
                examples: [.init("tradewind strategy new dip-buyer", "makes the folder dip-buyer")])
        ])

    static func run(_ parsed: Parsed) throws {
        let name = parsed.text("NAME")
        guard isName(name) else {
            throw Failure(
                "\(name.prefix(60)) names no strategy: small letters, digits and -, such as dip-buyer, would be right",
                exitCode: 2)
        }
        let sources = try sources(parsed.text(ifGiven: "tradewind"))
        let folder = "\(parsed.text("in"))/\(name)"
        guard access(folder, F_OK) != 0 else {
            throw Failure("\(folder) is there already; another name would be right")
        }
        let template = StrategyTemplate(name: name, tradewind: sources)
        try makeFolders("\(folder)/Sources/\(name)")
        for file in template.files { try ResultFolder.write(file.bytes, to: "\(folder)/\(file.name)") }
        try Console.write(
            """
            \(folder) is made. Its first build compiles Tradewind, and takes some minutes:

              cd \(folder)
              swift build -c release
              .build/release/\(name) backtest --csv \(sources)/config/sample --allocation equal-weight

            Sources/\(name)/\(template.type).swift is the strategy.

            """)
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 40, name.last != "-" else { return false }
        func isSmall(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
        return isSmall(first)
            && name.utf8.allSatisfy {
                isSmall($0) || $0 == UInt8(ascii: "-") || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
            }
    }

    /// The folder with Tradewind's Package.swift: the one that is named, or the nearest above this program.
    private static func sources(_ given: String?) throws -> String {
        let program = System.programPath
        var folder = given ?? String(program[..<(program.lastIndex(of: "/") ?? program.startIndex)])
        while !folder.isEmpty {
            if access("\(folder)/Shared/Strategies/Strategy.swift", R_OK) == 0,
                let path = realpath(folder, nil)
            {
                defer { free(path) }
                return String(cString: path)
            }
            guard given == nil, let slash = folder.lastIndex(of: "/") else { break }
            folder = String(folder[..<slash])
        }
        throw Failure(
            "the sources of Tradewind are not \(given.map { "in \($0)" } ?? "around \(program)"); --tradewind FOLDER names them"
        )
    }
}
