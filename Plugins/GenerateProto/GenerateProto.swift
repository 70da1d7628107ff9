/// Turns `Proto/*.proto` into the C code of protobuf-c, before the target CProto is compiled.
///
/// A build command and not a prebuild command, so that it runs again when, and only when, a `.proto` changed.
import Foundation
import PackagePlugin

@main
struct GenerateProto: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let folder = context.package.directoryURL.appending(path: "Proto")
        let protos = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "proto" }
            .sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "include")
        let generated = protos.flatMap { proto in
            let name = proto.deletingPathExtension().lastPathComponent
            return [output.appending(path: "\(name).pb-c.c"), output.appending(path: "\(name).pb-c.h")]
        }
        return [
            .buildCommand(
                displayName: "Generating C from \(protos.count) proto files",
                executable: try compiler(),
                arguments: ["--c_out=\(output.path)", "--proto_path=\(folder.path)"] + protos.map(\.path),
                inputFiles: protos, outputFiles: generated)
        ]
    }

    /// The first `protoc-c` on the path.
    private func compiler() throws -> URL {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
        for folder in path.split(separator: ":") {
            let candidate = "\(folder)/protoc-c"
            if FileManager.default.isExecutableFile(atPath: candidate) {
                return URL(fileURLWithPath: candidate)
            }
        }
        throw Missing()
    }

    struct Missing: Error, CustomStringConvertible {
        var description: String {
            "protoc-c is not on the path; on Debian: apt-get install protobuf-c-compiler (scripts/apt.txt)"
        }
    }
}
