import GeneratorTransport
import TestPace
import Testing

@Suite("Sequence of server-sent events", .paced)
struct ServerSentEventsTests {
    private struct Broken: Error, Equatable {
        let number: Int
    }

    /// Hands out chunks, counts how often it is asked, and ends or throws.
    private struct Source: AsyncSequence, Sendable {
        typealias Element = [UInt8]

        var chunks: [[UInt8]]
        var failure: Broken?
        let pulls = Locked(0)

        init(_ chunks: [String], failure: Broken? = nil) {
            self.chunks = chunks.map { Array($0.utf8) }
            self.failure = failure
        }

        func makeAsyncIterator() -> Iterator { Iterator(source: self) }

        struct Iterator: AsyncIteratorProtocol {
            let source: Source
            var index = 0

            mutating func next() async throws -> [UInt8]? {
                source.pulls.withLock { $0 += 1 }
                defer { index += 1 }
                if index < source.chunks.count { return source.chunks[index] }
                if let failure = source.failure, index == source.chunks.count { throw failure }
                return nil
            }
        }
    }

    @Test("events arrive before the source ends, and a chunk is pulled only when the events before are used up")
    func pulls() async throws {
        let source = Source(["data: 1\n\ndata: 2\n\ndata", ": 3", "\n\n", "data: 4\n\n"])
        var iterator = source.serverSentEvents().makeAsyncIterator()
        #expect(source.pulls.withLock { $0 } == 0)
        for (data, pulls) in [("1", 1), ("2", 1), ("3", 3), ("4", 4)] {
            #expect(try await iterator.next()?.data == data)
            #expect(source.pulls.withLock { $0 } == pulls)
        }
        #expect(try await iterator.next() == nil)
        #expect(source.pulls.withLock { $0 } == 5)
        #expect(try await iterator.next() == nil)
        #expect(source.pulls.withLock { $0 } == 5, "an ended source is not asked again")
    }

    @Test("an open source does not keep an event back")
    func openSource() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        var iterator = stream.serverSentEvents().makeAsyncIterator()
        for end in ["\n\n", "\r\r", "\r\n\r\n"] {
            continuation.yield(Array("event: tick\ndata: x\(end)".utf8))
            #expect(try await iterator.next() == ServerSentEvent(type: "tick", data: "x"))
        }
        continuation.finish()
        #expect(try await iterator.next() == nil)
    }

    @Test("every case of the standard", arguments: try EventStreamCase.all())
    func standard(_ example: EventStreamCase) async throws {
        var source = Source([])
        source.chunks = example.bytes.map { [$0] }
        var events: [ServerSentEvent] = []
        for try await event in source.serverSentEvents() { events.append(event) }
        #expect(events == example.outcome.events)
    }

    @Test("the source's error passes, behind the events before it and once")
    func sourceError() async throws {
        let source = Source(["data: 1\n\ndata: 2\n\ndata: 3"], failure: Broken(number: 7))
        var iterator = source.serverSentEvents().makeAsyncIterator()
        #expect(try await iterator.next()?.data == "1")
        #expect(try await iterator.next()?.data == "2")
        await #expect(throws: Broken(number: 7)) { try await iterator.next() }
        #expect(try await iterator.next() == nil)
        #expect(source.pulls.withLock { $0 } == 2)
    }

    @Test("an event beyond the limit throws behind the events before it, once, and ends the sequence")
    func tooLarge() async throws {
        let source = Source(["data: 1\n\ndata: \(String(repeating: "x", count: 50))", "\n\ndata: 2\n\n"])
        var iterator = source.serverSentEvents(maximumEventSize: 40).makeAsyncIterator()
        #expect(try await iterator.next()?.data == "1")
        let error = await #expect(throws: TransportError.self) { try await iterator.next() }
        #expect(error?.code == .responseTooLarge)
        #expect(try await iterator.next() == nil)
        #expect(source.pulls.withLock { $0 } == 1)
    }

    @Test("two iterations read the source twice")
    func twoIterations() async throws {
        let events = Source(["id: 1\ndata: a\n\n", "data: b\n\n"]).serverSentEvents()
        for _ in 1...2 {
            var seen: [String] = []
            for try await event in events { seen.append(event.data + event.lastEventID) }
            #expect(seen == ["a1", "b1"])
        }
    }

    @Test("a cancelled task leaves the loop")
    func cancellation() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        let (first, arrived) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            var count = 0
            for try await _ in stream.serverSentEvents() {
                count += 1
                arrived.yield()
            }
            return count
        }
        continuation.yield(Array("data: x\n\n".utf8))
        for await _ in first { break }
        task.cancel()
        #expect(try await task.value == 1)
    }

    @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
    @Test("on the main actor, with a source that is used there")
    @MainActor
    func mainActor() async throws {
        let source = MainActorSource(chunks: ["event: a\ndata: 1\n\nda", "ta: 2\n\ndata: 3"].map { Array($0.utf8) })
        var iterator = source.serverSentEvents().makeAsyncIterator()
        var seen: [String] = []
        while let event = try await iterator.next(isolation: MainActor.shared) {
            MainActor.assertIsolated()
            seen.append(event.type + event.data)
        }
        #expect(seen == ["a1", "message2"])
        seen = []
        for try await event in source.serverSentEvents() { seen.append(event.data) }
        #expect(seen == ["1", "2"])
        #expect(source.askedElsewhere.withLock { $0 } == 0, "the caller's actor reaches the source")
    }

    /// Notes when it is asked from anywhere but the main actor.
    private struct MainActorSource: AsyncSequence, Sendable {
        typealias Element = [UInt8]

        let chunks: [[UInt8]]
        let askedElsewhere = Locked(0)

        func makeAsyncIterator() -> Iterator { Iterator(source: self) }

        struct Iterator: AsyncIteratorProtocol {
            let source: MainActorSource
            var index = 0

            mutating func next() async throws -> [UInt8]? { try await next(isolation: nil) }

            mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
                if actor !== MainActor.shared { source.askedElsewhere.withLock { $0 += 1 } }
                defer { index += 1 }
                return index < source.chunks.count ? source.chunks[index] : nil
            }
        }
    }
}
