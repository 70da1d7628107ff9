import Statistics

/// How often returns of which size came.
struct Histogram {
    let edges: (low: Double, width: Double)
    let counts: [Int]

    /// Between the percentiles that hold nearly all; what lies beyond stands in the outermost bars.
    init(_ values: [Double], bars: Int = 41) {
        // What did not move at all is neither a gain nor a loss, and would stand above all else.
        let values = values.filter { $0 != 0 }
        let sorted = values.sorted()
        guard let least = sorted.first, let most = sorted.last, most > least else {
            edges = ((sorted.first ?? 0) - 0.005, 0.01)
            counts = [sorted.count]
            return
        }
        let outside = sorted.count / 200
        let reach = max(sorted[outside].magnitude, sorted[sorted.count - 1 - outside].magnitude, 1e-9)
        let low = max(least, -reach)
        let high = min(most, reach)
        // Zero lies between two bars, so that no bar holds gains and losses.
        let width = max(high - low, reach * 0.02) / Double(bars)
        let first = (low / width).rounded(.down)
        let count = Int((high / width).rounded(.up) - first)
        edges = (first * width, width)
        var counts = Array(repeating: 0, count: max(count, 1))
        for value in sorted {
            let place = Int((value / width).rounded(.down) - first)
            counts[min(max(place, 0), counts.count - 1)] += 1
        }
        self.counts = counts
    }

    /// `marks` are values with names, such as the mean.
    func write(
        _ title: String, note: String, marks: [(name: String, value: Double, colour: String)],
        to page: inout Html
    ) {
        let height = 220.0
        let scale = Scale(holding: [0, Double(counts.max() ?? 1)])
        let (from, to) = (edges.low, edges.low + edges.width * Double(counts.count))
        func x(_ value: Double) -> Double { min(max((value - from) / (to - from), 0), 1) }
        page.add("<figure><figcaption><h3>\(Html.escaped(title))</h3><p class=legend>")
        for mark in marks {
            page.add("<span class=\"key \(mark.colour)\"></span>")
            page.element("span", "\(mark.name) \(Digits.percent(mark.value))")
        }
        page.add("</p></figcaption>")
        let labels = scale.ticks.map { Digits.short($0, step: scale.step) }
        let margin = max(7, (labels.map(\.count).max() ?? 1) + 1)
        page.add("<div class=plot style=\"height:\(Int(height))px;margin-left:\(margin)ch\">")
        page.add(
            "<svg viewBox=\"0 0 1000 \(Int(height))\" preserveAspectRatio=none aria-hidden=true><path class=grid d=\""
        )
        for tick in scale.ticks { page.add("M0 \(Digits.place(height * (1 - scale.height(tick))))H1000") }
        page.add("\"></path>")
        bars(scale, height, &page)
        for mark in marks {
            page.add(
                "<path class=\"line \(mark.colour)\" d=\"M\(Digits.place(x(mark.value) * 1000)) 0V\(Int(height))\"></path>"
            )
        }
        page.add("</svg><div class=y>")
        for (tick, label) in zip(scale.ticks, labels) {
            page.add("<span style=\"top:\(Digits.place(100 * (1 - scale.height(tick))))%\">\(label)</span>")
        }
        page.add("</div><div class=x>")
        let across = Scale(holding: [from, to])
        let inside = across.ticks.filter { $0 >= from && $0 <= to }
        for tick in inside {
            let part = x(tick) * 100
            let edge = part < 3 ? " class=first" : part > 97 ? " class=last" : ""
            page.add(
                "<span\(edge) style=\"left:\(Digits.place(part))%\">\(Unit.share.label(tick, step: across.step))</span>"
            )
        }
        page.add("</div></div>")
        page.element("p", note, "class=note")
        page.add("</figure>\n")
    }

    private func bars(_ scale: Scale, _ height: Double, _ page: inout Html) {
        let width = 1000 / Double(counts.count)
        var paths = (gain: "", loss: "")
        for (place, count) in counts.enumerated() where count > 0 {
            let top = Digits.place(height * (1 - scale.height(Double(count))))
            let base = Digits.place(height * (1 - scale.height(0)))
            let left = Digits.place(Double(place) * width + width * 0.08)
            let bar = "M\(left) \(base)V\(top)h\(Digits.place(width * 0.84))V\(base)Z"
            if edges.low + edges.width * (Double(place) + 0.5) < 0 {
                paths.loss += bar
            } else {
                paths.gain += bar
            }
        }
        page.add("<path class=\"bar lose\" style=\"stroke:none;opacity:.8\" d=\"\(paths.loss)\"></path>")
        page.add("<path class=\"bar win\" style=\"stroke:none;opacity:.8\" d=\"\(paths.gain)\"></path>")
    }
}
