import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

/// Where a provider works while its consumer waits, or does not.
@Suite("Threads of a generation", .paced)
struct LentThreadTests {
    @Test("a provider never works on the main thread, whatever the consumer is bound to")
    @MainActor
    func actors() async throws {
        let mainThreads = Locked<[Bool]>([])
        let provider = ScriptedProvider(sealed: nil) { _, context in
            for number in 1...40 {
                mainThreads.withLock { $0.append(Thread.isMainThread) }
                try await context.status("\(number)")
                if number % 3 == 0 { await Task.yield() }
            }
            try await context.yieldImage()
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox")
        var count = 0
        for try await _ in stream {
            count += 1
            MainActor.assertIsolated()
        }
        #expect(count == 41)
        #expect(mainThreads.withLock { $0 } == Array(repeating: false, count: 40))
    }

    #if os(Linux)
        @Test("a consumer's own executor is left to the consumer")
        func ownExecutor() async throws {
            let loop = OneThread()
            let guests = Tally()
            let provider = ScriptedProvider(sealed: nil) { _, context in
                for number in 1...40 {
                    if loop.isCurrent { guests.add() }
                    try await context.status("\(number)")
                    await Task.yield()
                }
                try await context.yieldImage()
            }
            let count = try await Task(executorPreference: loop) {
                var count = 0
                for try await _ in provider.createAsyncGenerator(prompt: "A fox") {
                    #expect(loop.isCurrent)
                    count += 1
                }
                return count
            }.value
            #expect(count == 41 && guests.count == 0)
        }
    #endif

    @Test("a provider goes on while its consumer does something else")
    func absence() async throws {
        let sent = Tally(), gate = Gate()
        let provider = ScriptedProvider(sealed: nil) { _, context in
            for number in 1...10 {
                try await context.status("\(number)")
                await Task.yield()
                sent.add()
                if number == 1 { await gate.pass() }
            }
            try await context.yieldImage()
        }
        var iterator = provider.createAsyncGenerator(prompt: "A fox").makeAsyncIterator()
        _ = try await iterator.next()
        gate.open()
        await sent.reach(10)
        var rest = 0
        while try await iterator.next() != nil { rest += 1 }
        #expect(rest == 10)
    }

    @Test("pictures that are made side by side wait for each other, whoever's thread they have")
    func meeting() async throws {
        let met = Tally()
        let environment = GenerationEnvironment {
            $0 = .sealed()
            $0.limiter = ConcurrencyLimiter(8)
        }
        let provider = ScriptedProvider(environment: environment) { call, context in
            for round in 1...20 {
                met.add()
                await met.reach(round * 8)
                try await context.status("\(round)")
            }
            try await context.yieldImage(seed: call.settings.seed)
        }
        let response = try await provider.createAsyncGenerator(prompt: "A fox", seed: 1, count: 8).response()
        #expect(response.images.map(\.seed) == [1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test("work within a deadline that nobody reaches is done where its caller is, and work that is cancelled ends")
    func deadlines() async throws {
        for round in 0..<200 {
            let deadline = Deadline(in: .seconds(3600), clock: GeneratorClock(ManualClock()))
            let value = try await deadline.run {
                for _ in 0..<round % 4 { await Task.yield() }
                return try await deadline.run { round }
            }
            #expect(value == round)
            let begun = Gate()
            let waiting = Task {
                try await deadline.run {
                    begun.open()
                    try await waitForCancellation()
                }
            }
            await begun.pass()
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
    }
}

#if os(Linux)
    /// One thread of its own, as an event loop has.
    private final class OneThread: TaskExecutor {
        private let jobs = Locked<[UnownedJob]>([])
        private let hasJobs = DispatchSemaphore(value: 0)

        init() {
            let thread = Thread { [self] in
                // Not its name: a thread that is quicker than whoever started it cannot be given one.
                Thread.current.threadDictionary["executor"] = ObjectIdentifier(self)
                while true {
                    hasJobs.wait()
                    let job = jobs.withLock { $0.removeFirst() }
                    job.runSynchronously(on: asUnownedTaskExecutor())
                }
            }
            thread.start()
        }

        var isCurrent: Bool {
            Thread.current.threadDictionary["executor"] as? ObjectIdentifier == ObjectIdentifier(self)
        }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            jobs.withLock { $0.append(job) }
            hasJobs.signal()
        }
    }
#endif
