import Foundation
import G4F
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns
import TestPace
import Testing

@Suite("GPU tokens", .paced)
struct ZeroGPUTokenTests {
    private static let page = "/spaces/black-forest-labs/FLUX.1-dev"
    private static let signed = "/api/spaces/black-forest-labs/FLUX.1-dev/jwt"

    /// One picture; `hub` is asked for the token.
    private func run(
        _ space: SpaceServer, hub: URL, _ credentials: GenerationCredentials = GenerationCredentials(),
        _ configure: (inout GenerationEnvironment) -> Void = { _ in }
    ) async -> ProviderRun {
        let provider = FluxDevProvider(
            url: space.url, hubURL: hub, environment: .test(credentials, configure))
        return await provider.run(GenerationRequest(prompt: "a boat"))
    }

    /// The token and the identifier that the submission carried.
    private func sent(_ space: SpaceServer) throws -> [String?] {
        let join = try #require(space.server.requests.first { $0.path.hasSuffix("/join") })
        return [join.header("x-zerogpu-token"), join.header("x-zerogpu-uuid")]
    }

    @Test("is read from the Space's page")
    func page() async throws {
        let hub = try HubServer(), space = try SpaceServer.fluxDev()
        let run = await run(space, hub: hub.server.url)
        #expect(run.error == nil)
        #expect(run.statuses.prefix(2) == ["Acquiring GPU Token", "Connecting to the Space"])
        #expect(try sent(space) == ["page.token", "u-1"])
        #expect(hub.paths == [Self.page])
        #expect(hub.server.requests.first?.header("Cookie") == nil)
        #expect(hub.server.requests.first?.header("Authorization") == nil)
    }

    @Test("a key of one's own is the token, and no page is fetched")
    func ownKey() async throws {
        let hub = try HubServer(), space = try SpaceServer.fluxDev()
        let run = await run(space, hub: hub.server.url, GenerationCredentials(apiKey: Secret(" my.key\n")))
        #expect(run.error == nil)
        #expect(!run.statuses.contains("Acquiring GPU Token"))
        #expect(try sent(space) == ["my.key", nil])
        #expect(hub.server.requests.isEmpty)
        // An empty one is none.
        let other = try SpaceServer.fluxDev()
        _ = await self.run(other, hub: hub.server.url, GenerationCredentials(apiKey: Secret(" ")))
        #expect(try sent(other) == ["page.token", "u-1"])
    }

    @Test(
        "where nothing is found, it goes on without and says so",
        arguments: [
            (200, "<html>nothing</html>"), (200, "&quot;token&quot;:&quot;&quot;"), (200, "&quot;token&quot;:&quot;x"),
            (200, ""), (404, HubServer.page), (401, HubServer.page), (500, HubServer.page), (503, ""),
        ])
    func nothing(_ status: Int, _ page: String) async throws {
        let hub = try HubServer(page: page, status: status), space = try SpaceServer.fluxDev()
        let run = await run(space, hub: hub.server.url)
        #expect(run.error == nil)
        #expect(run.statuses.prefix(2) == ["Acquiring GPU Token", "Going on without a GPU token"])
        #expect(try sent(space) == [nil, nil])
        // Asked once: it is no condition.
        #expect(hub.paths == [Self.page])
    }

    @Test(
        "what no header can carry is no token",
        arguments: ["a b", "a\nx-evil: 1", "é", String(repeating: "x", count: 9000)])
    func unfit(_ token: String) async throws {
        let hub = try HubServer(
            page: "&quot;token&quot;:&quot;\(token)&quot;",
            signed: String(decoding: JSONValue.object(["token": .string(token)]).serialized(), as: UTF8.self))
        let space = try SpaceServer.fluxDev()
        let run = await run(space, hub: hub.server.url, GenerationCredentials(hubToken: Secret("hf_t")))
        #expect(run.error == nil)
        #expect(try sent(space) == [nil, nil])
    }

