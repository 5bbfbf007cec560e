import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite("One provider after the other", .paced)
struct FallbackProviderTests {
    private func provider(
        _ id: ProviderID, models: ModelCatalog? = nil, _ script: @escaping ScriptedProvider.Script
    ) -> ScriptedProvider {
        ScriptedProvider(id: id, models: models, environment: .sealed(), script: script)
    }

    private func painter(_ id: ProviderID, _ runs: Tally = Tally()) -> ScriptedProvider {
        provider(id) { call, context in
            runs.add()
            try await context.yieldImage(call.prompt, seed: call.settings.seed)
        }
    }

    @Test("the next one is asked where nothing was accepted, and the step names both")
    func hop() async throws {
        let fallback = FallbackProvider([
            provider("a") { _, _ in throw GenerationError(.queueFull, "Full.") },
            provider("b") { _, context in
                try await context.status("Connecting")
                throw GenerationError(.connectionFailed, "Nobody there.")
            }, painter("c"),
        ])
        #expect(fallback.id == "a,b,c")
        let (events, error) = await fallback.createAsyncGenerator(prompt: "A fox", seed: 7).collect()
        #expect(error == nil)
        #expect(events.words == ["warning provider", "Connecting", "warning provider", "image A fox"])
        #expect(events.warnings.map(\.kind) == [.providerReplaced, .providerReplaced])
        #expect(events.warnings.map(\.requested) == ["a", "b"] && events.warnings.map(\.used) == ["b", "c"])
        #expect(events.warnings[0].message.contains("queueFull") && events.warnings[0].message.contains("Full."))
        let response = try await fallback.createAsyncGenerator(prompt: "A fox", seed: 7).response()
        #expect(response.provider == "a,b,c" && response.via == "c" && response.images.map(\.seed) == [7])
    }

