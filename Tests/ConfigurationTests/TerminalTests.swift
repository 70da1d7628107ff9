import Testing

@testable import Configuration

@Suite("Terminal")
struct TerminalTests {
    @Test("a table aligns texts to the left and numbers to the right")
    func table() {
        var table = Table(columns: [.text("symbol"), .number("price")])
        table.add(["AAPL", "9.50"])
        table.add(["BRK.B", "412.00"], style: .red)
        #expect(table.text() == "symbol   price\nAAPL      9.50\nBRK.B   412.00\n")
        #expect(table.lines(width: 6) == ["symbo…", "AAPL …", "BRK.B…"])
        #expect(table.lines(paint: .coloured)[2] == "\u{1B}[31mBRK.B   412.00\u{1B}[0m")
    }

    @Test("a block is drawn over itself on a terminal")
    func block() {
        var written: [String] = []
        var block = LiveBlock(on: Terminal(isTerminal: true, height: 3), write: { written.append($0) })
        block.draw(["a", "b", "c"])
        block.draw(["d"])
        block.printAbove("note")
        block.finish()
        #expect(
            written == [
                "\ra\u{1B}[K\nb\u{1B}[K\n\u{1B}[J", "\u{1B}[2A\rd\u{1B}[K\n\u{1B}[J",
                "\u{1B}[1A\rnote\u{1B}[K\n\u{1B}[J", "\rd\u{1B}[K\n\u{1B}[J",
            ])
    }

    @Test("a block whose window has changed begins on a clear screen")
    func resized() {
        var written = ""
        var width = 80
        var block = LiveBlock(on: Terminal(isTerminal: true, width: width), write: { written += $0 })
        block.draw(["a"])
        width = 40
        block.draw(["b"])
        block.draw(["c"])
        #expect(
            written == "\ra\u{1B}[K\n\u{1B}[J" + "\u{1B}[H\u{1B}[2Jb\u{1B}[K\n\u{1B}[J"
                + "\u{1B}[1A\rc\u{1B}[K\n\u{1B}[J")
    }

    @Test("where nobody watches, a block is its last state")
    func piped() {
        var written = ""
        var block = LiveBlock(on: Terminal(isTerminal: false), write: { written += $0 })
        block.draw(["a"])
        block.draw(["b", "c"])
        block.finish()
        #expect(written == "b\nc\n")
    }

    @Test(
        "a bar shows the share of the work, in the width there is",
        arguments: [
            (0, 28, "sweep [··········]   0% 0/10"), (5, 28, "sweep [#####·····]  50% 5/10"),
            (10, 27, "sweep [########] 100% 10/10"),
            (12, 10, "sweep 100…"),
            (-1, 200, "sweep [\(String(repeating: "·", count: 40))]   0% 0/10"),
        ])
    func bar(done: Int, width: Int, line: String) {
        #expect(ProgressBar("sweep", total: 10).line(done: done, width: width) == line)
    }

    @Test("what is no terminal has no colours")
    func colours() {
        #expect(Terminal(descriptor: -1, environment: [:]).paint == .plain)
        #expect(Terminal(descriptor: -1, environment: [:]).width == 80)
    }

    @Test("a curve has its greatest value at the top and its least at the bottom")
    func plot() {
        let rising = TextPlot([0, 1, 2, 3], width: 2, height: 2).lines { "\($0)" }
        #expect(rising == ["3.0 ┤⠀⡼", "0.0 ┤⣰⠃"])
        #expect(TextPlot([5, 5], width: 2, height: 2).lines { "\(Int($0))" } == ["5 ┤⠀⠀", "5 ┤⠉⠉"])
        #expect(TextPlot([1], width: 2, height: 2).lines { "\($0)" }.isEmpty)
        #expect(TextPlot([.nan, 1], width: 2, height: 2).lines { "\($0)" }.isEmpty)
    }
}
