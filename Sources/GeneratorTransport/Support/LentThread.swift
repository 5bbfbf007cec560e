/// Where one task waits for another, and lends it its thread meanwhile.
///
/// On Linux whoever waits takes the steps of the task that it waits for: to wake a second thread for each of them, and
/// the first one again afterwards, costs more than most steps do. Elsewhere it only waits. Nothing travels through the
/// continuations: whoever waits wakes and looks again.
///
/// ```swift
/// while true {
///     let version = thread.version
///     if let found = look() { break }
///     await thread.wait(since: version)
/// }
/// thread.takeBack()
/// ```
package final class LentThread: Sendable {
    private struct State {
        var version = 0
        var waiters = Waiters()
        var lastWaiter = 0
        #if os(Linux)
            /// What the other task is to do next.
            var step: UnownedJob?
            /// Whether somebody takes steps. The first comes just before the one who takes it does.
            var isLent = true
            /// How many steps were taken in this turn. Others have a right to the thread as well, above all where the work
            /// yields to them.
            var steps = 0
        #endif

        mutating func wake() -> Waiters {
            version &+= 1
            return waiters.takeAll()
        }
    }

    private let state = Locked(State())

    package init() {}

    /// Counts changes, so that whoever looked before one does not sleep through it.
    package var version: Int { state.withLock { $0.version } }

    /// Begins the work that is waited for.
    package func task<Success: Sendable>(
        _ work: sending @escaping () async throws -> Success
    ) -> Task<Success, any Error> {
        #if os(Linux)
            Task(executorPreference: self, operation: work)
        #else
            Task(operation: work)
        #endif
    }

    /// Notes a change: whoever waits looks again.
    package func wake() {
        state.withLock { $0.wake() }.resume()
    }

    /// Takes a step, or waits for a change after `version`. A cancellation ends the wait, unless nothing may.
    package func wait(
        since version: Int, isCancellable: Bool = true, isolation: isolated (any Actor)? = nil
    ) async {
        if let isTurnOver = takeStep(isolation) {
            if isTurnOver { await Task.yield() }
            return
        }
        guard isCancellable else {
            return await withCheckedContinuation { stand($0, since: version, number: 0, isCancellable: false) }
        }
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { stand($0, since: version, number: number, isCancellable: true) }
        } onCancel: {
            state.withLock { $0.waiters.take(number) }?.resume()
        }
    }

    private func stand(
        _ continuation: CheckedContinuation<Void, Never>, since version: Int, number: Int, isCancellable: Bool
    ) {
        let isOver = state.withLock { state in
            if state.version != version || isCancellable && Task.isCancelled { return true }
            state.waiters.add(continuation, number: number)
            return false
        }
        if isOver { continuation.resume() }
    }

    /// Ends the wait as ``takeBack()`` does, but takes the few steps first that are due: to hand one to another thread costs
    /// more than most steps do.
    package func leave(isolation: isolated (any Actor)?) async {
        var isTurnOver = false
        for _ in 0..<4 {
            guard let isOver = takeStep(isolation) else { break }
            isTurnOver = isTurnOver || isOver
        }
        takeBack()
        if isTurnOver { await Task.yield() }
    }

    /// Ends the wait: what is still to be done is for everybody's threads.
    package func takeBack() {
        #if os(Linux)
            let step = state.withLock { state in
                state.isLent = false
                defer { state.step = nil }
                return state.step
            }
            if let step { globalConcurrentExecutor.enqueue(step) }
        #endif
    }

    /// Takes the next step of the other task, if there is one, up to where it waits.
    ///
    /// Not on an actor, which may be the one that draws the screen, and not in a task that was given threads of its own,
    /// such as those of an event loop.
    /// - Returns: Whether so many were taken that it is the others' turn; `nil` where there was none.
    private func takeStep(_ isolation: (any Actor)?) -> Bool? {
        #if os(Linux)
            guard isolation == nil, withUnsafeCurrentTask(body: { $0?.unownedTaskExecutor == nil }) else {
                takeBack()
                return nil
            }
            let (step, isTurnOver) = state.withLock { state in
                state.isLent = true
                defer { state.step = nil }
                guard state.step != nil else { return (nil as UnownedJob?, false) }
                state.steps = (state.steps + 1) % 32
                return (state.step, state.steps == 0)
            }
            step?.runSynchronously(on: asUnownedTaskExecutor())
            return step.map { _ in isTurnOver }
        #else
            return nil
        #endif
    }
}

#if os(Linux)
    extension LentThread: TaskExecutor {
        package func enqueue(_ job: consuming ExecutorJob) {
            let step = UnownedJob(job)
            let woken = state.withLock { state -> Waiters? in
                // One is for the thread that is lent; more at a time are for threads of their own.
                guard state.isLent, state.step == nil else { return nil }
                state.step = step
                return state.wake()
            }
            guard let woken else { return globalConcurrentExecutor.enqueue(step) }
            woken.resume()
        }
    }
#endif
