import Foundation
import GeneratorCore
import GeneratorTransport
import Gradio
import Testing

/// The queue and the direct route, which tell what the call flow hides.
struct LabQueue {
    static let scenarios = [
        LabScenario("the queue tells place and start, and gives the served picture") { try await Self().success($0) },
        LabScenario("the queue's previews are whole values") { try await Self().previews($0) },
        LabScenario("the queue and the direct route give an error's words on every release") {
            try await Self().words($0)
        },
        LabScenario("the direct route gives the same as the call flow") { try await Self().direct($0) },
        LabScenario("a generator in the queue stops when it is cancelled") { try await Self().cancel($0) },
    ]

    func success(_ version: String) async throws {
        let server = try await Lab.server(version)
        let app = try await server.connect()
        let job = try await app.submit("/infer", ["through the queue", 7, false, 256, 256, 2], route: .queue)
        var seen: [String] = [], result: [JSONValue] = []
        for try await message in job {
            switch message {
            case .queued(let place):
                seen.append("queued")
                #expect((place.size ?? 0) >= 1)
            case .started: seen.append("started")
            case .completed(let values):
                seen.append("completed")
                result = values
            default: break
            }
        }
        #expect(seen.first == "queued" && Array(seen.suffix(2)) == ["started", "completed"])
        #expect(result.last == 7)
        let url = try #require(result.first.flatMap(GradioFile.init).flatMap(app.url(for:)))
        let (response, data) = try await HTTPPipeline().data(for: HTTPRequest(url: url))
        #expect(response.status == 200)
        let finish = try await server.log.wait(for: "finish", of: "through the queue")
        #expect(SHA256.hex(data) == finish["picture_sha256"]?.string)
    }

    func previews(_ version: String) async throws {
        let app = try await Lab.server(version).connect()
        let job = try await app.submit("/preview", ["queued previews", 7, false, 256, 256, 4], route: .queue)
        var previews: [GradioFile] = [], result: [JSONValue] = []
        for try await message in job {
            switch message {
            case .generating(let values): previews.append(try #require(values.first.flatMap(GradioFile.init)))
            case .completed(let values): result = values
            default: break
            }
        }
        #expect(previews.count >= 4)
        // Each but the first came as changes to the one before; applied wrongly they would not be files of the server.
        #expect(Set(previews.compactMap(\.path)).count >= 4)
        #expect(previews.last?.path == result.first.flatMap(GradioFile.init)?.path)
    }

    func words(_ version: String) async throws {
        let app = try await Lab.server(version).connect()
        for route in [GradioRoute.queue, .run] {
            let arguments: [JSONValue] = ["!error no paint today", 7, false, 256, 256, 2]
            let error = await #expect(throws: GenerationError.self) {
                try await app.submit("/infer", arguments, route: route).output()
            }
            #expect(error?.code == .generationFailed)
            #expect(error?.message == "no paint today")
        }
    }

    func direct(_ version: String) async throws {
        let app = try await Lab.server(version).connect()
        #expect(try await app.submit("/text", ["directly"], route: .run).output() == ["directly"])
        #expect(try await app.submit("/text", ["by choice"], route: .automatic).output() == ["by choice"])
    }

    func cancel(_ version: String) async throws {
        let server = try await Lab.server(version)
        let app = try await server.connect()
        let prompt = "!slow 50 stopped in the queue"
        func arguments(_ prompt: String) -> [JSONValue] { [.string(prompt), 7, false, 256, 256, 50] }
        let job = try await app.submit("/preview", arguments(prompt), route: .queue)
        let error = await #expect(throws: GenerationError.self) {
            for try await message in job {
                if case .generating = message { try await job.cancel() }
            }
        }
        #expect(error?.code == .cancelled)
        try await server.expectStop(of: prompt, arguments: arguments)
    }
}
