import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

/// Many at once, left at random moments: nothing may hang, nothing may go on.
@Suite(.paced, .serialized)
struct ManyStreamsTests {
    private struct Ledger {
        let started = Tally(), ended = Tally(), jobs = Tally(), stops = Tally(), finished = Tally()
    }

    /// Lets the others go on for a while.
    private func idle() async { for _ in 0..<Int.random(in: 0...40) { await Task.yield() } }

    private func provider(_ ledger: Ledger) -> ScriptedProvider {
        ScriptedProvider(sealed: nil) { call, context in
            ledger.started.add()
            defer { ledger.ended.add() }
            try await context.cancelling {
                ledger.jobs.add()
                for number in 0..<Int.random(in: 1...60) {
                    try await context.status("\(number)")
                    if Bool.random() { await Task.yield() }
                    if number % 20 == 19 { await idle() }
                }
                try await context.yieldImage()
                ledger.finished.add()
            } onCancel: {
                ledger.stops.add()
                await idle()
            }
        }
    }

    @Test func allFinish() async throws {
        let ledger = Ledger()
        let provider = provider(ledger)
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<500 {
                group.addTask { await provider.createAsyncGenerator(prompt: "A fox").collect().events.images.count }
            }
            #expect(await group.reduce(0, +) == 500)
        }
        #expect(ledger.ended.count == 500)
        #expect(ledger.stops.count == 0)
    }

    @Test func cancelledAtRandomMoments() async throws {
        let ledger = Ledger()
        let provider = provider(ledger)
        let streams = (0..<500).map { _ in provider.createAsyncGenerator(prompt: "A fox") }
        await withTaskGroup(of: Void.self) { group in
            for stream in streams {
                group.addTask {
                    let consumer = Task {
                        let limit = Int.random(in: 0...60)
                        var count = 0
                        for try await _ in stream {
                            count += 1
                            if count > limit { break }
                        }
                    }
                    await idle()
                    switch Int.random(in: 0..<4) {
                    case 0: consumer.cancel()
                    case 1: await stream.cancel()
                    case 2:
                        consumer.cancel()
                        await stream.cancel()
                    default: break
                    }
                    do {
                        try await consumer.value
                    } catch {
                        #expect(error is CancellationError)
                    }
                }
            }
        }
        // Consumers do not wait for the end of the work, so the last ones may still be about to.
        for stream in streams { await stream.cancel() }
        #expect(ledger.ended.count == ledger.started.count)
        // Each job was either finished or stopped, once.
        #expect(ledger.finished.count + ledger.stops.count == ledger.jobs.count)
    }

    /// Work that waits at a full channel is let go, and finds itself cancelled then: else it would not tell the service.
    @Test func abandonedWithFullChannels() async throws {
        let ended = Tally(), stops = Tally()
        let provider = ScriptedProvider(sealed: nil) { _, context in
            defer { ended.add() }
            try await context.cancelling {
                while true { try await context.status("again") }
            } onCancel: {
                stops.add()
            }
        }
        for _ in 0..<300 {
            for try await _ in provider.createAsyncGenerator(prompt: "A fox") {
                await Task.yield()
                break
            }
        }
        await ended.reach(300)
        #expect(stops.count == 300)
    }
}
