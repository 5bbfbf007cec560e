import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

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
        retry: RetryPolicy(retries: 1, initialDelay: .milliseconds(1)))

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

    @Test(
        "a Hub that is not on this machine may name no private place, none without https, and none in disguise",
        arguments: [
            "http://169.254.169.254", "https://169.254.169.254", "https://2852039166", "https://0xA9.0xFE.0xA9.0xFE",
            "https://0251.0376.0251.0376", "https://127.1", "https://localhost", "https://x.localhost.",
            "https://10.0.0.1:8443", "https://192.168.0.1", "https://[::1]", "https://[::ffff:10.0.0.1]",
            "https://[fd00::1]", "https://[fe80::1%25eth0]", "https://0.0.0.0", "https://intern.example",
            "http://owner-name.hf.space", "https://me:pw@owner-name.hf.space", "https://me@owner-name.hf.space",
            "https://owner-name.hf.space:0", "https://owner-name.hf.space:99999",
            "https://owner-name.hf.space:99999999999999999999", "https://evil.example%2F.hf.space",
            "https://evil.example%00.hf.space", "https://999.1.1.1",
        ])
    func unsafe(_ host: String) async throws {
        let transport = CannedTransport { _ in
            CannedTransport.Answer(
                body: String(decoding: try JSONValue.object(["host": .string(host)]).serialized(), as: UTF8.self))
        }
        let hub = try #require(URL(string: "https://huggingface.co"))
        let policy = AddressPolicy(configured: HTTPOrigin(hub)) { $0 == "intern.example" ? [[10, 0, 0, 1]] : [] }
        let error = await #expect(throws: GenerationError.self) {
            try await #require(GradioSpace("owner/name")).url(
                from: hub, using: HTTPPipeline(transport: transport), headers: [:], addresses: policy)
        }
        #expect(error?.code == .unsafeURL, "\(String(describing: error))")
        #expect(error?.wasAccepted == false)
        #expect(error?.message.contains("the Hub https://huggingface.co") == true)
        #expect(error?.message.contains("pw") == false)
        #expect(transport.requests.count == 1)
    }

    @Test("a Hub on this machine may name this machine, and no other private place")
    func loopback() async throws {
        let space = try #require(GradioSpace("owner/name"))
        for (host, isAllowed) in [("http://127.0.0.1:1", true), ("http://[::1]:1", true), ("http://10.0.0.1", false)] {
            let server = try LoopbackServer { _, responder in
                try await responder.respond(json: "{\"host\":\"\(host)\"}")
            }
            let url = try? await space.url(from: server.url, using: http)
            #expect(url?.absoluteString == (isAllowed ? host : nil))
        }
    }

    @Test("nothing is asked at a place that the Hub should not have named")
    func connecting() async throws {
        let transport = CannedTransport { _ in CannedTransport.Answer(body: "{\"host\":\"http://169.254.169.254\"}") }
        let error = await #expect(throws: GenerationError.self) {
            try await GradioApp.connect(
                to: #require(GradioSpace("owner/name")), hub: GradioHub(credentials: GenerationCredentials()),
                using: HTTPPipeline(transport: transport))
        }
        #expect(error?.code == .unsafeURL)
        #expect(transport.places == ["huggingface.co/api/spaces/owner/name/host"])
    }
}