    @Test("where something was or may have been accepted, nobody else is asked", arguments: [true, nil] as [Bool?])
    func acceptance(_ wasAccepted: Bool?) async throws {
        let runs = Tally()
        let transport = CannedTransport { _ in throw TransportError(.connectionLost, "Gone.") }
        let unknown = ScriptedProvider(id: "a", environment: .sealed(nil, transport)) { _, context in
            if wasAccepted == true {
                try await context.yield(.submitted(JobHandle(provider: "a", id: "job", isResumable: true)))
            }
            var request = HTTPRequest(url: try #require(.init(string: "https://a.example")), method: "POST")
            request.intent = .create(nil)
            _ = try await context.http.send(request)
        }
        let error = try await FallbackProvider([unknown, painter("b", runs)]).createAsyncGenerator(prompt: "A fox")
            .failure()
        #expect(error.code == .connectionLost && error.wasAccepted == wasAccepted && error.provider == "a")
        #expect(error.job?.id == (wasAccepted == true ? "job" : nil))
        #expect(runs.count == 0)
    }

    @Test("once a part of a result was yielded, nobody else is asked", arguments: ["preview", "text", "image"])
    func yielded(_ kind: String) async throws {
        let runs = Tally()
        let first = provider("a") { _, context in
            let response = ImageResponse(images: [context.image(data: pixel)], alt: "a")
            try await context.yield(
                kind == "preview" ? .preview(response) : kind == "text" ? .text("a") : .image(response))
            throw GenerationError(.serviceUnavailable, "No more.", wasAccepted: false)
        }
        let (_, error) = await FallbackProvider([first, painter("b", runs)]).createAsyncGenerator(prompt: "A fox")
            .collect()
        #expect((error as? GenerationError)?.code == .serviceUnavailable)
        #expect(runs.count == 0)
    }

    @Test("the last one's failure is the failure, and a cancellation is none")
    func ends() async throws {
        let refuse = provider("a") { _, _ in throw GenerationError(.queueFull, "Full.") }
        let last = provider("b") { _, _ in throw GenerationError(.rateLimited, "Later.", retryAfter: .seconds(9)) }
        let error = try await FallbackProvider([refuse, last]).createAsyncGenerator(prompt: "A fox").failure()
        #expect(error.code == .rateLimited && error.provider == "b" && error.wasAccepted == false && error.isRetryable)
        let none = try await FallbackProvider([]).createAsyncGenerator(prompt: "A fox").failure()
        #expect(none.code == .invalidRequest && none.wasAccepted == false)
        let runs = Tally(), begun = Tally()
        let waiting = provider("a") { _, _ in
            begun.add()
            try await waitForCancellation()
        }
        let stream = FallbackProvider([waiting, painter("b", runs)]).createAsyncGenerator(prompt: "A fox")
        let consumer = Task { await stream.collect().error is CancellationError }
        await begun.reach()
        await stream.cancel()
        #expect(await consumer.value)
        #expect(runs.count == 0)
    }

    @Test("each finds the model among its own, and keeps its own warnings to itself where it is passed over")
    func models() async throws {
        let plain = ModelCatalog(ModelDescriptor("plain-1"), aliases: ["fox": "plain-1"])
        let rich = ModelCatalog(
            ModelDescriptor("rich-1", capabilities: ModelCapabilities(seed: 0...99)), aliases: ["fox": "rich-1"])
        let first = provider("a", models: plain) { _, _ in throw GenerationError(.queueFull, "Full.") }
        let second = provider("b", models: rich) { call, context in
            try await context.yieldImage(call.model.id, seed: call.settings.seed)
        }
        let fallback = FallbackProvider([first, second])
        let (events, error) = await fallback.createAsyncGenerator(model: "fox", prompt: "A fox", seed: 5, steps: 3)
            .collect()
        #expect(error == nil)
        #expect(events.words == ["warning provider", "warning steps", "image rich-1"])
        #expect(events.images.map(\.seed) == [5])
        // A name that only the second knows passes the first over.
        let known = await fallback.createAsyncGenerator(model: "rich-1", prompt: "A fox").collect()
        #expect(known.error == nil && known.events.words == ["warning provider", "image rich-1"])
        #expect(known.events.warnings[0].message.contains("unknownModel"))
        let unknown = try await fallback.createAsyncGenerator(model: "nobody's", prompt: "A fox").failure()
        #expect(unknown.code == .unknownModel && unknown.provider == "b")
        #expect(fallback.models.imageModels == ["plain-1", "rich-1", "fox"])
    }

    @Test("options of each provider survive, and a key for one service is refused")
    func options() async throws {
        var request = GenerationRequest(prompt: "A fox")
        request[options: BrushProvider.self] = BrushOptions(brush: "wide")
        request[options: PencilProvider.self] = BrushOptions(brush: "soft")
        let refuse = provider("a") { _, _ in throw GenerationError(.queueFull, "Full.") }
        let fallback = FallbackProvider([refuse, PencilProvider(), BrushProvider()])
        #expect(try await fallback.createAsyncGenerator(request).response().text == "soft")
        request.credentials = GenerationCredentials(apiKey: "sesame")
        let error = try await fallback.createAsyncGenerator(request).failure()
        #expect(error.code == .invalidRequest && error.wasAccepted == false && !error.message.contains("sesame"))
    }

    @Test("each picture takes its own way, at most as many at once as the most modest bears, in the turns of a batch")
    func several() async throws {
        let overlap = Overlap(), limiter = ConcurrencyLimiter(2)
        let environment = GenerationEnvironment {
            $0 = .sealed()
            $0.limiter = limiter
        }
        let first = ScriptedProvider(id: "a", environment: environment) { call, context in
            guard call.index % 2 == 0 else { throw GenerationError(.generationFailed, "Odd.") }
            try await context.yieldImage("a")
        }
        let second = ScriptedProvider(id: "b", environment: environment) { _, context in
            await overlap.during { for _ in 0..<20 { await Task.yield() } }
            try await context.yieldImage("b")
        }
        let fallback = FallbackProvider([first, second])
        let response = try await fallback.images("A fox", count: 6)
        #expect(response.images.count == 6 && response.warnings.count == 3)
        let requests = (0..<5).map { _ in GenerationRequest(prompt: "A fox", count: 4) }
        var images = 0
        for try await outcome in fallback.createAsyncGenerators(requests, limiter: limiter) {
            images += try outcome.result.get().images.count
        }
        #expect(images == 20 && overlap.most <= 2)
    }

    @Test(
        "a time-out of the call is one for the whole, and knows whether a job was accepted", arguments: [true, false])
    func timeout(_ isAccepted: Bool) async throws {
        let clock = ManualClock()
        let slow = ScriptedProvider(id: "a", environment: .sealed(clock)) { _, context in
            if isAccepted {
                try await context.yield(.submitted(JobHandle(provider: "a", id: "job", isResumable: true)))
            }
            try await clock.sleep(until: clock.now.advanced(by: .seconds(1000)))
        }
        let stream = FallbackProvider([slow]).createAsyncGenerator(prompt: "A fox", timeout: .seconds(20))
        let failure = Task { try await stream.failure() }
        // The script's own, the provider's deadline and the whole's.
        await clock.waitForSleepers(3)
        clock.advance(by: .seconds(20))
        let error = try await failure.value
        #expect(error.code == .timedOut && error.wasAccepted == isAccepted)
        #expect(error.job?.id == (isAccepted ? "job" : nil))
    }
}
