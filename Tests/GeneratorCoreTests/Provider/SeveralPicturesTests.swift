import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct SeveralPicturesTests {
    private func request(_ count: Int, seed: Int? = nil) -> GenerationRequest {
        var request = GenerationRequest(prompt: "A fox")
        request.count = count
        request.seed = seed
        return request
    }

    private func models(seeds: ClosedRange<Int>?) -> ModelCatalog {
        ModelCatalog(ModelDescriptor("seeded", capabilities: ModelCapabilities(seed: seeds)))
    }

    @Test func seedsCountUp() async throws {
        let provider = ScriptedProvider(sealed: nil) { call, context in
            try await context.yieldImage("\(call.index)", seed: call.settings.seed)
        }
        let (events, error) = await provider.createAsyncGenerator(request(4, seed: 41)).collect()
        #expect(error == nil)
        #expect(events.words == ["image 0", "image 1", "image 2", "image 3"])
        #expect(events.images.map(\.seed) == [41, 42, 43, 44])
        let random = try await provider.createAsyncGenerator(request(2)).response()
        #expect(random.images.map(\.seed) == [nil, nil])
    }

    @Test func seedsWrapInTheirRange() async throws {
        let provider = ScriptedProvider(sealed: models(seeds: 10...12)) { call, context in
            try await context.yieldImage(seed: call.settings.seed)
        }
        let (events, error) = await provider.createAsyncGenerator(request(5, seed: 11)).collect()
        #expect(error == nil)
        #expect(events.images.map(\.seed) == [11, 12, 10, 11, 12])
        #expect(events.warnings.map(\.requested) == [13, 14, 15])
        #expect(events.warnings.map(\.used) == [10, 11, 12])
        #expect(events.warnings.allSatisfy { $0.kind == .adjusted && $0.setting == "seed" })
    }

    /// A later seed that cannot be honoured is refused before the first picture is paid for.
    @Test func aLaterSeedFailsTheWholeRequestAtOnce() async throws {
        let runs = Tally()
        let provider = ScriptedProvider(sealed: models(seeds: 0...12)) { _, _ in runs.add() }
        var strict = request(5, seed: 11)
        strict.unsupported = .fail
        let error = try await provider.createAsyncGenerator(strict).failure()
        #expect(error.code == .unsupportedSetting)
        #expect(error.wasAccepted == false)
        #expect(runs.count == 0)
        strict.count = 2
        let sent = ScriptedProvider(sealed: models(seeds: 0...12)) { call, context in
            try await context.yieldImage(seed: call.settings.seed)
        }
        #expect(try await sent.createAsyncGenerator(strict).response().images.map(\.seed) == [11, 12])
    }

    /// Fails the pictures with these numbers, each with its error.
    private func provider(failing errors: [Int: GenerationError], _ runs: Tally = Tally()) -> ScriptedProvider {
        ScriptedProvider(sealed: nil) { call, context in
            runs.add()
            if let error = errors[call.index] { throw error }
            let job = JobHandle(provider: "scripted", id: "job-\(call.index)", isResumable: false)
            try await context.yield(.submitted(job))
            try await context.yieldImage("\(call.index)")
        }
    }

    @Test(arguments: [
        GenerationError.Code.generationFailed, .contentFiltered, .noImage, .timedOut, .connectionLost, .invalidResponse,
        .responseTooLarge, .serviceError,
    ])
    func oneFailureDoesNotConcernTheOthers(_ code: GenerationError.Code) async throws {
        let failing = [1: GenerationError(code, "first"), 3: GenerationError(.generationFailed, "second")]
        let provider = provider(failing: failing)
        let (events, error) = await provider.createAsyncGenerator(request(5)).collect()
        #expect(events.words.filter { $0.hasPrefix("image") } == ["image 0", "image 2", "image 4"])
        let first = try #require(error as? GenerationError)
        #expect(first.code == code)
        #expect(first.message == "first")
        // Asking again for all five would pay again for three.
        #expect(first.wasAccepted == true)
        #expect(!first.isRetryable)
        #expect(first.index == 1)
        #expect(first.remedy.hasSuffix("ask only for those that are missing, or you pay for the others twice."))
        let response = try await provider.createAsyncGenerator(request(5)).response()
        #expect(response.images.count == 3)
        #expect(response.failures.map(\.message) == ["first", "second"])
        #expect(response.failures.map(\.wasAccepted) == [false, false])
        #expect(response.failures.map(\.index) == [1, 3])
        #expect(!response.failures.contains { $0.remedy.contains("twice") })
    }

    @Test(arguments: [
        GenerationError.Code.unauthorized, .forbidden, .missingCredentials, .rateLimited, .quotaExceeded, .queueFull,
        .serviceUnavailable, .spaceUnavailable, .notFound, .connectionFailed, .tlsFailed, .proxyUnsupported,
        .transportUnavailable,
        .invalidRequest, .unsafeURL, .cancelled,
    ])
    func whatConcernsAllStopsAtOnce(_ code: GenerationError.Code) async throws {
        let runs = Tally()
        let provider = provider(failing: [2: GenerationError(code, "enough")], runs)
        let response = try await provider.createAsyncGenerator(request(5)).response()
        #expect(runs.count == 3)
        // What came before is paid for and kept.
        #expect(response.images.count == 2)
        #expect(response.failures.map(\.code) == [code])
        let error = try await provider.createAsyncGenerator(request(5)).failure()
        #expect(error.code == code)
        #expect(error.wasAccepted == true)
    }

    @Test func whenAllFailNothingIsReturned() async throws {
        let failing = Dictionary(uniqueKeysWithValues: (0..<3).map { ($0, GenerationError(.noImage, "\($0)")) })
        let stream = provider(failing: failing).createAsyncGenerator(request(3))
        await #expect {
            try await stream.response()
        } throws: {
            ($0 as? GenerationError)?.message == "0" && ($0 as? GenerationError)?.wasAccepted == false
        }
    }

    /// Of one picture nobody asks which one failed, and what is wrong with the request is wrong for all.
    @Test func onlyAPictureOfSeveralHasANumber() async throws {
        let provider = provider(failing: [0: GenerationError(.noImage, "none")])
        #expect(try await provider.createAsyncGenerator(request(1)).failure().index == nil)
        var wrong = request(3)
        wrong.steps = 0
        #expect(try await provider.createAsyncGenerator(wrong).failure().index == nil)
        let fallback = FallbackProvider([provider])
        let error = try await fallback.createAsyncGenerator(request(3)).failure()
        #expect(error.index == 0)
        #expect(try JSONDecoder().decode(GenerationError.self, from: JSONEncoder().encode(error)) == error)
    }

    @Test func aCancellationEndsAllPictures() async throws {
        let runs = Tally()
        let provider = ScriptedProvider(sealed: nil) { _, context in
            runs.add()
            try await context.status("working")
            try await waitForCancellation()
        }
        for try await _ in provider.createAsyncGenerator(request(5)) { break }
        let stream = provider.createAsyncGenerator(request(5))
        let consumer = Task { await stream.collect().error is CancellationError }
        await runs.reach(2)
        await stream.cancel()
        #expect(await consumer.value)
        #expect(runs.count == 2)
    }
}
