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

    @Test("a balancer's cookie goes with all calls of those for whom it was set, and with nobody else's")
    func balanced() async throws {
        let space = try LoopbackSpace(), replicas = Locked(0)
        let server = try LoopbackServer { request, responder in
            let isKnown = request.header("Cookie")?.contains("replica=") == true
            // Only the question and the submission may come from somebody new.
            guard isKnown || request.path == "/config" || request.method == "POST" else {
                return try await responder.respond(status: 404, body: "another replica")
            }
            guard let url = URL(string: space.url.absoluteString + request.target) else { return }
            var onward = HTTPRequest(url: url, method: request.method)
            onward.headers["Content-Type"] = request.header("Content-Type")
            if request.method == "POST" { onward.body = request.body }
            let (response, body) = try await HTTPPipeline().data(for: onward)
            var fields = [("content-type", response.headers["Content-Type"] ?? "")]
            if !isKnown {
                let number = replicas.withLock { count in
                    count += 1
                    return count
                }
                fields.append(("set-cookie", "replica=\(number); Path=/"))
            }
            try await responder.respond(status: response.status, headers: fields, body: body)
        }
        let provider = Flux1SchnellProvider(at: server.url, route: .call) { $0.retry = .never }
        let origin = try #require(HTTPOrigin(server.url))
        for token in ["token-1", "token-1", "token-2", "token-1"] {
            var request = provider.request("a boat")
            request.credentials = GenerationCredentials(bearerTokens: [origin: Secret(token)])
            let run = await provider.run(request)
            #expect(run.error == nil)
            #expect(run.images.count == 1)
        }
        let cookies = server.requests.filter { $0.path.hasSuffix("/call/infer") }.map { $0.header("Cookie") }
        #expect(cookies == ["replica=1", "replica=1", nil, "replica=1"])
        #expect(server.requests.count { $0.header("Cookie") == "replica=2" } > 0)
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

    @Test("an app's own failure is no reason to ask again")
    func ownFailure() async throws {
        let space = try MoodySpace()
        let provider = space.provider
        #expect(await provider.run("!none").failure?.code == .noImage)
        #expect(await provider.run("!error Out of paint").failure?.code == .generationFailed)
        #expect(await provider.run("a boat").error == nil)
        #expect(space.questions == 1)
    }

    @Test("a Space whose words show that it takes other arguments is asked again", arguments: [true, false])
    func otherArguments(isOther: Bool) async throws {
        let words =
            isOther
            ? "An event handler (infer) didn't receive enough input values (needed: 7, got: 6)." : "Out of memory."
        let questions = Locked(0)
        let server = try LoopbackServer { request, responder in
            switch (request.method, request.path) {
            case ("GET", "/config"):
                questions.withLock { $0 += 1 }
                try await responder.respond(json: Self.config(appID: 1))
            case ("POST", _): try await responder.respond(json: #"{"event_id": "e1"}"#)
            default:
                try await responder.beginStream(headers: [("content-type", "text/event-stream")])
                try await responder.send("event: error\ndata: {\"error\": \"\(words)\"}\n\n")
                try await responder.end()
            }
        }
        let provider = Flux1SchnellProvider(at: server.url) { $0.retry = .never }
        for asked in [1, isOther ? 2 : 1] {
            let failure = try #require(await provider.run("a boat").failure)
            #expect(failure.message.contains(isOther ? "didn't receive enough" : "Out of memory"))
            #expect(failure.wasAccepted == true)
            #expect(questions.withLock { $0 } == asked)
        }
    }

    private static func config(appID: Int) -> String {
        """
        {"version": "5.50.0", "api_prefix": "/gradio_api", "app_id": \(appID),
        "components": [{"id": 1, "type": "textbox"}, {"id": 2, "type": "slider"}, {"id": 3, "type": "checkbox"},
        {"id": 4, "type": "slider"}, {"id": 5, "type": "slider"}, {"id": 6, "type": "slider"}],
        "dependencies": [{"id": 0, "api_name": "infer", "inputs": [1, 2, 3, 4, 5, 6]}]}
        """
    }

    @Test("a Space that is busy stays known, unless another app answers in its place")
    func busy() async throws {
        let appID = Locked(1), isBusy = Locked(false), questions = Locked(0)
        let server = try LoopbackServer { request, responder in
            switch (request.method, request.path) {
            case ("GET", "/config"):
                questions.withLock { $0 += 1 }
                try await responder.respond(json: Self.config(appID: appID.withLock { $0 }))
            case ("POST", _) where isBusy.withLock { $0 }:
                try await responder.respond(status: 503, headers: [("retry-after", "1")], body: "busy")
            case ("POST", _): try await responder.respond(json: #"{"event_id": "e1"}"#)
            default:
                try await responder.beginStream(headers: [("content-type", "text/event-stream")])
                try await responder.send("event: complete\ndata: [{\"path\": \"/x.png\"}, 5]\n\n")
                try await responder.end()
            }
        }
        let provider = Flux1SchnellProvider(at: server.url) { $0.retry = .never }
        #expect(await provider.run("a boat").error == nil)
        for (id, asked) in [(1, 2), (2, 4)] {
            isBusy.withLock { $0 = true }
            appID.withLock { $0 = id }
            let failure = try #require(await provider.run("a boat").failure)
            #expect(failure.code == .serviceUnavailable && failure.wasAccepted == false)
            isBusy.withLock { $0 = false }
            #expect(await provider.run("a boat").error == nil)
            // Asked once more by the one who failed; and by the next one where it is another app.
            #expect(questions.withLock { $0 } == asked)
        }
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
