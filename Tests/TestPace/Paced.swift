package import Testing

/// Lets only a few tests run at the same time, over all suites.
///
/// Swift Testing starts every test at once. On a machine with two processors seven hundred tests then share two threads,
/// and whatever is expected to happen within a second does not. Every suite carries this trait.
package struct Paced: SuiteTrait, TestTrait, TestScoping {
    package let isRecursive = true

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        // A suite as such does nothing; its tests come here one by one.
        guard !test.isSuite else { return try await function() }
        await Lane.shared.enter()
        do {
            try await function()
            await Lane.shared.leave()
        } catch {
            await Lane.shared.leave()
            throw error
        }
    }
}

extension Trait where Self == Paced {
    /// Lets only a few tests run at the same time, over all suites.
    package static var paced: Self { Paced() }
}

/// So many tests at a time; the others wait in order.
private actor Lane {
    static let shared = Lane()

    private var free = 3
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var first = 0

    func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        guard first < waiting.count else {
            free += 1
            return
        }
        waiting[first].resume()
        first += 1
    }
}
