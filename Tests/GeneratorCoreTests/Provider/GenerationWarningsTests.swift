import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct GenerationWarningsTests {
    private let narrow = ModelCapabilities(
        size: ImageSizeRule(sides: 256...1024, multiple: 8, standard: PixelSize(width: 512, height: 512)),
        seed: 0...99, steps: 1...4, guidance: 1...10, inputImages: 1)

    /// A request whose steps the model does not know.
    private var request: GenerationRequest {
        var request = GenerationRequest(prompt: "A fox")
        request.steps = 50
        return request
    }

    private func provider(_ script: @escaping ScriptedProvider.Script) -> ScriptedProvider {
        ScriptedProvider(sealed: ModelCatalog("plain"), script)
    }

    // MARK: When they come

    @Test func heldUntilTheJobIsAccepted() async throws {
        let provider = provider { _, context in
            try await context.status("connecting")
            try await context.yield(.submitted(JobHandle(provider: "scripted", id: "1", isResumable: false)))
            try await context.yieldImage("fox")
        }
        let words = await provider.createAsyncGenerator(request).collect().events.words
        #expect(words == ["connecting", "warning steps", "submitted 1", "image fox"])
    }

    @Test func heldUntilTheFirstResult() async throws {
        let image = provider { _, context in
            try await context.status("connecting")
            try await context.yieldImage("fox")
            try await context.yieldImage("fox")
        }
        let words = await image.createAsyncGenerator(request).collect().events.words
        #expect(words == ["connecting", "warning steps", "image fox", "image fox"])
        let text = provider { _, context in try await context.yield(.text("fox")) }
        #expect(await text.createAsyncGenerator(request).collect().events.words == ["warning steps", "text fox"])
    }

    @Test func neverLost() async throws {
        let silent = provider { _, _ in }
        let (events, error) = await silent.createAsyncGenerator(request).collect()
        #expect(events.words == ["warning steps"])
        #expect((error as? GenerationError)?.code == .noImage)
        let failing = provider { _, _ in throw GenerationError(.connectionLost, "Gone.") }
        let (before, failure) = await failing.createAsyncGenerator(request).collect()
        #expect(before.words == ["warning steps"])
        #expect((failure as? GenerationError)?.code == .connectionLost)
    }

    @Test func aSecondCheckReplacesTheFirst() async throws {
        let narrow = narrow
        let provider = provider { call, context in
            #expect(call.settings.steps == nil)
            let settings = try context.settings(within: narrow)
            #expect(settings.steps == 4)
            // And again, with the same outcome.
            #expect(try context.settings(within: narrow) == settings)
            try await context.yieldImage("fox")
        }
        let events = await provider.createAsyncGenerator(request).collect().events
        #expect(events.words == ["warning steps", "image fox"])
        let warning = try #require(events.warnings.first)
        #expect(warning.kind == .adjusted)
        #expect(warning.requested == 50 && warning.used == 4)
    }

    @Test func aSecondCheckMayFindNothingWrong() async throws {
        var wide = narrow
        wide.steps = 1...100
        let provider = provider { [wide] _, context in
            #expect(try context.settings(within: wide).steps == 50)
            try await context.yieldImage("fox")
        }
        #expect(await provider.createAsyncGenerator(request).collect().events.words == ["image fox"])
    }

    @Test func aSecondCheckKeepsOtherWarnings() async throws {
        let models = ModelCatalog("plain", unknownModels: .useDefault)
        let provider = ScriptedProvider(sealed: models) { _, context in
            _ = try context.settings(within: ModelCapabilities(steps: 1...50))
            try await context.yieldImage("fox")
        }
        var request = request
        request.model = "lost"
        #expect(await provider.createAsyncGenerator(request).collect().events.words == ["warning model", "image fox"])
    }

    @Test func theServicesOwnComeAtOnce() async throws {
        let provider = provider { _, context in
            try await context.yield(.warning(GenerationWarning(.service, setting: "own", "busy\u{1B}[31m")))
            try await context.yieldImage("fox")
        }
        let events = await provider.createAsyncGenerator(prompt: "A fox").collect().events
        #expect(events.words == ["warning own", "image fox"])
        #expect(events.warnings.first?.message == "busy [31m")
    }

    @Test func ownOptionsAreReportedBesideTheSettings() async throws {
        let provider = provider { _, context in
            try context.report([])
            try context.report([GenerationWarning(.unsupported, setting: "sampler", "No sampler here.")])
            try await context.yieldImage("fox")
        }
        var request = GenerationRequest(prompt: "A fox")
        request.steps = 9
        #expect(
            await provider.createAsyncGenerator(request).collect().events.words
                == ["warning steps", "warning sampler", "image fox"])
    }

    @Test func theSizeThatWasAskedFor() async throws {
        let seen = Locked<[ImageSize?]>([])
        let provider = provider { _, context in
            seen.withLock { $0.append(context.requestedSize) }
            try await context.yieldImage("fox")
        }
        var request = GenerationRequest(prompt: "A fox")
        _ = await provider.createAsyncGenerator(request).collect()
        request.size = .pixels(2, 3)
        _ = await provider.createAsyncGenerator(request).collect()
        #expect(seen.withLock { $0 } == [nil, .pixels(2, 3)])
    }

    // MARK: Rather fail

    @Test func failingForAnOwnOption() async throws {
        let sent = Tally()
        let provider = ScriptedProvider(sealed: nil) { _, context in
            try context.report([])
            try context.report([GenerationWarning(.unsupported, setting: "sampler", "No sampler here.")])
            sent.add()
        }
        var request = GenerationRequest(prompt: "A fox")
        request.unsupported = .fail
        let error = try await provider.createAsyncGenerator(request).failure()
        #expect(error.code == .unsupportedSetting)
        #expect(error.message.contains("No sampler here."))
        #expect(sent.count == 0)
    }

    @Test func failingBeforeAnythingIsSent() async throws {
        let runs = Tally()
        let provider = provider { _, _ in runs.add() }
        var request = request
        request.unsupported = .fail
        let (events, error) = await provider.createAsyncGenerator(request).collect()
        #expect(events.isEmpty)
        let failure = try #require(error as? GenerationError)
        #expect(failure.code == .unsupportedSetting)
        #expect(failure.provider == "scripted")
        #expect(failure.wasAccepted == false)
        #expect(failure.message.contains("steps"))
        #expect(runs.count == 0)
    }

    @Test func failingInTheSecondCheck() async throws {
        let sent = Tally()
        let narrow = narrow
        let provider = ScriptedProvider(sealed: nil) { _, context in
            _ = try context.settings(within: narrow)
            sent.add()
        }
        var request = request
        request.unsupported = .fail
        let error = try await provider.createAsyncGenerator(request).failure()
        #expect(error.code == .unsupportedSetting)
        #expect(error.message.contains("steps"))
        #expect(sent.count == 0)
        request.steps = 3
        request.count = 3
        request.seed = 98
        // The third seed, 100, does not fit: the first picture must not be made.
        #expect(try await provider.createAsyncGenerator(request).failure().code == .unsupportedSetting)
        #expect(sent.count == 0)
    }
}
