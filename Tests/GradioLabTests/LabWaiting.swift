import Flux1Schnell
import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import Testing

/// A queue with one worker: who waits, who is let in, who is forgotten, who is lost.
struct LabWaiting {
    static let scenarios = [
        LabScenario("four jobs and one worker: places 0, 1, 2, and estimates once a job is done") {
            try await Self().places($0)
        },
        LabScenario("a job that is left while it waits never begins") { try await Self().leaving($0) },
        LabScenario("a program that ends takes its waiting and running jobs along") { try await Self().ending($0) },
        LabScenario("a stream that is cut is one error, one submission, and nothing more") {
            try await Self().cut($0)
        },
        LabScenario("what the app says on the way becomes events") { try await Self().telling($0) },
        LabScenario("a full queue refuses whatever the route") { try await Self().full($0) },
    ]

    private func arguments(_ prompt: String) -> [JSONValue] { [.string(prompt), 7, false, 256, 256, 2] }

    func places(_ version: String) async throws {
        try await Lab.with(version) { server in
            let app = try await server.connect()
            let running = try await app.submit("/infer", arguments("!slow 2 !wait the one that runs"))
            _ = try await server.log.wait(for: "start", of: "!slow 2 !wait the one that runs")
            var jobs: [GradioJob] = []
            for number in 1...3 { jobs.append(try await app.submit("/infer", arguments("!slow 1 waiting \(number)"))) }
            let arrived = Locked(0)
            let seen = try await withThrowingTaskGroup(of: (Int, [QueuePlace]).self) { group in
                for (index, job) in ([running] + jobs).enumerated() {
                    group.addTask {
                        var places: [QueuePlace] = []
                        for try await message in job {
                            guard case .queued(let place) = message else { continue }
                            places.append(place)
                            // Nobody moves up before all three have seen where they begin.
                            if index > 0, places.count == 1 { arrived.withLock { $0 += 1 } }
                            if arrived.withLock({ $0 }) == 3 { try server.openGate() }
                        }
                        return (index, places)
                    }
                }
                var seen: [[QueuePlace]] = [[], [], [], []]
                for try await (index, places) in group { seen[index] = places }
                return seen
            }
            for (number, places) in seen.dropFirst().enumerated() {
                // Each begins at its own place and moves up one by one.
                #expect(places.first?.position == number, "\(places)")
                let positions = places.compactMap(\.position)
                #expect(positions == positions.sorted(by: >), "\(places)")
                #expect(places.allSatisfy { ($0.size ?? 0) > ($0.position ?? 0) })
            }
            #expect(seen[1].first?.estimate == nil)
            // Once the first is done, those behind know how long one takes.
            #expect(seen[3].contains { ($0.estimate ?? .zero) > .seconds(1) }, "\(seen[3])")
            #expect(seen[3].last?.position == 0)
        }
    }

    func leaving(_ version: String) async throws {
        try await Lab.with(version) { server in
            let app = try await server.connect()
            let running = try await app.submit("/infer", arguments("!wait in front"))
            _ = try await server.log.wait(for: "start", of: "!wait in front")
            // By a provider, whose loop is left while the job waits …
            // On a clock that stands still there is time enough to tell the server.
            let provider = server.provider { $0.clock = GeneratorClock(ManualClock()) }
            let stream = provider.createAsyncGenerator(prompt: "left by the loop")
            for try await event in stream {
                if case .reasoning(let status) = event, status.queue != nil { break }
            }
            await stream.cancel()
            // … and by name, before its stream was ever opened.
            let unread = try await app.submit("/infer", arguments("left unread"))
            try await unread.cancel()
            try server.openGate()
            _ = try await running.output()
            _ = try await app.submit("/infer", arguments("behind them")).output()
            _ = try await server.log.wait(for: "finish", of: "behind them")
            let begun = server.log.lines("start").compactMap { $0["prompt_sha256"]?.string }
            #expect(begun == ["!wait in front", "behind them"].map { SHA256.hex($0.utf8) })
        }
    }

