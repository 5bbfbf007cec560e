import Flux1Schnell
import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns
import TestPace
import Testing

/// A Space whose mood a test changes: it works, was moved to another release, or sleeps behind the Hub's page.
private struct MoodySpace {
    enum Mood { case working, moved, asleep }

    let mood = Locked(Mood.working)
    let server: LoopbackServer

    init() throws {
        let spaces = try [GradioRelease.v6, .v4].map { try LoopbackSpace(release: $0) }
        let mood = mood
        server = try LoopbackServer { request, responder in
            let now = mood.withLock { $0 }
            if request.path.hasPrefix("/api/spaces/") {
                return try await responder.respond(json: #"{"runtime": {"stage": "SLEEPING"}}"#)
            }
            if now == .asleep {
                return try await responder.respond(
                    status: 404, headers: [("content-type", "text/html")], body: "<html>asleep</html>")
            }
            let space = spaces[now == .working ? 0 : 1]
            guard let url = URL(string: space.url.absoluteString + request.target) else { return }
            var onward = HTTPRequest(url: url, method: request.method)
            onward.headers["Content-Type"] = request.header("Content-Type")
            if request.method == "POST" { onward.body = request.body }
            let (response, body) = try await HTTPPipeline().data(for: onward)
            try await responder.respond(
                status: response.status, headers: [("content-type", response.headers["Content-Type"] ?? "")],
                body: body)
        }
    }

    /// How often it was asked what it is.
    var questions: Int { server.requests.count { $0.path == "/config" } }

    var provider: Flux1SchnellProvider {
        Flux1SchnellProvider(
            url: server.url, hubURL: server.url, route: .call,
            environment: GenerationEnvironment { environment in
                environment.credentials = GenerationCredentials()
                environment.retry = .never
            })
    }
}

@Suite("FLUX.1 [schnell]: what it remembers of a Space", .paced)
struct Flux1SchnellMemoryTests {
    @Test("a Space is asked once what it is, by all copies of a provider, whoever asks for pictures")
    func once() async throws {
        let space = try MoodySpace()
        let provider = space.provider
        for seed in 1...3 {
            let copy = provider
            var request = provider.request("a boat", seed: seed)
            request.credentials = GenerationCredentials(hubToken: Secret("token-\(seed)"))
            let run = await copy.run(request)
            #expect(run.images.first?.images.first?.seed == seed)
            #expect(run.statuses.contains("Connecting to the Space") == (seed == 1))
        }
        #expect(space.questions == 1)
        // Remembered is what the Space said, not who asked.
        let submissions = space.server.requests.filter { $0.method == "POST" }
        #expect(submissions.count == 3)
        let other = space.provider
        #expect(await other.run("a boat").error == nil)
        #expect(space.questions == 2)
    }

    @Test("a Space that fell asleep is noticed, and says so")
    func asleep() async throws {
        let space = try MoodySpace()
        let provider = space.provider
        #expect(await provider.run("a boat").error == nil)
        space.mood.withLock { $0 = .asleep }
        let run = await provider.run("a boat")
        #expect(run.failure?.code == .spaceUnavailable)
        #expect(run.failure?.wasAccepted == false)
        #expect(run.failure?.message.contains("is asleep") == true)
        space.mood.withLock { $0 = .working }
        #expect(await provider.run("a boat").error == nil)
        #expect(space.questions == 3)
    }

    @Test("a loop that is left is no reason to ask again")
    func left() async throws {
        let space = try MoodySpace()
        let provider = space.provider
        #expect(await provider.run("a boat").error == nil)
        let stream = provider.createAsyncGenerator(provider.request("!never"))
        for try await event in stream {
            if case .submitted = event { break }
        }
        await stream.cancel()
        #expect(await provider.run("a boat").error == nil)
        #expect(space.questions == 1)
    }

    @Test("an answer that makes no sense is reason enough to ask again")
    func nonsense() async throws {
        let space = try MoodySpace()
        let provider = space.provider
        #expect(await provider.run("!none").failure?.code == .noImage)
        #expect(await provider.run("a boat").error == nil)
        #expect(space.questions == 2)
    }

    @Test("a Space that was deployed anew on another release fails once, not accepted, and works again")
    func moved() async throws {
        let space = try MoodySpace()
        let provider = space.provider
        #expect(await provider.run("a boat").error == nil)
        space.mood.withLock { $0 = .moved }
        let failure = try #require(await provider.run("a boat").failure)
        #expect(failure.code == .notFound)
        #expect(failure.wasAccepted == false)
        #expect(await provider.run("a boat").error == nil)
        let submissions = space.server.requests.filter { $0.method == "POST" }
        #expect(submissions.map(\.path) == ["/gradio_api/call/infer", "/gradio_api/call/infer", "/call/infer"])
    }
}
