import Configuration
import Glibc
import Mesh

/// The whole terminal while it is ours: another screen, no cursor, keys as they are pressed. However the process is
/// asked to end, the terminal is given back as it was.
final class Screen {
    private let terminal: () -> Terminal
    private let readsKeys: Bool
    private var size = (width: 0, height: 0)

    /// What the terminal was before. A signal handler reads it; it is written before the handler is in place.
    private nonisolated(unsafe) static var before: termios?

    private static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    private static let leave: StaticString = "\u{1B}[?25h\u{1B}[?1049l"

    /// Takes standard output over, and the keys where standard input is a terminal too.
    init() {
        terminal = { Terminal.standardOutput }
        var settings = termios()
        readsKeys = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &settings) == 0
        if readsKeys {
            Screen.before = settings
            settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
            withUnsafeMutableBytes(of: &settings.c_cc) { keys in
                keys[Int(VMIN)] = 0
                keys[Int(VTIME)] = 0
                // Put aside, the process would leave the terminal as it is now.
                keys[Int(VSUSP)] = 0
            }
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        }
        for number in [SIGTERM, SIGINT, SIGHUP] {
            signal(number) { _ in
                if Stop.isAsked {
                    Screen.restore()
                    _exit(130)
                }
                Stop.ask()
            }
        }
        Console.out(Screen.enter)
    }

    deinit { Screen.restore() }

    /// Only what a signal handler may call.
    private static func restore() {
        _ = write(STDOUT_FILENO, leave.utf8Start, leave.utf8CodeUnitCount)
        guard var settings = before else { return }
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// Whether the terminal has another size than at the last look.
    func hasNewSize() -> Bool {
        let now = terminal()
        defer { size = (now.width, now.height) }
        return size != (now.width, now.height)
    }

    /// The key that was pressed, if one was.
    func key() -> Character? {
        guard readsKeys else { return nil }
        var byte: UInt8 = 0
        guard read(STDIN_FILENO, &byte, 1) == 1 else { return nil }
        return Character(Unicode.Scalar(byte))
    }

    /// Draws lines over what is there.
    func draw(_ lines: (_ width: Int, _ height: Int, Paint) -> [String]) throws {
        let now = terminal()
        let visible = lines(now.width, now.height, now.paint).prefix(now.height)
        try Console.write("\u{1B}[H" + visible.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
    }
}
