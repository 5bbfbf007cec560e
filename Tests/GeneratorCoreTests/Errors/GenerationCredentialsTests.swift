import Foundation
import GeneratorCore
import GeneratorTransport
import Gradio
import TestPace
import Testing

@Suite(.paced)
struct GenerationCredentialsTests {
    /// URL, the field it gets.
    static let places: [(String, HTTPHeaders)] = [
        ("https://huggingface.co/api/spaces/a/b", ["Authorization": "Bearer hf_hub"]),
        ("https://HuggingFace.co:443/x", ["Authorization": "Bearer hf_hub"]), ("http://huggingface.co/x", [:]),
        ("https://huggingface.co:8443/x", [:]), ("https://api.huggingface.co/x", [:]),
        ("https://huggingface.co.evil.example/x", [:]), ("https://evilhuggingface.co/x", [:]),
        ("https://owner-name.hf.space/gradio_api/queue/join", ["x-hf-authorization": "Bearer hf_hub"]),
        ("https://OWNER-name.HF.space/x", ["x-hf-authorization": "Bearer hf_hub"]),
        ("https://owner.static.hf.space/", ["x-hf-authorization": "Bearer hf_hub"]),
        ("http://owner-name.hf.space/x", [:]), ("https://owner-name.hf.space:8443/x", [:]),
        ("https://evil.com%2F.hf.space/x", [:]), ("https://evil.com%00.hf.space/x", [:]),
        ("https://evil-hf.space/x", [:]), ("https://evilhf.space/x", [:]),
        ("https://hf.space.evil.com/x", [:]), ("https://owner.hf.space.evil.com/x", [:]), ("https://hf.space/x", [:]),
        ("https://evil.com/owner.hf.space", [:]), ("https://evil.com/?a=.hf.space", [:]),
        ("https://owner.hf.space@evil.com/x", [:]), ("https://evil.com#.hf.space", [:]),
        ("https://own.example/x", ["Authorization": "Bearer mine"]), ("http://own.example/x", [:]),
        ("https://own.example:8443/x", [:]), ("https://sub.own.example/x", [:]),
        ("https://named.hf.space/x", ["Authorization": "Bearer named"]), ("http://127.0.0.1:7860/x", [:]),
        ("ftp://owner.hf.space/x", [:]), ("file:///etc/owner.hf.space", [:]), ("data:,x", [:]),
    ]

    private func origin(_ text: String) throws -> HTTPOrigin {
        try #require(URL(string: text).flatMap(HTTPOrigin.init))
    }

    @Test(arguments: places.indices) func headers(_ index: Int) throws {
        let (place, expected) = Self.places[index]
        let credentials = GenerationCredentials(
            apiKey: "sesame", hubToken: "hf_hub",
            bearerTokens: [try origin("https://own.example"): "mine", try origin("https://named.hf.space"): "named"])
        let url = try #require(URL(string: place)), hub = try #require(URL(string: GenerationCredentials.defaultHubURL))
        #expect(credentials.headers(for: url, hub: hub) == expected)
        #expect(GenerationCredentials(apiKey: "sesame").headers(for: url, hub: hub) == [:])
    }

    @Test func anotherHub() throws {
        let hub = try #require(URL(string: "http://127.0.0.1:9999/hub")),
            real = try #require(URL(string: "https://huggingface.co"))
        let credentials = GenerationCredentials(hubToken: "hf_hub")
        #expect(credentials.headers(for: hub, hub: hub) == ["Authorization": "Bearer hf_hub"])
        #expect(credentials.headers(for: real, hub: hub) == [:])
    }

    @Test func nothingPrints() throws {
        let credentials = GenerationCredentials(
            apiKey: "sesame", hubToken: "sesame", bearerTokens: [try origin("https://own.example"): "sesame"])
        var dumped = ""
        dump(credentials, to: &dumped)
        dump(GenerationEnvironment { $0.credentials = credentials }, to: &dumped)
        var request = GenerationRequest(prompt: "A fox")
        request.credentials = credentials
        dump(request, to: &dumped)
        #expect(!(dumped + "\(credentials)" + String(reflecting: credentials)).contains("sesame"))
        #expect(dumped.contains("<secret>"))
    }
}
