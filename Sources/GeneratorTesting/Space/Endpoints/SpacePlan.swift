/// What a call will do, step by step.
struct SpacePlan: Sendable {
    /// How many steps the work has.
    var steps = 1
    /// Whether a bar shows them.
    var showsSteps = false
    /// How many values on the way to the result are shown, where the prompt does not say.
    var previews = 0
    /// The lines that the app shows before it begins.
    var logs: [SpaceLog] = []
    /// The text that may hold magic words.
    let text: String
    /// The values: 1 for the result, less for a preview of it.
    let values: @Sendable (_ finished: Double) -> [OrderedJSON]
    /// The values where nothing is made.
    let nothing: [OrderedJSON]
}

extension SpacePlan {
    /// Does the work.
    /// - Parameters:
    ///   - pace: How long a step takes.
    ///   - isGenerator: Whether the result is also the last of the values on the way to it.
    ///   - clearsProgress: Whether the bar disappears at the end.
    ///   - say: Told what happens; may end the work by throwing.
    /// - Returns: The result.
    /// - Throws: ``SpaceFailure``, ``SpaceDeath``, `CancellationError`, and what `say` throws.
    func run(
        pace: Duration, isGenerator: Bool, clearsProgress: Bool, say: (SpaceReport) throws -> Void
    ) async throws -> [OrderedJSON] {
        let script = SpaceScript(prompt: text)
        for log in logs + script.logs { try say(.log(log)) }
        if case .refusal(let failure) = script.outcome { throw failure }
        let steps = min(100, max(1, steps))
        let previews = script.previews ?? previews
        // The previews divide the time evenly.
        let ticks = max(steps, previews + 1)
        var shownStep = -1, shownPreviews = 0
        for tick in 1...ticks {
            let step = (tick - 1) * steps / ticks
            if showsSteps, step != shownStep {
                shownStep = step
                try say(.progress(SpaceProgress(index: step, length: steps)))
            }
            let pause = (pace * steps + script.delay) / ticks
            if pause > .zero { try await Task.sleep(for: pause) } else { try Task.checkCancellation() }
            while shownPreviews < min(previews, tick * (previews + 1) / ticks) {
                shownPreviews += 1
                try say(.values(values(Double(shownPreviews) / Double(previews + 1))))
            }
        }
        let result =
            switch script.outcome {
            case .failure(let failure), .refusal(let failure): throw failure
            case .death: throw SpaceDeath()
            case .never: try await Self.forever()
            case .nothing: nothing
            case .result: values(1)
            }
        if isGenerator { try say(.values(result)) }
        if showsSteps, clearsProgress { try say(.progress(nil)) }
        return result
    }

    private static func forever() async throws -> Never {
        while true { try await Task.sleep(for: .seconds(86_400)) }
    }
}

/// What happens while a function works.
enum SpaceReport: Sendable {
    case progress(SpaceProgress?)
    case log(SpaceLog)
    case values([OrderedJSON])
}

/// The process that worked is gone.
struct SpaceDeath: Error {}
