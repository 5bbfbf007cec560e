import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct GenerationStreamTests {
    @Test func nothingRunsBeforeTheFirstEventIsAskedFor() async throws {
        let runs = Tally()
        let provider = ScriptedProvider(sealed: nil) { _, context in
            runs.add()
            try await context.yieldImage()
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox")
        var iterator = stream.makeAsyncIterator()
        // Whatever had been started would run now.
        for _ in 0..<50 { await Task.yield() }
        #expect(runs.count == 0)
        _ = try await iterator.next()
        #expect(runs.count == 1)
    }

    @Test func droppedStreamsRunNothing() async throws {
        let runs = Tally()
        let provider = ScriptedProvider(sealed: nil) { _, _ in runs.add() }
        for _ in 0..<100 { _ = provider.createAsyncGenerator(prompt: "A fox") }
        for _ in 0..<100 { _ = provider.createAsyncGenerator(prompt: "A fox").makeAsyncIterator() }
        for _ in 0..<50 { await Task.yield() }
        #expect(runs.count == 0)
    }

    @Test func aServiceThatRepeatsItselfFillsNoMemory() async throws {
        let provider = ScriptedProvider(sealed: nil) { _, context in
            for number in 0..<3000 {
                try await context.yield(.warning(GenerationWarning(.service, "Warning \(number)")))
            }
            try await context.yieldImage()
        }
        let response = try await provider.createAsyncGenerator(prompt: "A fox").response()
        #expect(response.warnings.map(\.message) == (0..<1000).map { "Warning \($0)" })
        #expect(response.images.count == 1)
        let talkative = ScriptedProvider(sealed: nil) { _, context in
            let text = String(repeating: "a", count: 1 << 20)
            while true { try await context.yield(.text(text)) }
        }
        let error = await #expect(throws: GenerationError.self) {
            try await talkative.createAsyncGenerator(prompt: "A fox").response()
        }
        #expect(error?.code == .responseTooLarge)
    }

    @Test func itRunsOnce() async throws {
        let runs = Tally()
        let provider = ScriptedProvider(sealed: nil) { _, context in
            runs.add()
            try await context.yieldImage()
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox")
        let first = await stream.collect(), second = await stream.collect()
        #expect(first.events.count == 1 && first.error == nil)
        #expect(second.events.isEmpty)
        #expect((second.error as? GenerationError)?.code == .invalidRequest)
        await #expect(throws: GenerationError.self) { _ = try await stream.response() }
        #expect(runs.count == 1)
    }

    @Test func aSecondIteratorDoesNotDisturbTheFirst() async throws {
        let provider = ScriptedProvider(sealed: nil) { _, context in
            try await context.status("one")
            try await context.yieldImage()
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox")
        var iterator = stream.makeAsyncIterator()
        _ = try await iterator.next()
        #expect(try await stream.failure().code == .invalidRequest)
        guard case .image = try await iterator.next() else {
            Issue.record("The first iterator lost its events.")
            return
        }
        #expect(try await iterator.next() == nil)
        #expect(try await iterator.next() == nil)
    }

    @Test func aFastProducerWaitsForASlowConsumer() async throws {
        let sent = Locked(0)
        let provider = ScriptedProvider(sealed: nil) { _, context in
            for number in 1...200 {
                sent.withLock { $0 = number }
                try await context.status("\(number)")
            }
            try await context.yieldImage()
        }
        var iterator = provider.createAsyncGenerator(prompt: "A fox").makeAsyncIterator()
        for taken in 1...200 {
            guard case .reasoning(let reasoning) = try await iterator.next() else {
                Issue.record("Event \(taken) is missing.")
                return
            }
            #expect(reasoning.status == "\(taken)")
            // The producer has every chance to run ahead.
            for _ in 0..<20 { await Task.yield() }
            // 16 wait in the channel, and one stands at its door.
            #expect(sent.withLock { $0 } <= taken + 17)
        }
    }

    @Test func yieldsFromSeveralTasksAllArrive() async throws {
        let provider = ScriptedProvider(sealed: nil) { _, context in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask { for number in 0..<50 { try await context.status("\(task) \(number)") } }
                }
                try await group.waitForAll()
            }
            try await context.yieldImage()
        }
        let (events, error) = await provider.createAsyncGenerator(prompt: "A fox").collect()
        #expect(error == nil)
        #expect(Set(events.words).count == 401)
        for task in 0..<8 {
            #expect(events.words.filter { $0.hasPrefix("\(task) ") } == (0..<50).map { "\(task) \($0)" })
        }
    }

    @Test func anErrorComesAfterTheEventsBeforeIt() async throws {
        let provider = ScriptedProvider(sealed: nil) { _, context in
            for number in 1...5 { try await context.status("\(number)") }
            throw GenerationError(.generationFailed, "No luck.")
        }
        var iterator = provider.createAsyncGenerator(prompt: "A fox").makeAsyncIterator()
        var words: [String] = []
        do {
            while let event = try await iterator.next() { words += [event].words }
            Issue.record("The error is missing.")
        } catch {
            #expect((error as? GenerationError)?.code == .generationFailed)
        }
        #expect(words == ["1", "2", "3", "4", "5"])
    }

    @MainActor @Test func theMainActorIsKept() async throws {
        let provider = ScriptedProvider(sealed: nil) { _, context in
            for number in 1...40 { try await context.status("\(number)") }
            try await context.yieldImage()
        }
        var iterator = provider.createAsyncGenerator(prompt: "A fox").makeAsyncIterator()
        var count = 0
        while try await iterator.next(isolation: MainActor.shared) != nil {
            MainActor.assertIsolated()
            count += 1
        }
        #expect(count == 41)
        // A loop that does not name its actor.
        var words: [String] = []
        for try await event in provider.createAsyncGenerator(prompt: "A fox") {
            MainActor.assertIsolated()
            words += [event].words
        }
        #expect(words.count == 41)
    }

    @Test func theWholeResult() async throws {
        let provider = ScriptedProvider(sealed: nil) { call, context in
            try await context.text("Once ", "upon ", "a time")
            try await context.yieldImage("first", seed: 1)
            try await context.yield(.warning(GenerationWarning(.service, "slow today")))
            try await context.yieldImage("second", seed: 2)
        }
        let response = try await provider.createAsyncGenerator(prompt: "A fox").response()
        #expect(response.images.map(\.seed) == [1, 2])
        #expect(response.text == "Once upon a time")
        #expect(response.warnings.map(\.message) == ["slow today"])
        #expect(response.provider == "scripted")
        #expect(response.failures.isEmpty)
    }

    @Test func aPictureSurvivesALaterFailure() async throws {
        let provider = ScriptedProvider(sealed: nil) { _, context in
            try await context.yieldImage("paid for")
            throw GenerationError(.connectionLost, "Gone.")
        }
        let response = try await provider.createAsyncGenerator(prompt: "A fox").response()
        #expect(response.images.count == 1)
        #expect(response.failures.map(\.code) == [.connectionLost])
    }

    @Test func onePictureForPeopleInAHurry() async throws {
        let picture = try await ScriptedProvider(sealed: nil) { _, context in try await context.yieldImage() }.image(
            "A fox")
        #expect(try await picture.load().data == pixel)
        await #expect(throws: GenerationError.self) {
            try await ScriptedProvider(sealed: nil) { _, context in try await context.text("no picture") }.image(
                "A fox")
        }
    }
}

extension GenerationContext {
    fileprivate func text(_ pieces: String...) async throws {
        for piece in pieces { try await yield(.text(piece)) }
    }
}
