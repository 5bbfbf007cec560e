import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite("Other views of a stream", .paced)
struct GenerationSnapshotTests {
    private let provider = ScriptedProvider(sealed: nil) { call, context in
        try await context.status("Waiting", queue: QueuePlace(position: 2))
        try await context.yield(.submitted(JobHandle(provider: "scripted", id: "job", isResumable: false)))
        try await context.status("Generating", progress: GenerationProgress(completed: 1, total: 4))
        try await context.yield(.preview(ImageResponse(images: [context.image(data: pixel, seed: 1)], alt: "")))
        try await context.yield(.preview(ImageResponse(images: [context.image(data: pixel, seed: 2)], alt: "")))
        try await context.yield(.text("Once "))
        try await context.yield(.text("more"))
        try await context.yield(.warning(GenerationWarning(.service, "slow today")))
        try await context.yieldImage(seed: 3)
    }

    @Test("each state is the whole so far")
    func states() async throws {
        var states: [GenerationSnapshot] = []
        for try await state in provider.createAsyncGenerator(prompt: "A fox").snapshots { states.append(state) }
        #expect(states.map(\.status) == ["Waiting", "Waiting"] + Array(repeating: "Generating", count: 7))
        #expect(states.map { $0.place?.position } == [2, 2] + Array(repeating: nil, count: 7))
        #expect(states.map { $0.progress?.fraction } == [nil, nil] + Array(repeating: 0.25, count: 7))
        #expect(states.map { $0.job?.id } == [nil] + Array(repeating: "job", count: 8))
        #expect(states.map { $0.previews.map(\.seed) } == [[], [], [], [1], [2], [2], [2], [2], []])
        #expect(states.map(\.text) == ["", "", "", "", "", "Once ", "Once more", "Once more", "Once more"])
        #expect(states.map(\.warnings.count) == [0, 0, 0, 0, 0, 0, 0, 1, 1])
        #expect(states.map { $0.images.map(\.seed) } == Array(repeating: [], count: 8) + [[3]])
        #expect(states[0] != states[1] && states[1] == states[1])
    }

    @Test("only the pictures, in their order")
    func pictures() async throws {
        var seeds: [Int?] = []
        for try await image in provider.createAsyncGenerator(prompt: "A fox", count: 3).images {
            seeds.append(image.seed)
        }
        #expect(seeds == [3, 3, 3])
        let gallery = ScriptedProvider(sealed: nil) { _, context in
            let images = (0..<5).map { context.image(data: pixel, seed: $0) }
            try await context.yield(.image(ImageResponse(images: images, alt: "")))
        }
        seeds = []
        for try await image in gallery.createAsyncGenerator(prompt: "A fox").images { seeds.append(image.seed) }
        #expect(seeds == [0, 1, 2, 3, 4])
    }

    @Test("an error ends them as it ends the events, behind what came before")
    func errors() async throws {
        let provider = ScriptedProvider(sealed: nil) { _, context in
            try await context.yieldImage(seed: 1)
            throw GenerationError(.connectionLost, "Gone.")
        }
        var seeds: [Int?] = []
        let error = await #expect(throws: GenerationError.self) {
            for try await image in provider.createAsyncGenerator(prompt: "A fox").images { seeds.append(image.seed) }
        }
        #expect(error?.code == .connectionLost && seeds == [1])
    }

    @Test("nothing runs before the first is asked for, and one run is all there is")
    func coldAndOnce() async throws {
        let runs = Tally()
        let provider = ScriptedProvider(sealed: nil) { _, context in
            runs.add()
            try await context.yieldImage()
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox")
        _ = stream.images
        _ = stream.snapshots
        for _ in 0..<50 { await Task.yield() }
        #expect(runs.count == 0)
        for try await _ in stream.images {}
        await #expect(throws: GenerationError.self) { for try await _ in stream.snapshots {} }
        await #expect(throws: GenerationError.self) { for try await _ in stream {} }
        #expect(runs.count == 1)
    }

    @Test("leaving the loop stops the work", arguments: [true, false])
    func leaving(_ wantsImages: Bool) async throws {
        let told = Tally()
        let provider = ScriptedProvider(sealed: nil) { _, context in
            try await context.cancelling {
                try await context.yieldImage()
                try await waitForCancellation()
            } onCancel: {
                told.add()
            }
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox")
        if wantsImages {
            for try await _ in stream.images { break }
        } else {
            for try await _ in stream.snapshots { break }
        }
        await told.reach()
    }

    @Test("a fast service waits for a slow view")
    func bounded() async throws {
        let sent = Locked(0)
        let provider = ScriptedProvider(sealed: nil) { _, context in
            for number in 1...200 {
                sent.withLock { $0 = number }
                try await context.status("\(number)")
            }
            try await context.yieldImage()
        }
        var iterator = provider.createAsyncGenerator(prompt: "A fox").snapshots.makeAsyncIterator()
        for taken in 1...200 {
            #expect(try await iterator.next()?.status == "\(taken)")
            for _ in 0..<20 { await Task.yield() }
            #expect(sent.withLock { $0 } <= taken + 17)
        }
    }

    @Test("what a service repeats without end fills no snapshot")
    func endless() async throws {
        let provider = ScriptedProvider(sealed: nil) { _, context in
            for _ in 0..<3000 { try await context.yield(.warning(GenerationWarning(.service, "again"))) }
            let text = String(repeating: "a", count: 1 << 18)
            while true { try await context.yield(.text(text)) }
        }
        var last = GenerationSnapshot()
        let error = await #expect(throws: GenerationError.self) {
            for try await state in provider.createAsyncGenerator(prompt: "A fox").snapshots { last = state }
        }
        #expect(error?.code == .responseTooLarge)
        #expect(last.warnings.count == 1000 && last.text.utf8.count == 1 << 20)
    }
}
