import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import Gradio
import TestPace
import Testing

@Suite("Names of Spaces", .paced)
struct GradioSpaceTests {
    @Test(
        "what is a name",
        arguments: [
            "black-forest-labs/FLUX.1-dev", "deepseek-ai/Janus-Pro-7B", "voodoohop/flux-1-schnell", "someone/model_3.5",
            "A_b.c/D",
        ])
    func name(_ text: String) { #expect(GradioSpace(text)?.description == text) }

    @Test(
        "what is no name",
        arguments: [
            "", "owner", "owner/", "/name", "a/b/c", "https://x.hf.space", "http://a/b", "a b/c", "ä/b", "a/b?c",
            "../b",
            "a/..", "./b", "a/b\n", "a//b", "a/b#", "a%2Fb/c",
        ])
    func noName(_ text: String) { #expect(GradioSpace(text) == nil) }

    private let http = HTTPPipeline(
        transport: URLSessionTransport(), retry: RetryPolicy(retries: 1, initialDelay: .milliseconds(1)))

    @Test("asks the Hub, with the Hub's credentials")
    func hub() async throws {
        let server = try LoopbackServer { _, responder in
            try await responder.respond(
                json: "{\"host\":\"https://owner-name--x1.hf.space\",\"subdomain\":\"owner-name\"}")
        }
        let space = try #require(GradioSpace("owner/Na.me_1"))
        let url = try await space.url(from: server.url, using: http, headers: ["Authorization": "Bearer t"])
        #expect(url.absoluteString == "https://owner-name--x1.hf.space")
        #expect(server.requests.map(\.target) == ["/api/spaces/owner/Na.me_1/host"])
        #expect(server.requests.first?.method == "GET")
        #expect(server.requests.first?.header("Authorization") == "Bearer t")
        // A Hub below a path, as a mirror may have it.
        _ = try await space.url(from: server.url.appending(path: "mirror"), using: http)
        #expect(server.requests.last?.target == "/mirror/api/spaces/owner/Na.me_1/host")
        #expect(server.requests.last?.header("Authorization") == nil)
    }

    @Test(
        "names what the Hub refuses",
        arguments: [
            (401, "{\"error\":\"Invalid username or password.\"}", GenerationError.Code.unauthorized),
            (403, "", .forbidden), (404, "{\"error\":\"Repository not found\"}", .notFound),
            (500, "<html>", .serviceError), (503, "", .serviceUnavailable), (429, "", .rateLimited),
            (200, "", .invalidResponse), (200, "<html>", .invalidResponse), (200, "{}", .invalidResponse),
            (200, "{\"host\":7}", .invalidResponse), (200, "{\"host\":\"\"}", .invalidResponse),
            (200, "{\"host\":\"javascript:alert(1)\"}", .invalidResponse),
            (200, "{\"host\":\"file:///etc/passwd\"}", .invalidResponse),
        ])
    func refused(_ status: Int, _ body: String, _ code: GenerationError.Code) async throws {
        let server = try LoopbackServer { _, responder in try await responder.respond(status: status, json: body) }
        let space = try #require(GradioSpace("owner/name"))
        let error = await #expect(throws: GenerationError.self) { try await space.url(from: server.url, using: http) }
        #expect(error?.code == code)
        #expect(error?.wasAccepted == false)
        #expect(server.requests.count == ([429, 503].contains(status) ? 2 : 1))
    }
}