    @Test(
        "what is no Space's name never becomes a path of the Hub's", arguments: ["../../api/whoami", "x", "a/b?c", ""])
    func unfitName(_ name: String) async throws {
        let hub = try HubServer(), space = try SpaceServer.fluxDev()
        let provider = FluxDevProvider(url: space.url, space: name, hubURL: hub.server.url, environment: .test())
        let run = await provider.run(GenerationRequest(prompt: "a boat"))
        #expect(run.failure?.code == .invalidRequest)
        #expect(hub.server.requests.isEmpty && space.server.requests.isEmpty)
    }

    @Test("the public Hub is the public Hub, also where it is named: another URL gets none of its tokens")
    func publicHub() async throws {
        let hub = try #require(URL(string: GenerationCredentials.defaultHubURL + "/"))
        let flux = try SpaceServer.fluxDev(), janus = try SpaceServer.janus(), direct = try SpaceServer.direct()
        let run = await run(flux, hub: hub)
        #expect(run.statuses.first == "Going on without a GPU token")
        #expect(try sent(flux) == [nil, nil])
        let spaces = G4FProvider.Spaces(janus: janus.url, flux: direct.url, fluxDev: flux.url)
        for model in ["flux-dev", "flux-schnell", "janus-pro-7b-image"] {
            let provider = G4FProvider(spaces: spaces, hubURL: hub, environment: .test())
            let run = await provider.run(GenerationRequest(prompt: "a boat", model: model))
            #expect(run.error == nil)
            #expect(run.statuses.first == "Going on without a GPU token", "\(model)")
        }
    }

    @Test("a Hub that is not there is no failure either")
    func hubDown() async throws {
        let gone = try LoopbackServer { _, _ in }
        gone.stopKeepingPort()
        let space = try SpaceServer.fluxDev()
        let run = await run(space, hub: gone.url, GenerationCredentials(hubToken: Secret("hf_t")))
        #expect(gone.acceptedConnections == 0)
        #expect(run.error == nil)
        #expect(run.images.count == 1)
        #expect(run.statuses.prefix(2) == ["Acquiring GPU Token", "Going on without a GPU token"])
        #expect(try sent(space) == [nil, nil])
        let silent = try LoopbackServer { _, responder in responder.close() }
        let again = await self.run(space, hub: silent.url)
        #expect(again.error == nil)
    }

    @Test("who is signed in gets a token of his own, for ten minutes", arguments: [true, false])
    func signed(_ byCookies: Bool) async throws {
        let hub = try HubServer(), space = try SpaceServer.fluxDev()
        let credentials =
            byCookies
            ? GenerationCredentials(hubCookies: Secret("token=c; other=1"))
            : GenerationCredentials(hubToken: Secret("hf_t"))
        let start = Date()
        let run = await run(space, hub: hub.server.url, credentials)
        let end = Date()
        #expect(run.error == nil)
        #expect(try sent(space) == ["signed.token", "u-1"])
        #expect(hub.paths == [Self.page, Self.signed])
        for request in hub.server.requests {
            #expect(request.header("Cookie") == (byCookies ? "token=c; other=1" : nil))
            #expect(request.header("Authorization") == (byCookies ? nil : "Bearer hf_t"))
        }
        let asked = try #require(hub.server.requests.last)
        #expect(asked.queryItems.map(\.name) == ["expiration", "include_pro_status"])
        #expect(asked.queryItems.last?.value == "true")
        let expiration = try #require(asked.queryItems.first?.value)
        #expect(expiration.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00/) != nil)
        // A plus sign would arrive as a space, and colons are escaped as well.
        let query = try #require(asked.target.split(separator: "?").last)
        #expect(!query.contains("+") && !query.contains(":"))
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let moment = try #require(formatter.date(from: expiration))
        // Written in whole milliseconds.
        #expect((start.addingTimeInterval(599)...end.addingTimeInterval(601)).contains(moment))
    }

