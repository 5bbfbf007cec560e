import GeneratorCore
import GeneratorTesting
import TestPace
import Testing

@testable import Gradio

@Suite("Generations on an app", .paced)
struct GradioGenerationTests {
    private typealias Queue = QueueServer

    /// What a provider tells while a job runs.
    private func statuses(_ text: String) async throws -> [Reasoning] {
        let server = try QueueServer(text: text)
        let app = try await server.connect()
        let provider = ScriptedProvider { _, context in
            let values = try await app.generate(app.endpoint("/draw"), ["a"], in: context)
            try await context.yield(.text(values.first?.string ?? ""))
        }
        var statuses: [Reasoning] = []
        for try await event in provider.createAsyncGenerator(prompt: "A fox") {
            guard case .reasoning(var reasoning) = event else { continue }
            reasoning.elapsed = .zero
            statuses.append(reasoning)
        }
        return statuses
    }

    @Test("a heartbeat says again what was so, with place and steps")
    func heartbeats() async throws {
        let heartbeat = Queue.message("heartbeat")
        let text =
            Queue.message("estimation", "e1", "\"rank\":3,\"queue_size\":5") + heartbeat
            + Queue.message("process_starts", "e1") + heartbeat
            + Queue.message("progress", "e1", "\"progress_data\":[{\"index\":2,\"length\":8,\"unit\":\"steps\"}]")
            + heartbeat + heartbeat + Queue.completed("e1", "[\"done\"]") + Queue.closing
        let waiting = Reasoning(status: "Waiting in the queue", queue: QueuePlace(position: 3, size: 5))
        let started = Reasoning(status: "Generating")
        let steps = Reasoning(
            status: "Generating", progress: GenerationProgress(completed: 2, total: 8, unit: "steps"))
        #expect(try await statuses(text) == [waiting, waiting, started, started, steps, steps, steps])
    }
}
