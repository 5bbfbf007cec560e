package import Testing

/// Lets only a few tests run at the same time, over all suites.
///
/// Swift Testing starts every test at once. On a machine with two processors seven hundred tests then share two threads,
/// and whatever is expected to happen within a second does not. Every suite carries this trait, and no test a `timeLimit`,
/// which counts the time in line.
package struct Paced: SuiteTrait, TestTrait, TestScoping {
    package let isRecursive = true

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        // A suite as such does nothing; its tests come here one by one.
        guard !test.isSuite else { return try await function() }
        let isAlone = test.traits.contains { $0 is Alone }
        await Lanes.shared.enter(alone: isAlone)
        do {
            try await function()
            await Lanes.shared.leave(alone: isAlone)
        } catch {
            await Lanes.shared.leave(alone: isAlone)
            throw error
        }
    }
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
