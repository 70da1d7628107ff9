import Glibc

/// What an output can do: whether a person watches it, how wide it is, and whether it shows colours.
public struct Terminal: Sendable {
    public var isTerminal: Bool
    /// In columns; 80 where nothing is known.
    public var width: Int
    /// In lines; 24 where nothing is known.
    public var height: Int
    public var paint: Paint

    public init(isTerminal: Bool, width: Int = 80, height: Int = 24, paint: Paint = .plain) {
        self.isTerminal = isTerminal
        self.width = width
        self.height = height
        self.paint = paint
    }

    /// Asks the system about a descriptor. Colours need a terminal that is not dumb, and no NO_COLOR.
    public init(descriptor: Int32, environment: [String: String]) {
        let isTerminal = isatty(descriptor) == 1
        var size = winsize()
        let isKnown = isTerminal && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let isColoured =
            isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        self.init(
            isTerminal: isTerminal, width: isKnown ? Int(size.ws_col) : 80,
            height: isKnown ? Int(size.ws_row) : 24, paint: isColoured ? .coloured : .plain)
    }

    public static var standardOutput: Terminal {
        Terminal(descriptor: STDOUT_FILENO, environment: Surroundings.process.environment)
    }

    public static var standardError: Terminal {
        Terminal(descriptor: STDERR_FILENO, environment: Surroundings.process.environment)
    }
}

/// How a piece of text looks on a terminal.
public enum Style: String, Sendable {
    case plain = ""
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case cyan = "36"
}

/// Puts styles on text, or leaves it alone where nobody would see them.
public enum Paint: Sendable {
    case plain, coloured

    public func callAsFunction(_ text: String, _ style: Style) -> String {
        self == .plain || style == .plain ? text : "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }

    /// Text on a ground whose colour tells a level, from 0, dark blue, to 1, yellow.
    public func callAsFunction(_ text: String, shade level: Double) -> String {
        guard self == .coloured else { return text }
        // Of the 256 colours that terminals have; the lighter half takes dark letters.
        let grounds = [17, 18, 60, 61, 102, 144, 143, 179, 221, 227]
        let place = min(max(Int(level * Double(grounds.count)), 0), grounds.count - 1)
        return "\u{1B}[48;5;\(grounds[place])m\u{1B}[38;5;\(place < 5 ? 255 : 16)m\(text)\u{1B}[0m"
    }
}
