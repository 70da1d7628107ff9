import Configuration
import Strategies

/// The files that strategies are made of or ask for.
public enum StrategyFiles {
    /// Fundamentals of many companies over years come to some megabytes.
    static let bytesMax = 64 << 20

    /// Whether a word that stands for a strategy is a file of rules.
    public static func isSheet(_ word: String) -> Bool { word.hasSuffix(".yaml") || word.hasSuffix(".yml") }

    /// The rules of a file.
    public static func sheet(_ path: String) throws(Failure) -> RuleSheet {
        let bytes = try bytes(path)
        do throws(SheetError) {
            return try SheetReader.read(bytes, path: path)
        } catch {
            throw Failure("\(error)", exitCode: 2)
        }
    }

    /// The text of a file that a parameter names.
    public static func text(_ path: String) throws(ParameterError) -> String {
        do throws(Failure) {
            let bytes = try bytes(path)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Failure("\(path) is not UTF-8 text")
            }
            return text
        } catch {
            throw ParameterError("\(error)")
        }
    }

    private static func bytes(_ path: String) throws(Failure) -> [UInt8] {
        switch FileReading(path: path, atMost: bytesMax) {
        case .contents(let bytes, _): return bytes
        case .missing: throw Failure("there is no file \(path)", exitCode: 2)
        case .unreadable(let reason): throw Failure("\(path) cannot be read: \(reason)", exitCode: 2)
        }
    }
}
