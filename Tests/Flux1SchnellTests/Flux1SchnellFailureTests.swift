import Flux1Schnell
import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns
import TestPace
import Testing

@Suite("FLUX.1 [schnell]: failures and cancellation", .paced)
struct Flux1SchnellFailureTests {
    /// The run failed with `code` after the Space had accepted the job, once.
    private func expect(
        _ code: GenerationError.Code, _ run: ProviderRun, _ space: LoopbackSpace, accepted: Bool? = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run.failure?.code == code, "\(String(describing: run.error))", sourceLocation: sourceLocation)
        #expect(run.failure?.wasAccepted == accepted, sourceLocation: sourceLocation)
        #expect(run.failure?.provider == "flux1-schnell", sourceLocation: sourceLocation)
        #expect(run.failure?.job?.isResumable == false, sourceLocation: sourceLocation)
        #expect(run.failure?.job?.id.count == 32, sourceLocation: sourceLocation)
        #expect(run.images.isEmpty, sourceLocation: sourceLocation)
        #expect(space.submissions == 1, sourceLocation: sourceLocation)
        #expect(space.streams == 1, sourceLocation: sourceLocation)
    }

    @Test("the app's words, where the route sends them", arguments: GradioRelease.all, [GradioRoute.queue, .call])
    func error(_ release: GradioRelease, _ route: GradioRoute) async throws {
        let space = try LoopbackSpace(release: release)
        let run = await Flux1SchnellProvider(space, route: route).run("!error žádné kočky 🦊")
        expect(.generationFailed, run, space)
        let says = route == .queue || release == .v6 ? "žádné kočky 🦊" : "does not say why"
        #expect(run.failure?.message.contains(says) == true)
    }

    @Test("a crash is a failure of the app", arguments: GradioRelease.all)
    func crash(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release)
        expect(.generationFailed, await Flux1SchnellProvider(space).run("!crash boom"), space)
    }

    @Test("a used up allowance says when to come back")
    func quota() async throws {
        let space = try LoopbackSpace()
        let run = await Flux1SchnellProvider(space).run("!quota 1:00:05")
        // The queue took it, the Hub gave it no GPU: nothing is billed, and the error says what its exit status says.
        expect(.quotaExceeded, run, space, accepted: false)
        #expect(run.failure?.retryAfter == .seconds(3605))
        #expect(run.failure?.isRetryable == true)
        // Where the app had worked on it before, some of the allowance was used.
        let other = try LoopbackSpace()
        let late = await Flux1SchnellProvider(other).run("!error You have exceeded your GPU quota.")
        expect(.quotaExceeded, late, other)
    }

    @Test("refused content is named so, and was accepted", arguments: [GradioRoute.queue, .run])
    func content(_ route: GradioRoute) async throws {
        let space = try LoopbackSpace()
        let run = await Flux1SchnellProvider(space, route: route).run(
            "!error NSFW content detected, try another prompt.")
        #expect(run.failure?.code == .contentFiltered)
        #expect(run.failure?.wasAccepted == true)
    }

    @Test("no picture is an error", arguments: GradioRelease.all)
    func none(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release)
        expect(.noImage, await Flux1SchnellProvider(space).run("!none"), space)
    }

    @Test(
        "a process that dies is noticed without a wait, and nothing is submitted again", arguments: GradioRelease.all,
        [GradioRoute.queue, .call])
    func die(_ release: GradioRelease, _ route: GradioRoute) async throws {
        let space = try LoopbackSpace(release: release)
        // On a clock that stands still no wait would end; and a silence that was waited for would be a time-out.
        let provider = Flux1SchnellProvider(space, route: route) { $0.clock = GeneratorClock(ManualClock()) }
        _ = await provider.run("!none")
        let run = await provider.run("!die")
        #expect(run.failure?.code == .connectionLost)
        #expect(run.failure?.wasAccepted == true)
        #expect(space.submissions == 2)
        #expect(space.streams == 2)
    }

    @Test("a job that never ends runs into the time-out, and the server is told", arguments: GradioRelease.all)
    func never(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release, heartbeat: .milliseconds(20))
        let clock = ManualClock()
        let provider = Flux1SchnellProvider(space) { $0.clock = GeneratorClock(clock) }
        async let pending = provider.run("!never")
        // Heartbeats are answers, but no progress: the deadline stands.
        try await eventually { space.streams == 1 }
        clock.advance(by: .seconds(300))
        let run = await pending
        expect(.timedOut, run, space)
        #expect(run.failure?.remedy.contains("may still be working") == true)
        #expect(space.cancellations == 1)
    }

    @Test("heartbeats are statuses")
    func heartbeats() async throws {
        let space = try LoopbackSpace(heartbeat: .milliseconds(20))
        let stream = patient(space).createAsyncGenerator(prompt: "!never")
        var statuses = 0
        for try await event in stream {
            guard case .reasoning(let reasoning) = event, reasoning.status == "Generating" else { continue }
            statuses += 1
            if statuses == 5 { break }
        }
        try await eventually { space.cancellations == 1 }
    }

    /// A provider that takes all the time it needs to tell the server, which else are two seconds.
    private func patient(_ space: LoopbackSpace) -> Flux1SchnellProvider {
        Flux1SchnellProvider(space) { $0.clock = GeneratorClock(ManualClock()) }
    }

    @Test("leaving the loop stops the job", arguments: GradioRelease.all)
    func leaving(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release)
        for try await event in patient(space).createAsyncGenerator(prompt: "!never") {
            if case .submitted = event { break }
        }
        try await space.server.waitUntil { snapshot in
            snapshot.requests.contains { $0.method == "POST" && $0.path.hasSuffix("/cancel") }
        }
        try await eventually { space.cancellations == 1 }
        #expect(space.submissions == 1)
    }

    @Test("leaving before the job is named stops it all the same")
    func leavingEarly() async throws {
        let accepting = Gate()
        let space = try ScriptedSpace(accepting: accepting)
        let provider = Flux1SchnellProvider(at: space.server.url) { $0.clock = GeneratorClock(ManualClock()) }
        let task = Task { await provider.run("a boat") }
        try await space.server.waitUntil { $0.requests.contains { $0.method == "POST" } }
        task.cancel()
        accepting.open()
        try await space.server.waitUntil { snapshot in
            snapshot.requests.contains { request in
                request.path == "/gradio_api/cancel"
                    && (try? JSONValue(parsing: request.body))?["event_id"] == "e1"
            }
        }
        #expect(await task.value.error is CancellationError)
        // Its stream is opened and closed first: only that takes a waiting job out of the queue of every release.
        let order = space.server.requests.map(\.path).filter { $0.hasSuffix("/e1") || $0.hasSuffix("/cancel") }
        #expect(order == ["/gradio_api/call/infer/e1", "/gradio_api/cancel"])
    }

    @Test("cancelling the task stops the job and is a CancellationError")
    func cancelling() async throws {
        let space = try LoopbackSpace()
        let provider = patient(space)
        let task = Task { await provider.run("!never") }
        try await eventually { space.streams == 1 }
        task.cancel()
        let run = await task.value
        #expect(run.error is CancellationError)
        try await eventually { space.cancellations == 1 }
    }

    @Test("cancel() returns when the server was told")
    func cancelAndWait() async throws {
        let space = try LoopbackSpace()
        let stream = patient(space).createAsyncGenerator(prompt: "!never")
        let task = Task { await ProviderRun(stream) }
        try await eventually { space.streams == 1 }
        await stream.cancel()
        #expect(space.cancellations == 1)
        #expect(await task.value.error is CancellationError)
    }

    // MARK: Other servers

    @Test("a Space that sleeps, hides, or is another one")
    func otherSpaces() async throws {
        let asleep = try LoopbackServer { _, responder in
            try await responder.respond(headers: [("content-type", "text/html")], body: "<html>")
        }
        let sleeping = await Flux1SchnellProvider(at: asleep.url).run("a boat")
        #expect(sleeping.failure?.code == .spaceUnavailable)
        #expect(sleeping.failure?.wasAccepted == false)
        let renamed = try ScriptedSpace(endpoint: "generate")
        let nameless = await Flux1SchnellProvider(at: renamed.server.url).run("a boat")
        #expect(nameless.failure?.code == .notFound)
        #expect(nameless.failure?.message.contains("/generate") == true)
        let other = try ScriptedSpace(parameters: [1, 2])
        let different = await Flux1SchnellProvider(at: other.server.url).run("a boat")
        #expect(different.failure?.code == .invalidResponse)
        #expect(different.failure?.wasAccepted == false)
        #expect(renamed.arguments.isEmpty)
        #expect(other.arguments.isEmpty)
        let gone = try LoopbackServer { _, _ in }
        gone.stopKeepingPort()
        let unreachable = await Flux1SchnellProvider(at: gone.url).run("a boat")
        #expect(gone.acceptedConnections == 0)
        #expect(unreachable.failure?.code == .connectionFailed)
        #expect(unreachable.failure?.wasAccepted == false)
    }

    @Test("neither prompt nor credentials follow a redirect to another origin")
    func redirect() async throws {
        let space = try LoopbackSpace()
        let target = space.url
        let front = try LoopbackServer { request, responder in
            try await responder.respond(status: 307, headers: [("location", "\(target)\(request.target)")])
        }
        let origin = try #require(HTTPOrigin(front.url))
        let run = await Flux1SchnellProvider(at: front.url) {
            $0.credentials = GenerationCredentials(hubToken: Secret("hub"), bearerTokens: [origin: Secret("own")])
        }.run("a boat")
        #expect(run.failure?.code == .unsafeURL)
        #expect(front.requests.map { $0.header("Authorization") } == ["Bearer own"])
        #expect(space.server.requests.map(\.path) == ["/config"])
        #expect(space.server.requests.first?.header("Authorization") == nil)
        #expect(space.server.requests.first?.header("x-hf-authorization") == nil)
    }

    @Test("a token goes with every request to its origin, and the Hub's to no other Space")
    func credentials() async throws {
        let space = try LoopbackSpace()
        let origin = try #require(HTTPOrigin(space.url))
        let run = await Flux1SchnellProvider(space) {
            $0.credentials = GenerationCredentials(hubToken: Secret("hub"), bearerTokens: [origin: Secret("own")])
        }.run("a boat")
        _ = try await run.images.first?.images.first?.load()
        #expect(space.server.requests.count == 4)
        #expect(space.server.requests.allSatisfy { $0.header("Authorization") == "Bearer own" })
        let other = try LoopbackSpace()
        _ = await Flux1SchnellProvider(other) { $0.credentials = GenerationCredentials(hubToken: Secret("hub")) }.run(
            "!none")
        #expect(other.server.requests.allSatisfy { $0.headers.allSatisfy { !$0.value.contains("hub") } })
    }

    @Test("a picture elsewhere is fetched without credentials, and not from a private address")
    func foreignPicture() async throws {
        let space = try ScriptedSpace(events: "event: complete\ndata: [{\"url\": \"http://10.0.0.1/x.png\"}, 5]\n\n")
        let run = await Flux1SchnellProvider(at: space.server.url).run("a boat")
        let image = try #require(run.images.first?.images.first)
        #expect(image.url.absoluteString == "http://10.0.0.1/x.png")
        let error = await #expect(throws: GenerationError.self) { try await image.load() }
        #expect(error?.code == .unsafeURL)
        #expect(error?.wasAccepted == true)
    }
}
