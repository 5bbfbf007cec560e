internal import Foundation
internal import ImageGenerators

/// What a person sees on standard error while waiting: one line that changes on a terminal, plain lines elsewhere.
final class ProgressLine: Sendable {
    private struct State {
        var reasoning: Reasoning?
        var lastPlain = ""
        var isShown = false
        var ticks = 0
    }

    private let console: Console
    private let isQuiet: Bool
    private let start = ContinuousClock.now
    private let state = Locked(State())
    private let ticker = Locked<Task<Void, Never>?>(nil)

    init(_ console: Console, isQuiet: Bool) {
        self.console = console
        self.isQuiet = isQuiet
    }

    /// Shows a status.
    func show(_ reasoning: Reasoning) {
        guard !isQuiet else { return }
        guard console.isTerminal else {
            let text = Self.text(reasoning)
            let isNew = state.withLock { state in
                defer { state.lastPlain = text }
                return state.lastPlain != text
            }
            if isNew { console.error(text + "\n") }
            return
        }
        state.withLock { $0.reasoning = reasoning }
        ticker.withLock { ticker in
            if ticker == nil { ticker = Task { [weak self] in await self?.tick() } }
        }
    }

    /// Prints a line that stays, above the progress line.
    func say(_ line: String) {
        clear()
        console.error(line + "\n")
    }

    /// Removes the progress line and stops redrawing it.
    func finish() {
        ticker.withLock { ticker in
            ticker?.cancel()
            ticker = nil
        }
        state.withLock { $0.reasoning = nil }
        clear()
    }

    private func tick() async {
        while !Task.isCancelled {
            draw()
            guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return }
        }
    }

    private func draw() {
        let seconds = start.duration(to: .now).seconds
        let line: String? = state.withLock { state in
            guard let reasoning = state.reasoning else { return nil }
            state.ticks += 1
            state.isShown = true
            let wheel = Array("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")[state.ticks % 10]
            return "\(wheel) \(Self.text(reasoning)) · \(Self.tenths(seconds)) s"
        }
        if let line { console.error("\r\u{1B}[K" + line.prefix(console.columns - 1)) }
    }

    private func clear() {
        let wasShown = state.withLock { state in
            defer { state.isShown = false }
            return state.isShown
        }
        if wasShown { console.error("\r\u{1B}[K") }
    }

    /// The status with everything that is known: place, estimate, steps.
    static func text(_ reasoning: Reasoning) -> String {
        var parts = [reasoning.status]
        if let queue = reasoning.queue {
            if let position = queue.position {
                parts.append("place \(position + 1)" + (queue.size.map { " of \(max($0, position + 1))" } ?? ""))
            }
            if let estimate = queue.estimate { parts.append("about \(tenths(estimate.seconds)) s left") }
        }
        if let progress = reasoning.progress {
            let total = progress.total.map { "/" + $0.formatted() } ?? ""
            parts.append(progress.completed.formatted() + total + (progress.unit.map { " " + $0 } ?? ""))
        }
        return parts.filter { !$0.isEmpty }.joined(separator: " · ")
    }

    private static func tenths(_ seconds: Double) -> String { String(format: "%.1f", seconds) }
}
