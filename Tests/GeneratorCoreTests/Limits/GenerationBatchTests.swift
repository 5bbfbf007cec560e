import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite("Batches", .paced)
struct GenerationBatchTests {
    private let prompts = (0..<200).map { GenerationRequest(prompt: "prompt \($0)") }

    /// Fails every tenth prompt.
    private func provider(_ overlap: Overlap, _ made: Locked<[String: Int]> = Locked([:])) -> ScriptedProvider {
        ScriptedProvider(sealed: nil) { call, context in
            made.withLock { $0[call.prompt, default: 0] += 1 }
            try await overlap.during {
                for _ in 0..<Int.random(in: 0...30) { await Task.yield() }
                if call.prompt.hasSuffix("7") { throw GenerationError(.generationFailed, "No luck.") }
                try await context.yieldImage(call.prompt)
            }
        }
    }

    @Test("two hundred prompts at eight at once, a tenth of which fail, are all accounted for")
    func nothingIsLost() async throws {
        let overlap = Overlap(of: 8), made = Locked<[String: Int]>([:])
        let batch = provider(overlap, made).createAsyncGenerators(prompts, limiter: ConcurrencyLimiter(8))
        var outcomes: [Int: GenerationOutcome] = [:]
        for try await outcome in batch {
            #expect(outcomes[outcome.index] == nil)
            outcomes[outcome.index] = outcome
        }
        #expect(outcomes.keys.sorted() == Array(0..<200))
        for (index, outcome) in outcomes {
            switch outcome.result {
            case .success(let response): #expect(response.alt == "prompt \(index)" && index % 10 != 7)
            case .failure(let error): #expect(error.code == .generationFailed && index % 10 == 7)
            }
        }
        #expect(outcomes.values.filter { (try? $0.result.get()) == nil }.count == 20)
        #expect(made.withLock { $0.count == 200 && $0.values.allSatisfy { $0 == 1 } })
        #expect(overlap.most == 8)
    }

    @Test("a request that makes no sense is an outcome too")
    func nonsense() async throws {
        var requests = Array(prompts.prefix(3))
        requests[1].seed = -1
        let overlap = Overlap()
        var codes: [Int: GenerationError.Code?] = [:]
        for try await outcome in provider(overlap).createAsyncGenerators(requests) {
            if case .failure(let error) = outcome.result {
                codes[outcome.index] = error.code
            } else {
                codes[outcome.index] = .some(nil)
            }
        }
        #expect(codes == [0: nil, 1: .invalidRequest, 2: nil])
        // Without a limiter a provider makes as many at once as it bears.
        #expect(overlap.most == 1)
        for try await _ in provider(overlap).createAsyncGenerators([]) { Issue.record("Of nothing comes nothing.") }
    }

    @Test("nothing begins before the first outcome is asked for, and a second loop begins nothing")
    func coldAndOnce() async throws {
        let made = Locked<[String: Int]>([:])
        let batch = provider(Overlap(), made).createAsyncGenerators(Array(prompts.prefix(5)))
        for _ in 0..<50 { await Task.yield() }
        #expect(made.withLock { $0.isEmpty })
        var count = 0
        for try await _ in batch { count += 1 }
        #expect(count == 5)
        await #expect(throws: GenerationError.self) { for try await _ in batch { count += 1 } }
        #expect(count == 5 && made.withLock { $0.count } == 5)
    }

    @Test("while nobody takes outcomes nothing new is begun")
    func bounded() async throws {
        let made = Locked<[String: Int]>([:])
        let batch = provider(Overlap(), made).createAsyncGenerators(prompts, limiter: ConcurrencyLimiter(4))
        var iterator = batch.makeAsyncIterator()
        _ = try await iterator.next()
        for _ in 0..<5000 { await Task.yield() }
        // Sixteen wait in the channel, one was taken, and each of four stands at its door.
        #expect(made.withLock { $0.count } <= 1 + 16 + 4)
    }

    @Test("leaving the loop stops all work, and cancelling waits until the services were told")
    func cancellation() async throws {
        let told = Tally(), working = Tally()
        let provider = ScriptedProvider(sealed: nil) { call, context in
            if call.prompt == "prompt 0" { return try await context.yieldImage() }
            try await context.cancelling {
                working.add()
                try await waitForCancellation()
            } onCancel: {
                told.add()
            }
        }
        let batch = provider.createAsyncGenerators(prompts, limiter: ConcurrencyLimiter(4))
        let consumer = Task { for try await _ in batch {} }
        await working.reach(4)
        await batch.cancel()
        #expect(told.count == 4)
        await #expect(throws: CancellationError.self) { try await consumer.value }
        #expect(working.count == 4)
        let second = provider.createAsyncGenerators(prompts, limiter: ConcurrencyLimiter(4))
        for try await _ in second {
            // Whoever has not begun has nobody to tell.
            await working.reach(7)
            break
        }
        await told.reach(7)
    }

    @Test("a request for several pictures shares the limit of the batch, and a provider's own does not count twice")
    func several() async throws {
        let overlap = Overlap(of: 3)
        let limiter = ConcurrencyLimiter(3)
        let provider = ScriptedProvider(
            environment: GenerationEnvironment {
                $0 = .sealed()
                $0.limiter = limiter
            }
        ) { _, context in
            await overlap.during { for _ in 0..<20 { await Task.yield() } }
            try await context.yieldImage()
        }
        let requests = (0..<6).map { GenerationRequest(prompt: "prompt \($0)", count: 4) }
        var images = 0
        for try await outcome in provider.createAsyncGenerators(requests, limiter: limiter) {
            images += try outcome.result.get().images.count
        }
        #expect(images == 24)
        #expect(overlap.most == 3)
    }
}
