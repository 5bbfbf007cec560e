import Foundation
import G4F
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns
import TestPace
import Testing

@Suite("The G4F family on every release of Gradio", .paced)
struct G4FReleasesTests {
    /// Every Space of the family is the same one here.
    private func provider(_ space: LoopbackSpace, _ hub: LoopbackHub) -> G4FProvider {
        G4FProvider(
            spaces: .init(janus: space.url, flux: space.url, fluxDev: space.url), hubURL: hub.url,
            environment: .test())
    }

    private func request(_ prompt: String, _ model: String, seed: Int = 7) -> GenerationRequest {
        var request = GenerationRequest(prompt: prompt, model: model)
        request.size = .pixels(256, 256)
        request.seed = seed
        return request
    }

    @Test("pictures", arguments: GradioRelease.all, ["flux", "flux-schnell"])
    func picture(_ release: GradioRelease, _ model: String) async throws {
        let space = try LoopbackSpace(release: release, pace: .zero), hub = try LoopbackHub(space: space.url)
        let run = await provider(space, hub).run(request("a boat", model))
        #expect(run.error == nil)
        let image = try #require(run.images.first?.images.first)
        #expect(image.seed == 7)
        let data = try await image.load().data
        // Compared outside of the expectation, which would print the bytes.
        let isPicture = data == LoopbackSpace.picture(prompt: "a boat", seed: 7, width: 256, height: 256)
        #expect(isPicture)
        let carriers = space.server.requests.filter { $0.header("x-zerogpu-token") == hub.pageToken }
        #expect(carriers.map(\.method) == ["POST"])
        #expect(carriers.first?.header("x-zerogpu-uuid") == hub.sessionUUID)
    }

    @Test("previews of FLUX.1 [dev]", arguments: GradioRelease.all)
    func previews(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release, pace: .zero), hub = try LoopbackHub(space: space.url)
        let run = await provider(space, hub).run(request("!preview 3 a boat", "flux"))
        #expect(run.error == nil)
        #expect(run.previews.count >= 3)
        #expect(run.previews.allSatisfy { $0.images.count == 1 && $0.provider == nil })
        let preview = try #require(run.previews.last?.images.first)
        #expect(try await preview.load().size == PixelSize(width: 256, height: 256))
    }

    @Test("a gallery and a text of JanusPro", arguments: GradioRelease.all)
    func janus(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release, pace: .zero), hub = try LoopbackHub(space: space.url)
        var painting = request("a cat", "janus-pro-7b-image")
        painting.size = nil
        let pictures = await provider(space, hub).run(painting)
        #expect(pictures.error == nil)
        #expect(pictures.images.flatMap(\.images).count == 5)
        var question = GenerationRequest(messages: [.user("what is it?")], model: "janus-pro-7b")
        question.inputImages = [.data(SpaceServer.png)]
        let text = await provider(space, hub).run(question)
        #expect(text.error == nil)
        #expect(text.texts.count == 1)
        #expect(space.submissions == 2)
    }

    @Test("what the Space says about a failure", arguments: GradioRelease.all, ["flux", "flux-schnell"])
    func failure(_ release: GradioRelease, _ model: String) async throws {
        let space = try LoopbackSpace(release: release, pace: .zero), hub = try LoopbackHub(space: space.url)
        let run = await provider(space, hub).run(request("!error not today", model))
        #expect(run.failure?.code == .generationFailed)
        #expect(run.failure?.message.contains("not today") == true)
        #expect(run.failure?.wasAccepted == true)
        #expect(run.failure?.provider == "g4f")
    }

    @Test("a Space that sleeps is named in the Hub's words")
    func asleep() async throws {
        let space = try LoopbackServer { _, responder in
            try await responder.respond(status: 503, headers: [("content-type", "text/html")], body: "<html>asleep")
        }
        let hub = try LoopbackHub(space: space.url)
        hub["roxky/Janus-Pro-7B"] = .sleeping
        let provider = G4FProvider(spaces: .init(janus: space.url), hubURL: hub.url, environment: .test())
        let run = await provider.run(GenerationRequest(messages: [.user("hello")], model: "janus-pro-7b"))
        #expect(run.failure?.code == .spaceUnavailable)
        #expect(run.failure?.message.hasPrefix("The Space roxky/Janus-Pro-7B is asleep") == true)
        #expect(run.failure?.wasAccepted == false)
    }
}
