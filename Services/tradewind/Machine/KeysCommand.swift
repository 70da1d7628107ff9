import Configuration
import Mesh

/// `tradewind keys`: the key pairs with which instances prove who they are between machines.
enum KeysCommand {
    static let spec = CommandSpec(
        "keys", summary: "make and list the keys of an encrypted mesh",
        discussion: """
            Each instance has a pair in mesh.keys_folder: NAME.secret stays on its machine, NAME.public goes to all \
            of them. Who has no public key in the folder is not let in. Set mesh.curve to use them.
            """,
        subcommands: [
            CommandSpec(
                "make", summary: "make a pair for each instance",
                options: [.flag("missing", help: "Keep the pairs that are there already.")],
                arguments: [
                    .argument(
                        "INSTANCE", repeats: true, help: "relay, feed.1, or a whole service such as historian"
                    )
                ],
                examples: [.init("tradewind keys make relay feed.1 historian", "keys for a small mesh")]),
            CommandSpec("list", summary: "list the instances that are let in"),
        ])

    static func run(_ parsed: Parsed) throws {
        let folder = try Settings.load(for: parsed).path("mesh.keys_folder")
        guard parsed.command.last == "make" else {
            let names = try FileDisk(folder, readOnly: true).names().filter { $0.hasSuffix(".public") }
            return try Console.write(names.map { "\($0.dropLast(7))\n" }.joined())
        }
        for instance in parsed.texts("INSTANCE") {
            if parsed.flag("missing"), Keyring.has(instance, in: folder) {
                try Console.write("\(folder)/\(instance).secret is there already\n")
                continue
            }
            try Keyring.make(instance, in: folder)
            try Console.write("\(folder)/\(instance).secret and .public are made\n")
        }
    }
}
