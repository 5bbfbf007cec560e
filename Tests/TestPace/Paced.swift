package import Testing

/// Lets only a few tests run at the same time, over all suites.
///
/// Swift Testing starts every test at once. On a machine with two processors seven hundred tests then share two threads,
/// and whatever is expected to happen within a second does not. Every suite carries this trait, and no test a `timeLimit`,
/// which counts the time in line; the limit here does not.
package struct Paced: SuiteTrait, TestTrait, TestScoping {
    package let isRecursive = true

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        // A suite as such does nothing; its tests come here one by one.
        guard !test.isSuite else { return try await function() }
        let isAlone = test.traits.contains { $0 is Alone }
        await Lanes.shared.enter(alone: isAlone)
        let result = await withoutActuallyEscaping(function) { function in
            let work = Task { try await function() }
            let end = Task {
                try await Task.sleep(for: Self.limit)
                Issue.record("The test was not done after \(Self.limit), and is cancelled.")
                work.cancel()
            }
            defer { end.cancel() }
            return await work.result
        }
        await Lanes.shared.leave(alone: isAlone)
        try result.get()
    }

    /// Tests that wait for what never comes would keep all others waiting, and nobody would know which.
    private static let limit = Duration.seconds(300)
}

extension Trait where Self == Paced {
    /// Lets only a few tests run at the same time, over all suites.
    package static var paced: Self { Paced() }
}

/// Marks tests beside which no other paced test may run, because what they expect to happen soon is late where others
/// compute. They come when nobody else is in line.
package struct Alone: SuiteTrait, TestTrait {
    package let isRecursive = true
}

extension Trait where Self == Alone {
    /// Keeps a paced test from running beside others, because it expects something to happen within some time.
    package static var alone: Self { Alone() }
}

/// So many tests at a time; the others wait in order, and those that need all lanes until no other waits.
private actor Lanes {
    static let shared = Lanes()

    private static let count = 3
    private var free = count
    private var line = Line()
    private var lastLine = Line()

    func enter(alone isAlone: Bool) async {
        await withCheckedContinuation { turn in
            if isAlone { lastLine.turns.append(turn) } else { line.turns.append(turn) }
            admit()
        }
    }

    func leave(alone wasAlone: Bool) {
        free += wasAlone ? Self.count : 1
        admit()
    }

    private func admit() {
        while free > 0, let turn = line.next() {
            free -= 1
            turn.resume()
        }
        if free == Self.count, let turn = lastLine.next() {
            free = 0
            turn.resume()
        }
    }

    private struct Line {
        var turns: [CheckedContinuation<Void, Never>] = []
        private var first = 0

        mutating func next() -> CheckedContinuation<Void, Never>? {
            guard first < turns.count else { return nil }
            defer { first += 1 }
            return turns[first]
        }
    }
}
