import Domain
import Testing

@testable import tap

@Suite("The live table")
struct TopTests {
    @Test("keys change what is shown")
    func keys() {
        var view = TopView()
        #expect(view.press("s") == .redraw && view.order == .bytes)
        #expect(view.press("S") == .redraw && view.order == .rate)
        #expect(view.press("S") == .redraw && view.order == .name)
        #expect(view.press("s") == .redraw && view.order == .rate)
        #expect(view.press("g") == .redraw && view.grouping == .kinds)
        #expect(view.press("k") == .redraw && view.firstRow == 0)
        #expect(view.press("j") == .redraw && view.firstRow == 1)
        #expect(view.press("p") == .redraw && view.isPaused)
        #expect(view.press("x") == .none && view.press("c") == .clear && view.press("q") == .quit)
    }

    /// Two seconds of one message each 100 ms on one topic, and each 500 ms on another.
    private func top() -> Top {
        var top = Top(at: Timestamp(nanoseconds: 0))
        for step in 0...40 as ClosedRange<Int64> {
            let now = Timestamp(nanoseconds: step * 50_000_000)
            _ = top.advance(to: now)
            if step % 2 == 0 {
                top.note(message(UInt64(step / 2 + 1), sentAt: now.nanoseconds), size: 10, at: now)
            }
            if step % 10 == 0 {
                top.note(
                    message(UInt64(step + 1), on: "trading/a/b", sentAt: now.nanoseconds), size: 500, at: now)
            }
        }
        return top
    }

    @Test("rows are what came lately, sorted as asked for")
    func rows() {
        let now = Timestamp(nanoseconds: 2_000_000_000)
        var view = TopView()
        let rows = top().rows(view, at: now)
        #expect(rows.map(\.name) == ["market/bar/1m/AAPL", "trading/a/b"])
        #expect(rows[0].perSecond == 10 && rows[1].perSecond == 2 && rows[1].bytesPerSecond == 1000)
        #expect(rows[0].missing == 0 && rows[1].missing == 36 && rows[0].delay == 0)
        view.order = .bytes
        #expect(top().rows(view, at: now).first?.name == "trading/a/b")
        view.isReversed = true
        #expect(top().rows(view, at: now).first?.name == "market/bar/1m/AAPL")
        view.grouping = .senders
        #expect(top().rows(view, at: now).map(\.name) == ["feed.1"])
    }

    @Test("the screen is as large as the terminal, the keys at its foot")
    func lines() {
        let now = Timestamp(nanoseconds: 2_000_000_000)
        for (width, height) in [(80, 24), (40, 10), (20, 5), (1, 1)] {
            let lines = top().lines(TopView(), at: now, width: width, height: height, paint: .plain)
            #expect(lines.count == max(1, height) && lines.allSatisfy { $0.count <= width })
            #expect(TopView.keys.hasPrefix(lines.last ?? "?"))
        }
        #expect(top().lines(TopView(), at: now, width: nil, height: nil, paint: .plain).count == 5)
    }
}
