import Configuration
import Supervision

// Any bytes are a compose file that can be carried out, or a list of mistakes that each say where and what.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do {
        let file = try ComposeReader.read(bytes, path: "file", variables: variable)
        check(file)
        let again = try? ComposeReader.read(bytes, path: "file", variables: variable)
        precondition(again == file, "read again, it is another file")
    } catch {
        check(error)
    }
    return 0
}

/// Some names have a value, some an empty one, and most have none.
private func variable(_ name: String) -> String? {
    switch name.utf8.count {
    case 1: "a"
    case 2: ""
    case 3: "$\(name)"
    default: nil
    }
}

private func check(_ file: ComposeFile) {
    let names = Set(file.names)
    precondition(
        !names.isEmpty && names.count == file.services.count, "a service without or with another's name")
    for service in file.services {
        precondition((0...ComposeReader.replicasMax).contains(service.replicas))
        precondition(service.stopGrace >= 0 && service.memoryMax ?? 0 >= 0)
        precondition(service.command.first.map { !$0.isEmpty && !$0.contains("/") } ?? true)
        precondition(service.processors.map { $0 == Set($0).sorted() && !$0.isEmpty } ?? true)
        precondition(
            service.dependencies.allSatisfy { names.contains($0.service) && $0.service != service.name })
        if case .onFailure(let max?) = service.restart { precondition(max > 0) }
    }
    let needs = Dictionary(
        file.services.map { ($0.name, $0.dependencies.map(\.service)) },
        uniquingKeysWith: { first, _ in first })
    guard let order = try? DependencyOrder(needs) else {
        preconditionFailure("services that wait for each other")
    }
    precondition(order.names.count == names.count)
}

private func check(_ error: ComposeError) {
    precondition(!error.problems.isEmpty && Set(error.problems).count == error.problems.count)
    for problem in error.problems {
        precondition(problem.line ?? 0 >= 1 && problem.column ?? 0 >= 1, "\(problem) says not where")
        precondition(!"\(problem)".contains("\n"), "\(problem) is more than a line")
    }
}
