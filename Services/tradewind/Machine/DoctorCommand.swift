import Configuration
import Domain
import Glibc
import Mesh

/// `tradewind doctor`: whether this machine can run a mesh, and how to mend what keeps it from it.
enum DoctorCommand {
    static let spec = CommandSpec(
        "doctor", summary: "check this machine, and say how to mend what is wrong",
        discussion:
            "Looks at programs, settings, folders, disk, limits, clock, keys, and at who can be heard.",
        options: [.flag("json", help: "Print the findings as JSON.")],
        examples: [.init("tradewind doctor", "exit 1 if something is wrong")])

    private struct Finding {
        enum Verdict: String { case fine, note, wrong }
        var what: String
        var verdict: Verdict
        var text: String
    }

    static func run(_ parsed: Parsed) throws {
        var findings = programs()
        do {
            let settings = try Settings.load(for: parsed)
            findings.append(
                Finding(what: "settings", verdict: .fine, text: settings.files.joined(separator: ", ")))
            let mesh = MeshSettings(settings)
            findings += disk(mesh, settings) + [sockets(mesh), keys(mesh), listen(mesh)]
        } catch {
            findings.append(Finding(what: "settings", verdict: .wrong, text: "\(error)"))
        }
        findings += [limits(), clock()]
        try Console.write(parsed.flag("json") ? json(findings) : table(findings))
        if findings.contains(where: { $0.verdict == .wrong }) { throw Failure("", exitCode: 1) }
    }

    private static func programs() -> [Finding] {
        Programs.services.map { service in
            do {
                return Finding(
                    what: "program \(service)", verdict: .fine, text: try Programs.path(of: service))
            } catch {
                return Finding(what: "program \(service)", verdict: .wrong, text: "\(error)")
            }
        }
    }

    private static func disk(_ mesh: MeshSettings, _ settings: Configuration.Settings) -> [Finding] {
        do {
            try makeFolders(mesh.stateFolder)
        } catch {
            return [Finding(what: "state folder", verdict: .wrong, text: "\(error)")]
        }
        guard access(mesh.stateFolder, W_OK) == 0 else {
            return [
                Finding(
                    what: "state folder", verdict: .wrong,
                    text: "\(mesh.stateFolder) cannot be written; give it to this user, or set state.folder")
            ]
        }
        var system = statvfs()
        guard statvfs(mesh.stateFolder, &system) == 0 else { return [] }
        let free = Int(system.f_bavail) * Int(system.f_frsize)
        // Each service keeps two segments open, and one more while it compresses.
        let needed = settings.size("state.segment_size") * 3 * Programs.services.count
        return [
            Finding(
                what: "disk", verdict: free < needed ? .wrong : .fine,
                text: "\(free >> 20) MiB free in \(mesh.stateFolder); \(needed >> 20) MiB are needed to start"
            )
        ]
    }

    private static func sockets(_ mesh: MeshSettings) -> Finding {
        guard mesh.transport == .ipc else {
            return Finding(what: "sockets", verdict: .fine, text: "tcp, the relay at \(mesh.relayIn)")
        }
        let longest = "\(mesh.folder)/historian.99.trading".utf8.count
        guard longest <= 107 else {
            return Finding(
                what: "sockets", verdict: .wrong,
                text:
                    "\(mesh.folder) is too long for socket paths (\(longest) of 107); choose a shorter mesh.folder"
            )
        }
        var status = stat()
        if stat(mesh.folder, &status) == 0, status.st_mode & 0o077 != 0 {
            return Finding(
                what: "sockets", verdict: .wrong,
                text: "others can reach the sockets in \(mesh.folder); run `chmod 700 \(mesh.folder)`")
        }
        return Finding(what: "sockets", verdict: .fine, text: mesh.folder)
    }

    private static func keys(_ mesh: MeshSettings) -> Finding {
        guard mesh.isEncrypted else {
            return Finding(what: "keys", verdict: .fine, text: "not needed: mesh.curve is off")
        }
        do {
            let ring = try Keyring(folder: mesh.keysFolder, instance: "relay")
            return Finding(
                what: "keys", verdict: .fine, text: "\(ring.publicKeys.count) instances are let in")
        } catch {
            return Finding(what: "keys", verdict: .wrong, text: "\(error)")
        }
    }

    /// Hears a second of beats, if there is anybody.
    private static func listen(_ mesh: MeshSettings) -> Finding {
        guard mesh.transport == .tcp || access("\(mesh.folder)/relay.out", F_OK) == 0 else {
            return Finding(what: "mesh", verdict: .note, text: "no relay is running here")
        }
        var heard: [String: Beat] = [:]
        do {
            let watcher = try Watcher(mesh)
            watcher.look(for: 1200) { message in
                if case .beat(let beat) = message.body { heard[message.sender] = beat }
            }
        } catch {
            return Finding(what: "mesh", verdict: .wrong, text: "\(error)")
        }
        guard !heard.isEmpty else { return Finding(what: "mesh", verdict: .note, text: "nobody is heard") }
        let states = heard.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.state)" }
        let isWell = heard.values.allSatisfy { $0.state == .ready }
        return Finding(what: "mesh", verdict: isWell ? .fine : .note, text: states.joined(separator: ", "))
    }

    private static func limits() -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(7), &limit)  // RLIMIT_NOFILE, a macro that Swift does not see
        let files = Int(clamping: limit.rlim_cur)
        return Finding(
            what: "open files", verdict: files < 1024 ? .wrong : .fine,
            text: files < 1024 ? "\(files) are allowed; run `ulimit -n 4096`" : "\(files) are allowed")
    }

    /// A clock that stands before the day this program was built is wrong; more cannot be told from here.
    private static func clock() -> Finding {
        var status = stat()
        stat(System.programPath, &status)
        let (now, built) = (System.now, Int64(status.st_mtim.tv_sec) * Nanoseconds.second)
        guard now.nanoseconds < built else { return Finding(what: "clock", verdict: .fine, text: "\(now)") }
        return Finding(
            what: "clock", verdict: .wrong,
            text: "it says \(now), before this program was built; set it, and run an NTP service")
    }

    private static func table(_ findings: [Finding]) -> String {
        var table = Table(columns: [.text("what"), .text(""), .text("finding")])
        for finding in findings {
            table.add(
                [finding.what, finding.verdict.rawValue, finding.text],
                style: finding.verdict == .wrong ? .red : .plain)
        }
        return table.text(width: nil, paint: Terminal.standardOutput.paint)
    }

    private static func json(_ findings: [Finding]) -> String {
        let objects = findings.map {
            "{\"what\":\(JSONWriter.string($0.what)),\"verdict\":\"\($0.verdict.rawValue)\","
                + "\"finding\":\(JSONWriter.string($0.text))}"
        }
        return "[\(objects.joined(separator: ","))]\n"
    }
}
