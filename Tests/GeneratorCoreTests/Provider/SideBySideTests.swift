import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import GeneratorCore

/// Pictures of one request that are made at the same time.
@Suite("Pictures side by side", .paced)
struct SideBySideTests {
    private func environment(_ limit: Int, _ clock: ManualClock? = nil) -> GenerationEnvironment {
        GenerationEnvironment {
            $0 = .sealed(clock)
            $0.limiter = ConcurrencyLimiter(limit)
        }
    }

    @Test("four pictures take the time of one")
    func timeOfOne() async throws {
        let clock = ManualClock(), working = Tally()
        let provider = ScriptedProvider(environment: environment(4, clock)) { call, context in
            working.add()
            try await clock.sleep(until: clock.now.advanced(by: .seconds(200)))
            try await context.yieldImage(seed: call.settings.seed)
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox", seed: 7, count: 4)
        let response = Task { try await stream.response() }
        await working.reach(4)
        // Each has a deadline of its own.
        await clock.waitForSleepers(8)
        clock.advance(by: .seconds(200))
        let whole = try await response.value
        #expect(whole.images.map(\.seed) == [7, 8, 9, 10])
        #expect(whole.elapsed == .seconds(200))
    }

    @Test("whichever is done first, the whole is in order, and each picture's events are")
    func order() async throws {
        let gates = (0..<4).map { _ in Gate() }
        let provider = ScriptedProvider(environment: environment(4)) { call, context in
            try await context.status("begun")
            try await context.yield(.preview(ImageResponse(images: [GeneratedImage(data: pixel)], alt: "")))
            if call.index < 3 { await gates[call.index + 1].pass() }
            try await context.yieldImage("\(call.index)", seed: call.settings.seed)
            gates[call.index].open()
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox", seed: 1, count: 4)
        var seen: [Int: [String]] = [:], images: [Int] = []
        var last = GenerationSnapshot()
        for try await snapshot in stream.snapshots { last = snapshot }
        #expect(last.images.map(\.seed) == [1, 2, 3, 4] && last.previews.isEmpty)
        let again = ScriptedProvider(environment: environment(4)) { call, context in
            try await context.status("begun")
            try await context.yield(.preview(ImageResponse(images: [GeneratedImage(data: pixel)], alt: "")))
            try await context.yieldImage("\(call.index)")
        }
        for try await event in again.createAsyncGenerator(prompt: "A fox", count: 4) {
            switch event {
            case .reasoning(let reasoning): seen[reasoning.index, default: []].append("status")
            case .preview(let response): seen[response.index, default: []].append("preview")
            case .image(let response):
                seen[response.index, default: []].append("image")
                images.append(response.index)
            default: break
            }
        }
        #expect(seen == Dictionary(uniqueKeysWithValues: (0..<4).map { ($0, ["status", "preview", "image"]) }))
        #expect(images.sorted() == [0, 1, 2, 3])
    }

    @Test("those that are under way are kept when another one fails, and no more are begun after a failure of all")
    func failures() async throws {
        let begun = Tally(), environment = environment(3)
        let limiter = environment.limiter
        let provider = ScriptedProvider(environment: environment) { call, context in
            begun.add()
            await begun.reach(3)
            if call.index == 1 { throw GenerationError(.quotaExceeded, "Enough.") }
            // Whoever failed leaves its place, unless another picture takes it.
            try await eventually { limiter?.isFull != true || begun.count != 3 }
            try await context.yieldImage(seed: call.settings.seed)
        }
        let response = try await provider.createAsyncGenerator(prompt: "A fox", seed: 0, count: 10).response()
        #expect(response.images.map(\.seed) == [0, 2])
        #expect(response.failures.map(\.code) == [.quotaExceeded])
        #expect(begun.count == 3)
    }

    @Test("the failure that is told is that of the first picture, whichever failed first")
    func firstFailure() async throws {
        let second = Gate()
        let provider = ScriptedProvider(environment: environment(2)) { call, _ in
            if call.index == 0 { await second.pass() }
            defer { second.open() }
            throw GenerationError(
                .generationFailed, "number \(call.index)", wasAccepted: call.index == 1 ? true : false)
        }
        let error = try await provider.createAsyncGenerator(prompt: "A fox", count: 2).failure()
        #expect(error.message == "number 0" && error.wasAccepted == true)
    }

    @Test("what one call can make is asked for in one call")
    func native() async throws {
        let models = ModelCatalog(
            ModelDescriptor("many", capabilities: ModelCapabilities(seed: 0...99, imagesPerCall: 4)))
        let calls = Locked<[[Int?]]>([])
        let provider = ScriptedProvider(sealed: models) { call, context in
            calls.withLock { $0.append([call.index, call.settings.count, call.settings.seed]) }
            let images = (0..<call.settings.count).map { _ in context.image(data: pixel) }
            try await context.yield(.image(ImageResponse(images: images, alt: "")))
        }
        let response = try await provider.images("A fox", count: 10, seed: 5)
        #expect(response.images.count == 10)
        #expect(calls.withLock { $0 } == [[0, 4, 5], [4, 4, 9], [8, 2, 13]])
    }

    @Test("leaving the loop ends all of them")
    func cancellation() async throws {
        let told = Tally(), begun = Tally()
        let provider = ScriptedProvider(environment: environment(4)) { _, context in
            try await context.status("working")
            try await context.cancelling {
                begun.add()
                try await waitForCancellation()
            } onCancel: {
                told.add()
            }
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox", count: 10)
        let consumer = Task { await stream.collect().error is CancellationError }
        await begun.reach(4)
        await stream.cancel()
        #expect(await consumer.value)
        #expect(begun.count == 4 && told.count == 4)
    }
}
