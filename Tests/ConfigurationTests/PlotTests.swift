import Testing

@testable import Configuration

@Suite("Plot")
struct PlotTests {
    @Test("a line goes from the smallest number at the bottom to the largest at the top")
    func line() {
        let plot = Plot(width: 10, height: 2, labelWidth: 4)
        #expect(plot.lines([0, 1, 2, 3, 4, 5, 6, 7]) == ["   7 ┤⠀⠀⡠⠊", "   0 ┤⡠⠊⠀⠀"])
        #expect(plot.lines([7, 7, 7, 7, 0, 0, 0, 0]) == ["   7 ┤⠉⠉⡆⠀", "   0 ┤⠀⠀⣇⣀"])
    }

    @Test("where there is nothing, nothing is drawn")
    func gaps() {
        let plot = Plot(width: 10, height: 1, labelWidth: 4)
        #expect(plot.lines([nil, nil, 1, 1, nil, .nan, 1, 1]) == ["   1 ┤⠀⠒⠀⠒"])
        #expect(plot.lines([nil, nil]).isEmpty && plot.lines([]).isEmpty)
    }

    @Test("more numbers than dots keep their extremes, and colours come only where they are seen")
    func many() {
        var numbers = [Double?](repeating: 0, count: 1000)
        numbers[501] = 1e-7
        let plot = Plot(width: 10, height: 1, labelWidth: 5)
        #expect(plot.lines(numbers) == ["1e-07 ┤⣀⣸⣀"])
        #expect(
            plot.lines(numbers, paint: .coloured) == ["1e-07\u{1B}[2m ┤\u{1B}[0m\u{1B}[36m⣀⣸⣀\u{1B}[0m"])
        let largest = Double.greatestFiniteMagnitude
        #expect(plot.lines([-largest, largest]).count == 1)
    }
}