    @Test(
        "without an answer to that the page's token stays",
        arguments: ["{}", "{\"token\":null}", "{\"token\":\"\"}", "<html>", "{\"error\":\"no\"}"])
    func unsigned(_ answer: String) async throws {
        let hub = try HubServer(signed: answer), space = try SpaceServer.fluxDev()
        _ = await run(space, hub: hub.server.url, GenerationCredentials(hubToken: Secret("hf_t")))
        #expect(try sent(space) == ["page.token", "u-1"])
        let bare = try HubServer(page: "<html>", signed: answer), other = try SpaceServer.fluxDev()
        let run = await run(other, hub: bare.server.url, GenerationCredentials(hubToken: Secret("hf_t")))
        #expect(try sent(other) == [nil, nil])
        #expect(run.statuses.contains("Going on without a GPU token"))
    }

    @Test("goes with the submission to the Space and nowhere else")
    func secrecy() async throws {
        let elsewhere = try LoopbackServer { _, responder in
            try await responder.respond(headers: [("content-type", "image/png")], body: SpaceServer.png)
        }
        let target = elsewhere.url.absoluteString
        let hub = try HubServer()
        let space = try SpaceServer.fluxDev(
            reply: { job in
                [
                    job.message(
                        "process_generating", "\"output\":{\"data\":[\(SpaceServer.picture),1]},\"success\":true"),
                    job.completed("[\(SpaceServer.picture),7]"),
                ]
            }, file: { try await $0.respond(status: 302, headers: [("location", "\(target)/x.png")]) })
        let lines = Locked([String]())
        let credentials = GenerationCredentials(hubToken: Secret("hf_t"), hubCookies: Secret("c=secret"))
        let run = await run(space, hub: hub.server.url, credentials) { environment in
            environment.log = { entry in lines.withLock { $0.append(entry.description) } }
        }
        let image = try #require(run.images.first?.images.first)
        #expect(try await image.load().data == SpaceServer.png)
        #expect(elsewhere.requests.count == 1)
        #expect(try sent(space) == ["signed.token", "u-1"])
        let all = space.server.requests + hub.server.requests + elsewhere.requests
        let carriers = all.filter { request in request.headers.contains { $0.name.lowercased().hasPrefix("x-zerogpu") }
        }
        #expect(carriers.map(\.path) == ["/gradio_api/queue/join"])
        // The Hub's own credentials stay at the Hub: this Space is on another host.
        for request in space.server.requests + elsewhere.requests {
            #expect(request.header("Cookie") == nil)
            #expect(request.header("Authorization") == nil)
            #expect(request.header("x-hf-authorization") == nil)
        }
        var text = lines.withLock { $0 }.joined()
        dump(run.events, to: &text)
        dump(image, to: &text)
        for secret in ["signed.token", "page.token", "u-1", "hf_t", "c=secret"] { #expect(!text.contains(secret)) }
    }

    @Test("does not follow a submission to another origin")
    func redirected() async throws {
        let elsewhere = try LoopbackServer { _, responder in try await responder.respond(json: "{\"event_id\":\"x\"}") }
        let target = elsewhere.url.absoluteString
        for status in [302, 307] {
            let space = try LoopbackServer { request, responder in
                guard request.path == "/config" else {
                    return try await responder.respond(status: status, headers: [("location", "\(target)/join")])
                }
                try await responder.respond(
                    json: """
                        {"version":"5.0.0","protocol":"sse_v3","dependencies":[
                        {"api_name":"infer","inputs":[1,2,3,4,5,6,7]}]}
                        """)
            }
            let provider = FluxDevProvider(
                url: space.url, hubURL: space.url,
                environment: .test(GenerationCredentials(apiKey: Secret("my.key"))))
            _ = await provider.run(GenerationRequest(prompt: "a boat"))
            #expect(space.requests.last?.header("x-zerogpu-token") == "my.key" || status == 302)
        }
        for request in elsewhere.requests {
            #expect(request.header("x-zerogpu-token") == nil)
            #expect(request.body.isEmpty)
        }
    }
}
