internal import GeneratorCore

extension Fault {
    /// Clocks that jump while an answer is waited for: a machine that slept, a clock that was set.
    static let time: [Fault] = [
        jump("a clock that jumps ahead, not as far as the time-out", by: .seconds(20), []),
        jump("a clock that jumps ahead, beyond the time-out", by: .seconds(3600), [.timedOut]),
        jump("a clock that jumps back", by: .seconds(-3600), []),
        jump("a clock that jumps ahead and back", by: .seconds(20), back: .seconds(-40), []),
    ]

    private static func jump(
        _ name: String, by time: Duration, back: Duration = .zero, _ errors: Set<GenerationError.Code>
    ) -> Fault {
        Fault(.time, name, errors, recovers: true) { exchange in
            let answer = await exchange.genuine()
            exchange.jump(time)
            exchange.jump(back)
            try await exchange.send(answer)
        }.happening(1)
    }
}
