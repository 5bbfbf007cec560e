import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import GeneratorCore

@Suite("Limits", .paced)
struct ConcurrencyLimiterTests {
    @Test("more wait until one is done, and come in their order")
    func order() async throws {
        let limiter = ConcurrencyLimiter(1), first = Gate(), entered = Tally()
        let order = Locked<[Int]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await limiter.run {
                    entered.add()
                    await first.pass()
                }
            }
            await entered.reach()
            for number in 1...20 {
                group.addTask { try await limiter.run { order.withLock { $0.append(number) } } }
                // One by one: tasks begin in any order.
                try await eventually { limiter.waiting == number }
            }
            #expect(order.withLock { $0.isEmpty })
            first.open()
            try await group.waitForAll()
        }
        #expect(order.withLock { $0 } == Array(1...20))
    }

    @Test("whoever gives up waiting keeps nobody waiting")
    func cancellation() async throws {
        let limiter = ConcurrencyLimiter(1), gate = Gate(), entered = Tally()
        let holder = Task {
            try await limiter.run {
                entered.add()
                await gate.pass()
            }
        }
        await entered.reach()
        let impatient = (0..<10).map { _ in Task { try await limiter.run { Issue.record("It was not their turn.") } } }
        try await eventually { limiter.waiting == 10 }
        for task in impatient { task.cancel() }
        for task in impatient { await #expect(throws: CancellationError.self) { try await task.value } }
        let patient = Task { try await limiter.run { 7 } }
        gate.open()
        #expect(try await patient.value == 7)
        try await holder.value
    }

    @Test("work that throws gives its place back")
    func failures() async throws {
        let limiter = ConcurrencyLimiter(1)
        for _ in 0..<5 {
            await #expect(throws: GenerationError.self) {
                try await limiter.run { throw GenerationError(.noImage, "No.") }
            }
        }
        #expect(try await limiter.run { 1 } == 1)
    }

    @Test("so many begin in an interval of the clock")
    func interval() async throws {
        let clock = ManualClock(), begun = Tally()
        let limiter = ConcurrencyLimiter(10, starts: 2, per: .seconds(60), clock: GeneratorClock(clock))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { try await limiter.run { begun.add() } } }
            for round in 1...2 {
                await begun.reach(round * 2)
                await clock.waitForSleepers()
                for _ in 0..<50 { await Task.yield() }
                #expect(begun.count == round * 2)
                clock.advance(by: .seconds(60))
            }
            try await group.waitForAll()
        }
        #expect(begun.count == 5)
    }

    /// One limiter for two providers that share nothing else.
    @Test("streams of several providers share a limiter")
    func shared() async throws {
        let overlap = Overlap(of: 3)
        let environment = GenerationEnvironment {
            $0 = .sealed()
            $0.limiter = ConcurrencyLimiter(3)
        }
        let providers = (0..<2).map { number in
            ScriptedProvider(id: ProviderID(rawValue: "p\(number)"), environment: environment) { _, context in
                await overlap.during { for _ in 0..<20 { await Task.yield() } }
                try await context.yieldImage()
            }
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<30 {
                let stream = providers[number % 2].createAsyncGenerator(prompt: "A fox", count: 2)
                group.addTask { try await stream.response().images.count }
            }
            for try await count in group { #expect(count == 2) }
        }
        #expect(overlap.most == 3)
    }

    @Test("who has to wait says so, and the time in line is nobody's time-out")
    func waiting() async throws {
        let clock = ManualClock(), gate = Gate(), entered = Tally()
        let limiter = ConcurrencyLimiter(1)
        let environment = GenerationEnvironment {
            $0 = .sealed(clock)
            $0.limiter = limiter
        }
        let provider = ScriptedProvider(environment: environment) { call, context in
            entered.add()
            if call.prompt == "first" { await gate.pass() }
            try await context.yieldImage(call.prompt)
        }
        let first = Task { try await provider.createAsyncGenerator(prompt: "first", timeout: .seconds(1e6)).response() }
        await entered.reach()
        var iterator = provider.createAsyncGenerator(prompt: "second").makeAsyncIterator()
        let event = try #require(try await iterator.next())
        #expect([event].words == ["Waiting for a turn"])
        clock.advance(by: .seconds(1000))
        gate.open()
        let last = try #require(try await iterator.next())
        #expect([last].words == ["image second"])
        _ = try await first.value
    }
}
