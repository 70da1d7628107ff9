import Rules

/// A sheet with the values of its parameters put in, as one program.
struct CompiledRules: Sendable {
    struct Side: Sendable {
        var enter: Place?
        var exit: Place?
        var size: Place?
        var stop: Place?
        var trail: Place?
        var target: Place?
        /// What the rules looked at, for the reasons.
        var enterFigures: [NamedPlace] = []
        var exitFigures: [NamedPlace] = []
        var enterWords = ""
        var exitWords = ""
    }

    let program: Program
    let long: Side
    let short: Side
    let warmUp: Int

    init(_ sheet: RuleSheet, _ constants: [String: Constant]) throws(RuleSheetError) {
        var compiler = Compiler(parameters: constants)
        for (name, expression) in sheet.definitions {
            try CompiledRules.part("let.\(name)") { () throws(RuleError) in
                try compiler.define(name, expression)
            }
        }
        _ = compiler.takeLookedAt()
        var warmUp = 1
        long = try CompiledRules.side(sheet.long, "", &compiler, &warmUp)
        short = try CompiledRules.side(sheet.short, "short.", &compiler, &warmUp)
        program = compiler.program()
        self.warmUp = warmUp
    }

    private static func side(
        _ side: RuleSheet.Side, _ prefix: String, _ compiler: inout Compiler, _ warmUp: inout Int
    ) throws(RuleSheetError) -> Side {
        var made = Side()
        made.enter = try place(side.enter, "\(prefix)enter", isCondition: true, &compiler, &warmUp)
        made.enterFigures = compiler.takeLookedAt()
        made.exit = try place(side.exit, "\(prefix)exit", isCondition: true, &compiler, &warmUp)
        made.exitFigures = compiler.takeLookedAt()
        made.size = try place(side.size, "\(prefix)size", isCondition: false, &compiler, &warmUp)
        made.stop = try place(side.stop, "\(prefix)stop", isCondition: false, &compiler, &warmUp)
        made.trail = try place(side.trail, "\(prefix)trail", isCondition: false, &compiler, &warmUp)
        made.target = try place(side.target, "\(prefix)target", isCondition: false, &compiler, &warmUp)
        _ = compiler.takeLookedAt()
        made.enterWords = side.enter.map { "the rule to enter holds: \($0)" } ?? ""
        made.exitWords = side.exit.map { "the rule to leave holds: \($0)" } ?? ""
        return made
    }

    private static func place(
        _ expression: Expression?, _ part: String, isCondition: Bool, _ compiler: inout Compiler,
        _ warmUp: inout Int
    ) throws(RuleSheetError) -> Place? {
        guard let expression else { return nil }
        let place = try CompiledRules.part(part) { () throws(RuleError) in
            isCondition ? try compiler.condition(expression) : try compiler.number(expression)
        }
        warmUp = max(warmUp, place.warmUp)
        return place
    }

    private static func part<Result>(
        _ part: String, _ body: () throws(RuleError) -> Result
    ) throws(RuleSheetError) -> Result {
        do throws(RuleError) {
            return try body()
        } catch {
            throw RuleSheetError(part, error)
        }
    }
}
