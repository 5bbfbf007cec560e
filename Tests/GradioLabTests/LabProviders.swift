import Foundation
import G4F
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns
import Testing

/// The providers that take the queue, each against a replica of its Space.
struct LabProviders {
    static let scenarios = [
        LabScenario("JanusPro makes a gallery, writes, and looks at a picture") { try await Self().janus($0) },
        LabScenario("FLUX.1 [dev] shows its steps and at least three previews") { try await Self().fluxDev($0) },
        LabScenario("G4F takes all three of its routes") { try await Self().g4f($0) },
    ]

    private let token = "a token of the GPUs"

    private func environment() -> GenerationEnvironment {
        GenerationEnvironment {
            $0.credentials = GenerationCredentials(apiKey: Secret(token))
            $0.retry = RetryPolicy(retries: 0)
        }
    }

    /// The submission carried the token, and nothing else in its place.
    private func expectToken(_ start: JSONValue) {
        #expect(start["zerogpu_token_sha256"]?.string == SHA256.hex(token.utf8))
        #expect(start["zerogpu_uuid_sha256"]?.isNull == true)
    }

    func janus(_ version: String) async throws {
        try await Lab.with(version, "--app", "janus") { server in
            let provider = JanusProProvider(url: server.url, environment: environment())
            try await gallery(server, provider)
            try await writing(server, provider)
            try await looking(server, provider)
        }
    }

    private func gallery(_ server: LabServer, _ provider: JanusProProvider) async throws {
        var request = GenerationRequest(prompt: "a gallery of foxes")
        request.seed = 77
        request.guidance = 6
        let response = try await provider.createAsyncGenerator(request).response()
        #expect(response.images.count == 5)
        #expect(response.model == "janus-pro-7b-image")
        let finish = try await server.log.wait(for: "finish", of: "a gallery of foxes")
        let served = (finish["pictures"]?.array ?? []).compactMap { $0["picture_sha256"]?.string }
        var loaded: [String] = []
        for image in response.images { loaded.append(SHA256.hex(try await image.load().data)) }
        #expect(loaded == served)
        let start = try server.log.start("a gallery of foxes")
        #expect(start["seed"] == 77 && start["guidance"] == 6 && start["temperature"] == 1)
        expectToken(start)
    }

