import Foundation
import GeneratorCore
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

@Suite("The Hub's word about Spaces", .paced)
struct GradioHubTests {
    private static let config = "{\"version\":\"5.23.3\",\"api_prefix\":\"/gradio_api\",\"dependencies\":[]}"

    /// Connects to a Space; the Hub answers `hub`, the Space answers `space`.
    private func connect(
        to target: String = "https://owner-name.hf.space", _ name: String? = "owner/name",
        hub: @escaping @Sendable (HTTPRequest) throws -> CannedTransport.Answer,
        space: CannedTransport.Answer = CannedTransport.Answer(status: 404, type: "text/html", body: "<html>"),
        hubURL: String = "https://huggingface.co", _ credentials: GenerationCredentials = GenerationCredentials()
    ) async throws -> (GenerationError?, CannedTransport) {
        let transport = CannedTransport { request in
            request.url.host == URL(string: hubURL)?.host ? try hub(request) : space
        }
        let http = HTTPPipeline(transport: transport, retry: RetryPolicy(retries: 1, initialDelay: .milliseconds(1)))
        let url = try #require(URL(string: target))
        do {
            _ = try await GradioApp.connect(
                to: url, space: name.flatMap(GradioSpace.init),
                hub: GradioHub(url: URL(string: hubURL), credentials: credentials), using: http)
            return (nil, transport)
        } catch let error as GenerationError {
            return (error, transport)
        }
    }

    private func stage(_ stage: String) -> CannedTransport.Answer {
        CannedTransport.Answer(body: "{\"id\":\"owner/name\",\"runtime\":{\"stage\":\"\(stage)\"}}")
    }

    @Test(
        "every stage that keeps a Space from answering",
        arguments: [
            ("SLEEPING", "is asleep"), ("STOPPED", "is asleep"), ("BUILDING", "is being built"),
            ("APP_STARTING", "is being built"), ("RUNNING_BUILDING", "is being built"),
            ("RUNNING_APP_STARTING", "is being built"), ("PAUSED", "is paused"),
            ("BUILD_ERROR", "is broken (BUILD_ERROR)"), ("RUNTIME_ERROR", "is broken (RUNTIME_ERROR)"),
            ("CONFIG_ERROR", "is broken (CONFIG_ERROR)"), ("NO_APP_FILE", "is broken (NO_APP_FILE)"),
            ("DELETING", "does not run (DELETING)"), ("\\u001b[31m", "does not run ([31m)"),
        ])
    func stages(_ name: String, _ words: String) async throws {
        let answer = stage(name)
        let (error, transport) = try await connect(hub: { _ in answer })
        #expect(error?.code == .spaceUnavailable)
        #expect(error?.message.hasPrefix("The Space owner/name \(words)") == true, "\(String(describing: error))")
        #expect(error?.wasAccepted == false)
        #expect(transport.places == ["owner-name.hf.space/config", "huggingface.co/api/spaces/owner/name"])
    }

    @Test(
        "what the Hub refuses is named",
        arguments: [
            (401, GenerationError.Code.unauthorized), (403, .forbidden), (404, .notFound),
        ])
    func refused(_ status: Int, _ code: GenerationError.Code) async throws {
        let (error, _) = try await connect(hub: { _ in CannedTransport.Answer(status: status, body: "{}") })
        #expect(error?.code == code)
        #expect(error?.message.contains("owner/name") == true)
        #expect(error?.message.contains("token of the Hub") == true)
        #expect(error?.status == status)
    }

    @Test(
        "where the Hub has nothing to say, the app's own error stays",
        arguments: [
            CannedTransport.Answer(body: "{\"runtime\":{\"stage\":\"RUNNING\"}}"), .init(body: "{}"),
            .init(body: "<html>"), .init(status: 500, body: ""), .init(status: 503, body: "{}"), .init(body: "[1]"),
        ])
    func silent(_ answer: CannedTransport.Answer) async throws {
        let (error, transport) = try await connect(hub: { _ in answer })
        #expect(error?.code == .spaceUnavailable)
        #expect(error?.message.contains("A web page answered at https://owner-name.hf.space") == true)
        // It is asked once: the answer is a courtesy.
        #expect(transport.requests.count == 2)
        let (unreachable, _) = try await connect(hub: { _ in throw TransportError(.connectionFailed, "scripted") })
        #expect(unreachable?.message == error?.message)
    }

    @Test(
        "a host of the Hub is asked for by its first label", arguments: ["owner-name.hf.space", "OWNER-name.HF.space"])
    func subdomain(_ host: String) async throws {
        let answer = stage("PAUSED")
        let (error, transport) = try await connect(to: "https://\(host)", nil, hub: { _ in answer })
        #expect(error?.message.lowercased().hasPrefix("the space owner-name is paused") == true)
        #expect(transport.places.last?.lowercased() == "huggingface.co/api/spaces/by-subdomain/owner-name")
    }

    @Test("another host is none of the Hub's business, however the Hub is written", arguments: ["", "/"])
    func foreign(_ slash: String) async throws {
        let (error, transport) = try await connect(
            to: "https://intranet.example", nil, hub: { _ in CannedTransport.Answer() },
            hubURL: "https://huggingface.co" + slash)
        #expect(error?.code == .spaceUnavailable)
        #expect(transport.places == ["intranet.example/config"])
    }

