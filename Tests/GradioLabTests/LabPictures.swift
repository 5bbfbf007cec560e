import Flux1Schnell
import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import Testing

/// What a provider is asked for, asked of a real server.
struct LabPictures {
    static let scenarios = [
        LabScenario("one picture, the same bytes that the server served") { try await Self().success($0) },
        LabScenario("a random seed is the one that was used") { try await Self().randomSeed($0) },
        LabScenario("prompts arrive intact") { try await Self().prompts($0) },
        LabScenario("what the server's ranges do not hold is changed and told") { try await Self().clamping($0) },
        LabScenario("numbers outside a range are refused by the newer releases only") {
            try await Self().outOfRange($0)
        },
        LabScenario("failures are typed, with the app's words where the release sends them") {
            try await Self().failures($0)
        },
        LabScenario("a job that never ends runs into the time-out") { try await Self().never($0) },
    ]

    private func request(_ prompt: String, size: Int = 256, seed: Int? = 7) -> GenerationRequest {
        var request = GenerationRequest(prompt: prompt)
        request.size = .pixels(size, size)
        request.seed = seed
        return request
    }

    func success(_ version: String) async throws {
        let server = try await Lab.server(version)
        let prompt = "a quiet harbour"
        var kinds: [String] = []
        var response: ImageResponse?
        for try await event in server.provider().createAsyncGenerator(request(prompt)) {
            switch event {
            case .reasoning: kinds.append("reasoning")
            case .submitted(let job):
                kinds.append("submitted")
                #expect(job.id.count == 32)
            case .image(let image):
                kinds.append("image")
                response = image
            default: kinds.append("other")
            }
        }
        #expect(kinds.first == "reasoning" && kinds.last == "image")
        #expect(kinds.filter { $0 != "reasoning" } == ["submitted", "image"])
        let image = try #require(response?.images.first)
        #expect(response?.images.count == 1)
        #expect(image.seed == 7)
        let finish = try await server.log.wait(for: "finish", of: prompt)
        #expect(finish["seed"] == 7)
        let loaded = try await image.load()
        #expect(SHA256.hex(loaded.data) == finish["picture_sha256"]?.string)
        #expect(loaded.size == PixelSize(width: 256, height: 256))
        #expect(loaded.format == .webp)
    }

    func randomSeed(_ version: String) async throws {
        let server = try await Lab.server(version)
        let prompt = "whatever seed"
        let response = try await server.provider().createAsyncGenerator(request(prompt, seed: nil)).response()
        let start = try server.log.start(prompt)
        #expect(response.images.first?.seed == start["seed"]?.integer)
        #expect(start["seed"]?.integer != nil)
    }

    func prompts(_ version: String) async throws {
        let server = try await Lab.server(version)
        let prompts = [
            "🦊🏳️‍🌈 一只红色的狐狸 \"in\" the \\ rain\nnaïve ů\u{301}", "< & %20 \u{2028} + ?",
            String(repeating: "a very long prompt ", count: 55_189) + "!",
        ]
        for prompt in prompts {
            _ = try await server.provider().createAsyncGenerator(request(prompt)).response()
            let start = try server.log.start(prompt)
            #expect(start["prompt_length"]?.integer == prompt.utf8.count)
        }
        #expect(prompts[2].utf8.count > 1 << 20)
    }

    func clamping(_ version: String) async throws {
        let server = try await Lab.server(version)
        var wish = request("too small")
        wish.size = .pixels(64, 3000)
        wish.steps = 99
        wish.seed = 1 << 31
        let response = try await server.provider().createAsyncGenerator(wish).response()
        #expect(response.warnings.map(\.setting) == ["width", "height", "seed", "steps"])
        #expect(response.warnings.map(\.used) == [256, 2048, 0, 50])
        let start = try server.log.start("too small")
        #expect(start["width"]?.integer == 256)
        #expect(start["height"]?.integer == 2048)
        #expect(start["seed"]?.integer == 0)
    }

    func outOfRange(_ version: String) async throws {
        let app = try await Lab.server(version).connect()
        let arguments: [JSONValue] = ["out of range", 7, false, 64, 256, 2]
        guard GradioVersion(version) >= GradioVersion("5.39") else {
            #expect(try await app.submit("/infer", arguments).output().count == 2)
            return
        }
        // Refused before it is sent, with the parameter's name.
        let error = await #expect(throws: GenerationError.self) { try await app.submit("/infer", arguments) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("Width of /infer takes a number from 256 to 2048") == true)
    }

    func failures(_ version: String) async throws {
        let server = try await Lab.server(version)
        for (prompt, words) in [("!error žádné kočky 🦊", "žádné kočky 🦊"), ("!crash boom", "boom")] {
            let error = await #expect(throws: GenerationError.self) {
                try await server.provider().createAsyncGenerator(request(prompt)).response()
            }
            #expect(error?.code == .generationFailed)
            #expect(error?.wasAccepted == true)
            #expect(error?.job?.id.count == 32)
            #expect(error?.message.contains(words) == true)
        }
        let none = await #expect(throws: GenerationError.self) {
            try await server.provider().createAsyncGenerator(request("!none")).response()
        }
        #expect(none?.code == .noImage)
        #expect(none?.wasAccepted == true)
    }

    func never(_ version: String) async throws {
        let server = try await Lab.server(version)
        let clock = ManualClock()
        let provider = server.provider {
            $0.timeout = .seconds(3)
            $0.clock = GeneratorClock(clock)
        }
        let error = await #expect(throws: GenerationError.self) {
            for try await event in provider.createAsyncGenerator(request("!never and never")) {
                // Three seconds pass when there is a job, however long a busy machine took for it.
                if case .submitted = event { clock.advance(by: .seconds(3)) }
            }
        }
        #expect(error?.code == .timedOut)
        #expect(error?.wasAccepted == true)
    }
}
