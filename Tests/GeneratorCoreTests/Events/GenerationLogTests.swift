import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import TestPace
import Testing

@testable import GeneratorCore

@Suite("The log of a generation", .paced)
struct GenerationLogTests {
    @Test("URLs that a server made of secrets and of the prompt are told without them")
    func paths() async throws {
        let lines = Locked<[String]>([])
        let place = try #require(URL(string: "http://127.0.0.1:9"))
        let origin = try #require(HTTPOrigin(place))
        var environment = GenerationEnvironment.sealed(
            nil, CannedTransport { _ in (200, "") })
        environment.log = { entry in lines.withLock { $0.append(entry.description) } }
        environment.credentials = GenerationCredentials(
            apiKey: Secret("sesame/key"), hubToken: Secret("sesame-hub"), hubCookies: Secret("a=sesame-cookie"),
            bearerTokens: [origin: Secret("sesame-bearer")])
        let secrets = [
            "sesame/key", "sesame-hub", "sesame-cookie", "sesame-bearer", "sesame-given", "gulls over a pier",
        ]
        let provider = ScriptedProvider(environment: environment) { _, context in
            context.hide(Secret("sesame-given"))
            for secret in secrets {
                let url = place.appending(path: "/file=/tmp/\(secret)/image.png")
                _ = try await context.http.data(for: HTTPRequest(url: url))
                let image = context.image(at: url, origin: origin)
                // It is no picture.
                _ = try? await image.load()
            }
            try await context.yieldImage()
        }
        let (_, error) = await provider.createAsyncGenerator(prompt: "gulls over a pier").collect()
        #expect(error == nil)
        let told = lines.withLock { $0 }
        #expect(told.count == 2 * secrets.count)
        for line in told {
            #expect(line.contains("<secret>") || line.contains("<prompt>"), "\(line)")
            #expect(!line.contains("sesame") && !line.contains("gulls"), "\(line)")
        }
    }

    @Test("a model that is named after a secret is told without it")
    func models() async throws {
        var environment = GenerationEnvironment.sealed()
        environment.credentials = GenerationCredentials(apiKey: Secret("sesame-key"))
        let provider = ScriptedProvider(environment: environment) { _, context in
            let image = context.image(data: pixel)
            let response = ImageResponse(images: [image], alt: "", model: "sd/sesame-key")
            try await context.yield(.preview(response))
            try await context.yield(.image(response))
        }
        let models = await provider.createAsyncGenerator(prompt: "gulls").collect().events.compactMap { event in
            switch event {
            case .preview(let response), .image(let response): response.model
            default: nil
            }
        }
        #expect(models == ["sd/<secret>", "sd/<secret>"])
    }
}