    func ending(_ version: String) async throws {
        #if os(Linux)
            try await Lab.with(version, "--app", "flux-dev", "--previews") { server in
                // The second waits behind the first; both programs are killed, and have no time to say good-bye.
                let running = try LabProgram(server.url, "!steps 50 !pace 1 killed while it runs")
                _ = try await server.log.wait(for: "start", of: "!steps 50 !pace 1 killed while it runs")
                let waiting = try LabProgram(server.url, "killed while it waits")
                try await waiting.wait(for: "\"queue\"")
                try await waiting.kill()
                try await running.wait(for: "\"preview\"")
                try await running.kill()
                let app = try await server.connect()
                let settings: [JSONValue] = [7, false, 256, 256, 3.5, 1]
                _ = try await app.submit("/infer", ["behind them"] + settings).output()
                _ = try await server.log.wait(for: "finish", of: "behind them")
                let begun = server.log.lines("start").compactMap { $0["prompt_sha256"]?.string }
                #expect(
                    begun
                        == ["!steps 50 !pace 1 killed while it runs", "behind them"].map { SHA256.hex($0.utf8) })
                #expect(server.log.lines("finish").count == 1)
            }
        #endif
    }

    func cut(_ version: String) async throws {
        let server = try await Lab.server(version)
        for route in [GradioRoute.queue, .call] {
            let prompt = "!slow 2 cut on its way, by \(route.rawValue)"
            // The call flow has nothing to say before its result but that it is alive.
            let proxy = try CuttingProxy(before: server.url, cuttingAfter: route == .queue ? 2 : 0)
            let provider = Flux1SchnellProvider(
                url: proxy.server.url, route: route,
                environment: GenerationEnvironment { $0.credentials = GenerationCredentials() })
            var request = GenerationRequest(prompt: prompt)
            request.size = .pixels(256, 256)
            let error = await #expect(throws: GenerationError.self) {
                try await provider.createAsyncGenerator(request).response()
            }
            #expect(error?.code == .connectionLost)
            #expect(error?.wasAccepted == true)
            #expect(error?.job?.isResumable == false)
            // No silence was waited for: that would have been a time-out.
            #expect(proxy.isCut)
            _ = try await server.log.wait(for: "start", of: prompt)
            let streams = proxy.count("GET", "/queue/data") + proxy.count("GET", "/call/infer/")
            #expect(streams == 1)
            #expect(proxy.server.requests.filter { $0.method == "POST" }.count == 1)
            #expect(proxy.server.requests.count == 3)
            #expect(
                server.log.lines("start").filter { $0["prompt_sha256"]?.string == SHA256.hex(prompt.utf8) }.count == 1)
        }
    }

    func telling(_ version: String) async throws {
        let server = try await Lab.server(version)
        for (prompt, words) in [
            ("!error 'no' \"ká\" 🦊", "'no' \"ká\" 🦊"), ("!crash boom", "boom"),
        ] {
            let error = await #expect(throws: GenerationError.self) { try await server.provider().image(prompt) }
            #expect(error?.code == .generationFailed)
            #expect(error?.message == words)
        }
    }

    func full(_ version: String) async throws {
        try await Lab.with(version, "--max-queue", "1") { server in
            let app = try await server.connect()
            let running = try await app.submit("/infer", arguments("!wait at work"))
            _ = try await server.log.wait(for: "start", of: "!wait at work")
            let waiting = try await app.submit("/infer", arguments("in the only place"))
            for route in [GradioRoute.queue, .call] {
                let error = await #expect(throws: GenerationError.self) {
                    try await app.submit("/infer", arguments("too much"), route: route)
                }
                #expect(error?.code == .queueFull)
                #expect(error?.wasAccepted == false)
            }
            try server.openGate()
            _ = try await running.output()
            #expect(try await waiting.output().last == 7)
        }
    }
}