    private func writing(_ server: LabServer, _ provider: JanusProProvider) async throws {
        let alone = try await provider.createAsyncGenerator(messages: [.user("!alone Who are you?")]).response()
        #expect(alone.text?.hasSuffix("top_p 0.95, temperature 0.1: !alone Who are you?") == true)
        #expect(alone.images.isEmpty)
        // Without a picture the Space's function breaks, and ZeroGPU lets nothing out but the name of the exception.
        let question: [ChatMessage] = [.system("Be brief."), .user("Who are you?")]
        let error = await #expect(throws: GenerationError.self) {
            try await provider.createAsyncGenerator(messages: question).response()
        }
        #expect(error?.code == .generationFailed)
        #expect(error?.message.contains("found no picture to look at") == true)
        let start = try server.log.start("System: Be brief.\nUser: Who are you?\nAssistant:")
        #expect(start["top_p"] == 0.95 && start["temperature"] == 0.1)
        #expect((1000...999_999).contains(start["seed"]?.integer ?? 0))
    }

    private func looking(_ server: LabServer, _ provider: JanusProProvider) async throws {
        let picture = LoopbackSpace.picture(prompt: "a boat", seed: 1, width: 320, height: 256)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString) ů.png")
        try picture.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        var options = JanusProOptions()
        options.conversation = JanusProConversation()
        var sessions: [JSONValue?] = []
        for (turn, words) in ["What is it?", "And where?"].enumerated() {
            var request = GenerationRequest(messages: [.user("earlier"), .assistant("yes"), .user(words)])
            request.inputImages = [turn == 0 ? .file(file) : .data(picture)]
            request.seed = 5
            request[options: JanusProProvider.self] = options
            let text = try #require(try await provider.createAsyncGenerator(request).response().text)
            #expect(text.hasPrefix("320x256 "))
            let sent = turn == 0 ? "User: earlier\nAssistant: yes\nUser: What is it?\nAssistant:" : words
            #expect(text.hasSuffix("seed 5, top_p 0.95, temperature 0.1: \(sent)"))
            let start = try server.log.start(sent)
            expectToken(start)
            sessions.append(start["session_hash"])
        }
        #expect(sessions[0] != nil && sessions[0] == sessions[1])
        #expect(sessions[0]?.string == options.conversation?.sessionID)
    }

    func fluxDev(_ version: String) async throws {
        try await Lab.with(version, "--app", "flux-dev", "--previews") { server in
            let provider = FluxDevProvider(url: server.url, environment: environment())
            let prompt = "!steps 8 !pace 0.1 !preview 4 !log a lighthouse"
            var request = GenerationRequest(prompt: prompt)
            request.size = .pixels(256, 256)
            request.seed = 9
            request.guidance = 4
            let run = await ProviderRun(provider.createAsyncGenerator(request))
            #expect(run.error == nil)
            var previews: [Data] = []
            for preview in run.previews { previews.append(try await preview.images[0].load().data) }
            #expect(Set(previews).count >= 3)
            #expect(run.progress.contains { $0.total == 8 && $0.unit == "steps" && $0.completed >= 4 })
            #expect(run.progress.map(\.completed) == run.progress.map(\.completed).sorted())
            #expect(run.statuses.contains("Waiting for a GPU to become available"))
            #expect(run.warnings.map(\.message) == ["All GPUs are in use"])
            #expect(run.statuses.last == "Finished")
            let image = try #require(run.images.first?.images.first)
            #expect(image.seed == 9)
            let finish = try await server.log.wait(for: "finish", of: prompt)
            #expect(SHA256.hex(try await image.load().data) == finish["picture_sha256"]?.string)
            let start = try server.log.start(prompt)
            #expect(start["guidance_scale"] == 4 && start["num_inference_steps"] == 28)
            expectToken(start)
            try await refusals(provider)
        }
    }

    private func refusals(_ provider: FluxDevProvider) async throws {
        let quota = await #expect(throws: GenerationError.self) { try await provider.image("!quota 1:02:03") }
        #expect(quota?.code == .quotaExceeded)
        #expect(quota?.retryAfter == .seconds(3723))
        #expect(quota?.message.contains("<a") == false)
        let busy = await #expect(throws: GenerationError.self) { try await provider.image("!busy") }
        #expect(busy?.code == .serviceUnavailable)
        #expect(quota?.wasAccepted == false && busy?.wasAccepted == false)
        #expect(busy?.message.contains("No GPU was available after 60s") == true)
    }

    func g4f(_ version: String) async throws {
        try await Lab.with(version, "--app", "g4f") { direct in
            try await Lab.with(version, "--app", "flux-dev") { dev in
                try await Lab.with(version, "--app", "janus") { janus in
                    let spaces = G4FProvider.Spaces(janus: janus.url, flux: direct.url, fluxDev: dev.url)
                    let provider = G4FProvider(spaces: spaces, environment: environment())
                    try await byName(provider, direct, dev, janus)
                }
            }
        }
    }

    private func byName(
        _ provider: G4FProvider, _ direct: LabServer, _ dev: LabServer, _ janus: LabServer
    ) async throws {
        for (model, server, via) in [
            ("flux-schnell", direct, nil), ("flux", dev, "flux-dev"), ("janus-pro-7b-image", janus, "janus-pro"),
        ] as [(String, LabServer, ProviderID?)] {
            // What runs directly says nothing but how long it has been at it, and goes on until it has said so four times.
            let prompt = via == nil ? "!wait by the name of \(model)" : "by the name of \(model)"
            var request = GenerationRequest(prompt: prompt, model: model)
            request.seed = 12_345
            let heard = Locked(0)
            let run = await ProviderRun(provider.createAsyncGenerator(request)) { event in
                guard case .reasoning(let status) = event, status.status.hasPrefix("Generating "),
                    status.status.hasSuffix("s")
                else { return }
                let count = heard.withLock { heard in
                    heard += 1
                    return heard
                }
                if via == nil, count == 4 { try? server.openGate() }
            }
            #expect(run.error == nil)
            let response = try #require(run.images.first)
            #expect(response.via == via)
            #expect(response.provider == "g4f")
            expectToken(try server.log.start(prompt))
            let finish = try await server.log.wait(for: "finish", of: prompt)
            let hash = finish["picture_sha256"] ?? finish["pictures"]?[0]?["picture_sha256"]
            #expect(SHA256.hex(try await response.images[0].load().data) == hash?.string)
            guard via == nil else { continue }
            #expect(run.statuses.filter { $0.hasPrefix("Generating ") && $0.hasSuffix("s") }.count >= 4)
            #expect(run.statuses.last?.hasPrefix("Finished ") == true)
            #expect(run.kinds.last == "reasoning")
            #expect(server.log.requests("POST", "/run/predict") == [200])
        }
        for server in [direct, dev, janus] { #expect(server.log.lines("start").count == 1) }
    }
}
