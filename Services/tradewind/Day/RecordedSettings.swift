import Configuration
import Mesh

/// The settings that the services of an account went by.
enum RecordedSettings {
    static func text(in state: String) throws -> String {
        let none = Failure(
            "there is no transcript of execution in \(visible(state)): the folder of a mesh that traded would be right",
            exitCode: 2)
        guard try FileDisk(state, readOnly: true).names().contains("execution"),
            let text = try Verification.settings(in: "\(state)/execution/all")
        else { throw none }
        return text
    }
}
