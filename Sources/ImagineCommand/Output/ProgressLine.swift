internal import Foundation
internal import ImageGenerators

/// What a person sees on standard error while waiting: one line that changes on a terminal, plain lines elsewhere.
final class ProgressLine: Sendable {
    private struct State {
        var text: String?
        var previews = 0
        var isShown = false
        var ticks = 0
        var ticker: Task<Void, Never>?
    }

    private let console: Console
    private let isQuiet: Bool
    private let start = ContinuousClock.now
    // Everything is written under the lock: a line drawn late would stay on the terminal for good.
    private let state = Locked(State())

    init(_ console: Console, isQuiet: Bool) {
        self.console = console
        self.isQuiet = isQuiet
    }

    /// Shows a status.
    func show(_ reasoning: Reasoning) {
        guard !isQuiet else { return }
        let text = Self.text(reasoning)
        state.withLock { state in
            defer { state.text = text }
            guard console.isTerminal else {
                if text != state.text { console.error(text + "\n") }
                return
            }
            draw(text, &state)
            if state.ticker == nil { state.ticker = Task { [weak self] in await self?.tick() } }
        }
    }

    /// Counts a preview; a terminal shows how many there are.
    func countPreview() { state.withLock { $0.previews += 1 } }

    /// Prints a line that stays, above the progress line.
    func say(_ line: String) {
        state.withLock { state in
            erase(&state)
            console.error(line + "\n")
        }
    }

    /// Removes the progress line and stops redrawing it.
    func finish() {
        state.withLock { state in
            state.ticker?.cancel()
            state.ticker = nil
            state.text = nil
            state.previews = 0
            erase(&state)
        }
    }

    private func tick() async {
        while (try? await Task.sleep(for: .milliseconds(100))) != nil {
            state.withLock { state in
                if let text = state.text { draw(text, &state) }
            }
        }
    }

    private func draw(_ text: String, _ state: inout State) {
        state.ticks += 1
        state.isShown = true
        let wheel = Array("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")[state.ticks % 10]
        let previews = state.previews > 0 ? " · preview \(state.previews)" : ""
        let line = "\(wheel) \(text)\(previews) · \(Self.tenths(start.duration(to: .now).seconds)) s"
        console.draw(line)
    }

    private func erase(_ state: inout State) {
        if state.isShown { console.erase() }
        state.isShown = false
    }

    /// The status with everything that is known: place, estimate, steps.
    static func text(_ reasoning: Reasoning) -> String {
        var parts = [reasoning.status]
        if let queue = reasoning.queue {
            if let position = queue.position {
                // A server may say any number, also the largest that there is.
                let place = position == .max ? position : position + 1
                parts.append("place \(place)" + (queue.size.map { " of \(max($0, place))" } ?? ""))
            }
            if let estimate = queue.estimate { parts.append("about \(tenths(estimate.seconds)) s left") }
        }
        if let progress = reasoning.progress {
            let total = progress.total.map { "/" + $0.plain } ?? ""
            parts.append(progress.completed.plain + total + (progress.unit.map { " " + $0 } ?? ""))
        }
        return parts.filter { !$0.isEmpty }.joined(separator: " · ")
    }

    private static func tenths(_ seconds: Double) -> String { String(format: "%.1f", seconds) }
}
