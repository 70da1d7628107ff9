import Testing

@testable import Configuration

@Suite("Secrets")
struct SecretTests {
    private func outside(mode: UInt32, contents: String = "hunter2\n", environment: [String: String])
        -> Surroundings
    {
        Surroundings(environment: environment) { path in
            path == "key.txt" ? .contents(Array(contents.utf8), mode: mode) : .missing
        }
    }

    @Test("a secret comes from a variable or from a private file, and is never shown")
    func sources() throws {
        let file = ["TRADEWIND_BROKER_KEY_FILE": "key.txt"]
        let direct = ["TRADEWIND_BROKER_KEY": "hunter2"]
        for environment in [file, direct] {
            let settings = try Settings.load(small, from: outside(mode: 0o600, environment: environment))
            #expect(settings.secret("broker.key") == "hunter2")
            for text in [settings.table(), settings.json(), settings.canonicalText] {
                #expect(!text.contains("hunter2"))
            }
            #expect(settings.table().contains(Settings.dots))
            #expect(settings.secretValues == ["hunter2"])
            #expect(settings.secretKeys == ["broker.key", "key"])
        }
        let settings = try Settings.load(small, from: outside(mode: 0o600, environment: file))
        #expect(settings.origin("broker.key").description == "key.txt, named by TRADEWIND_BROKER_KEY_FILE")
    }

    @Test(
        "a secret that is not kept well is refused",
        arguments: [
            (
                0o644, "hunter2", "key.txt",
                "others can read the file key.txt for broker.key; run: chmod 600 key.txt"
            ),
            (
                0o640, "hunter2", "key.txt",
                "others can read the file key.txt for broker.key; run: chmod 600 key.txt"
            ),
            (0o600, " \n", "key.txt", "the file key.txt for broker.key holds no text"),
            (0o600, "", "none.txt", "the file none.txt for broker.key does not exist"),
        ] as [(UInt32, String, String, String)])
    func refusals(mode: UInt32, contents: String, path: String, sentence: String) {
        let outside = outside(
            mode: mode, contents: contents, environment: ["TRADEWIND_BROKER_KEY_FILE": path])
        let error = #expect(throws: SettingsError.self) { try Settings.load(small, from: outside) }
        #expect(error?.problems.map(\.description) == ["TRADEWIND_BROKER_KEY_FILE: \(sentence)"])
    }

    @Test(
        "the file of a secret that a command line names is passed on to other processes, and the secret is not"
    )
    func passedOn() throws {
        let settings = try Settings.load(
            small, from: outside(mode: 0o600, environment: [:]),
            overrides: [SettingOverride(assignment: "broker.key_file=key.txt")])
        #expect(settings.variablesOfCommandLine == ["TRADEWIND_BROKER_KEY_FILE": "key.txt"])
    }

    @Test("a secret given twice is a question, not a choice")
    func both() {
        let environment = ["TRADEWIND_BROKER_KEY_FILE": "key.txt", "TRADEWIND_BROKER_KEY": "x"]
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(small, from: outside(mode: 0o600, environment: environment))
        }
        #expect(error?.problems.first?.sentence.hasSuffix("keep one") == true)
    }
}
