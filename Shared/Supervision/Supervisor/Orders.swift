import Configuration
import Domain
import Glibc
import Mesh

/// How the supervisor learns what is wanted.
extension Supervisor {
    /// Reads what people want and what the compose file says, and makes it the plan. If either is wrong the plan stays
    /// as it was, and the reason is written down.
    func obey(isFirst: Bool) {
        isChanged = true
        do {
            wanted = try WantedState.read(folder.path)
            if !wanted.file.isEmpty { compose = try ComposeFile.load(wanted.file, settings) }
            for service in compose.services {
                let replicas = wanted.services[service.name]?.replicas ?? service.replicas
                if let refusal = compose.refusal(of: replicas, for: service.name, settings) {
                    throw Failure(refusal)
                }
            }
            problem = ""
        } catch {
            problem = "\(error)"
            log.error("not_obeyed", ["problem": .text(problem)])
            return
        }
        if isFirst { reviveAlways() }
        var services: [String: Plan.Service] = [:]
        for service in compose.services where !service.isSupervisor {
            let said = wanted.services[service.name]
            let isWanted = !wanted.isDown && (said?.isWanted ?? false)
            services[service.name] = Plan.Service(
                dependencies: service.dependencies,
                replicas: isWanted ? said?.replicas ?? service.replicas : 0,
                definition: definition(of: service), generation: said?.generation ?? 0,
                stopGrace: service.stopGrace)
        }
        plan = Plan(services, killAt: wanted.killAt)
        senders = compose.senders(settings)
        share()
    }

    /// Names the processes that share each divided service, where they are others than before.
    private func share() {
        for service in compose.services where service.isGranted(settings) {
            let replicas = plan.services[service.name]?.replicas ?? 0
            let names = (0..<replicas).map { service.replicaName($0 + 1) }
            // Nobody named would mean anybody: who is to end now hands nothing over.
            guard !names.isEmpty, shared[service.program] != names else { continue }
            shared[service.program] = names
            assigning.share(service.program, among: names)
        }
    }

    /// `restart: always` means that a new supervisor starts a service also if somebody had stopped it.
    private func reviveAlways() {
        for service in compose.services where service.restart == .always {
            if let said = wanted.services[service.name], !said.isWanted {
                wanted.services[service.name]?.isWanted = true
            }
        }
    }

    /// Everything that a process is started as, in one word: where it differs, the process is another.
    private func definition(of service: ComposeService) -> String {
        var text = settings.canonicalText
        let program = programPath(service)
        var status = stat()
        if stat(program, &status) == 0 {
            text +=
                "\(program) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)\n"
        }
        text += service.command.joined(separator: "\u{0}") + "\n"
        for (name, value) in service.environment.sorted(by: { $0.key < $1.key }) {
            text += "\(name)=\(value)\n"
        }
        text += "\(service.processors ?? []) \(service.memoryMax ?? 0)"
        return String(RunningHash.of(text).hex.prefix(16))
    }

    func programPath(_ service: ComposeService) -> String {
        let own = System.programPath
        let place = own.lastIndex(of: "/").map { own[...$0] } ?? ""
        return place + service.program
    }

    /// The variables of a process: those of the supervisor, then what the compose file says, then what its command
    /// line says, then where its log is and who it is.
    func environment(of service: ComposeService, _ name: ProcessName, _ mark: ProcessMark) -> [String: String]
    {
        var variables = Surroundings.process.environment
        for (key, value) in service.environment {
            variables[key] = value.isEmpty && key.hasPrefix("TRADEWIND_") ? nil : value
        }
        variables.merge(settings.variablesOfCommandLine) { $1 }
        variables["TRADEWIND_LOG_FILE"] = folder.log(of: "\(name)")
        variables[ProcessMark.variable] = mark.text
        return variables
    }
}
