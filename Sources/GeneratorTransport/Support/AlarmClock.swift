internal import Foundation

/// Calls back when a time has passed, with one sleeping task for the whole process.
///
/// A cancelled `Task.sleep` stays with the system until its time has come: a task for each time-out would cost memory for
/// minutes after the work is done, and as much processor time as a small request.
package final class AlarmClock: Sendable {
    package static let shared = AlarmClock(GeneratorClock())

    /// What a call back is cancelled by.
    package struct Alarm: Sendable {
        fileprivate let number: UInt64
    }

    private struct State {
        var calls: [UInt64: (due: Duration, call: @Sendable () -> Void)] = [:]
        var lastNumber: UInt64 = 0
        var sleeper: Sleeper?

        mutating func nextNumber() -> UInt64 {
            lastNumber += 1
            return lastNumber
        }
    }

    private struct Sleeper {
        let number: UInt64
        let due: Duration
        let task: Task<Void, Never>
    }

    private let state = Locked(State())
    private let clock: GeneratorClock

    /// Makes one that sleeps on a clock.
    package init(_ clock: GeneratorClock) { self.clock = clock }

    /// Asks for a call.
    /// - Parameters:
    ///   - duration: When; rounded up by a sixty-fourth of itself, or by a second, so that many are made together.
    ///   - call: What is called, once, on any thread; soon done, because others wait for theirs behind it.
    /// - Returns: The alarm.
    package func set(in duration: Duration, _ call: @escaping @Sendable () -> Void) -> Alarm {
        let due = moment(in: duration)
        return state.withLock { state in
            let alarm = Alarm(number: state.nextNumber())
            state.calls[alarm.number] = (due, call)
            sleep(until: due, &state)
            return alarm
        }
    }

    /// Takes an alarm back. A call that is being made goes on.
    package func cancel(_ alarm: Alarm) {
        // What the closure holds is let go outside of the lock: it may take another alarm back.
        let call = state.withLock { $0.calls.removeValue(forKey: alarm.number) }
        _ = call
    }

    /// Sees to it that somebody wakes in time. A sleeper without a reason to wake is left alone: the next alarm may need it.
    private func sleep(until due: Duration, _ state: inout State) {
        if let sleeper = state.sleeper {
            guard due < sleeper.due else { return }
            sleeper.task.cancel()
        }
        let number = state.nextNumber()
        let task = Task.detached { [self] in
            guard (try? await clock.sleep(due - clock.now())) != nil else { return }
            ring(number)
        }
        state.sleeper = Sleeper(number: number, due: due, task: task)
    }

    private func ring(_ number: UInt64) {
        let calls: [@Sendable () -> Void] = state.withLock { state in
            guard state.sleeper?.number == number else { return [] }
            state.sleeper = nil
            let now = clock.now()
            let due = state.calls.filter { $0.value.due <= now }
            for number in due.keys { state.calls[number] = nil }
            if let next = state.calls.values.lazy.map(\.due).min() { sleep(until: next, &state) }
            return due.values.sorted { $0.due < $1.due }.map(\.call)
        }
        for call in calls { call() }
    }

    /// Beyond what 64 bits of nanoseconds hold a sleep would end the process, and 30 years are as good as for ever.
    private static let longest = Duration.seconds(1_000_000_000)

    /// A moment in the future.
    private func moment(in duration: Duration) -> Duration {
        let wait = max(.zero, min(duration, Self.longest)).seconds
        let step = min(max(wait / 64, 1e-3), 1)
        return .seconds(((clock.now().seconds + wait) / step).rounded(.up) * step)
    }
}