    @Test("a Hub that was chosen on purpose is asked about every host")
    func ownHub() async throws {
        let answer = stage("PAUSED")
        let (error, transport) = try await connect(
            to: "https://gpu.example", hub: { _ in answer }, hubURL: "https://hub.example/mirror")
        #expect(error?.message.contains("is paused") == true)
        #expect(transport.places.last == "hub.example/mirror/api/spaces/owner/name")
    }

    @Test("an app that runs, or fails in another way, is not asked about")
    func running() async throws {
        let (none, transport) = try await connect(
            hub: { _ in CannedTransport.Answer() }, space: CannedTransport.Answer(body: Self.config))
        #expect(none == nil)
        #expect(transport.requests.count == 1)
        let (odd, other) = try await connect(
            hub: { _ in CannedTransport.Answer() }, space: CannedTransport.Answer(body: "{}"))
        #expect(odd?.code == .invalidResponse)
        #expect(other.requests.count == 1)
    }

    @Test("a wrong password is not the Hub's matter")
    func login() async throws {
        let target = try #require(URL(string: "https://owner-name.hf.space").flatMap(HTTPOrigin.init))
        let credentials = GenerationCredentials(
            logins: [target: GenerationLogin(username: "a", password: Secret("b"))])
        let (error, transport) = try await connect(
            hub: { _ in CannedTransport.Answer() }, space: CannedTransport.Answer(status: 400, body: "{}"),
            hubURL: "https://huggingface.co", credentials)
        #expect(error?.code == .unauthorized)
        #expect(transport.places == ["owner-name.hf.space/login"])
    }

    // MARK: By name

    private func connect(
        _ name: String, host: String, _ credentials: GenerationCredentials
    ) async throws -> (GradioApp, CannedTransport) {
        let transport = CannedTransport { request in
            request.url.path.hasSuffix("/host")
                ? CannedTransport.Answer(body: "{\"host\":\"\(host)\"}") : CannedTransport.Answer(body: Self.config)
        }
        let app = try await GradioApp.connect(
            to: #require(GradioSpace(name)), hub: GradioHub(credentials: credentials),
            using: HTTPPipeline(transport: transport))
        return (app, transport)
    }

    @Test("each place gets the token that belongs there")
    func tokens() async throws {
        let origin = try #require(URL(string: "https://own.example").flatMap(HTTPOrigin.init))
        let credentials = GenerationCredentials(
            hubToken: Secret("hf_t"), hubCookies: Secret("c=1"), bearerTokens: [origin: Secret("b")])
        let (app, transport) = try await connect("owner/name", host: "https://owner-name.hf.space", credentials)
        #expect(app.url.absoluteString == "https://owner-name.hf.space")
        #expect(transport.places == ["huggingface.co/api/spaces/owner/name/host", "owner-name.hf.space/config"])
        #expect(transport.requests[0].headers["Authorization"] == "Bearer hf_t")
        #expect(transport.requests[0].headers["Cookie"] == "c=1")
        #expect(transport.requests[1].headers["x-hf-authorization"] == "Bearer hf_t")
        #expect(transport.requests[1].headers["Authorization"] == nil)
        #expect(transport.requests[1].headers["Cookie"] == nil)
        let (_, elsewhere) = try await connect("owner/name", host: "https://evil.example", credentials)
        #expect(elsewhere.requests[1].headers["x-hf-authorization"] == nil)
        #expect(elsewhere.requests[1].headers["Authorization"] == nil)
        let (_, own) = try await connect("owner/name", host: "https://own.example", credentials)
        #expect(own.requests[1].headers["Authorization"] == "Bearer b")
        #expect(own.requests[1].headers["x-hf-authorization"] == nil)
    }

    @Test("a private Space answers to its token, on every request")
    func isPrivate() async throws {
        let transport = CannedTransport { request in
            let token = request.headers["Authorization"] ?? request.headers["x-hf-authorization"]
            guard token == "Bearer hf_t" else {
                return CannedTransport.Answer(status: 404, type: "text/html", body: "<")
            }
            return request.url.path.hasSuffix("/host")
                ? CannedTransport.Answer(body: "{\"host\":\"https://owner-name.hf.space\"}")
                : CannedTransport.Answer(body: Self.config)
        }
        let space = try #require(GradioSpace("owner/name"))
        let http = HTTPPipeline(transport: transport, retry: .never)
        let hub = GradioHub(credentials: GenerationCredentials(hubToken: Secret("hf_t")))
        let app = try await GradioApp.connect(to: space, hub: hub, using: http).loadingInfo()
        #expect(transport.requests.last?.headers["x-hf-authorization"] == "Bearer hf_t")
        #expect(app.headers(for: app.url)["x-hf-authorization"] == "Bearer hf_t")
        let error = await #expect(throws: GenerationError.self) {
            try await GradioApp.connect(
                to: space, hub: GradioHub(credentials: GenerationCredentials()), using: http)
        }
        #expect(error?.code == .notFound)
        #expect(error?.message == "There is no Space owner/name, or it is private and needs a token of the Hub.")
    }
}
