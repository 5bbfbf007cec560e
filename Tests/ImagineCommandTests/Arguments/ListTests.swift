import Foundation
import TestPace
import Testing

@Suite(.paced) struct ListTests {
    @Test func providersAsJSON() async throws {
        let run = await CommandRun.run(["providers", "--json"])
        #expect(run.status == 0)
        #expect(run.error == "")
        let objects = try run.objects()
        #expect(objects.count == 1)
        #expect(objects.first?.names == ["providers"])
        let provider = try #require(objects.first?.list("providers").first)
        #expect(provider.names == ["id", "label", "models", "needs", "url"])
        #expect(provider.text("id") == "flux1-schnell")
        #expect(provider.text("label") == "FLUX.1 [schnell] on a Hugging Face Space")
        #expect(provider.text("url") == "https://voodoohop-flux-1-schnell.hf.space")
        #expect(provider["models"] as? [String] == ["voodoohop-flux-1-schnell", "flux", "flux-schnell"])
        #expect((provider["needs"] as? [String])?.isEmpty == true)
        let ids = objects.first?.list("providers").map { $0.text("id") }
        #expect(ids == ["flux1-schnell", "flux-dev", "janus-pro", "g4f", "prodia", "gradio"])
    }

    @Test(arguments: [["models", "--json"], ["models", "flux1-schnell", "--json"]]) func modelsAsJSON(
        _ words: [String]
    ) async throws {
        let run = await CommandRun.run(words)
        #expect(run.status == 0)
        let objects = try run.objects()
        #expect(objects.count == (words.contains("flux1-schnell") ? 1 : 6))
        let object = try #require(objects.first)
        #expect(object.names == ["default", "models", "options", "provider"])
        #expect(object.list("options").isEmpty)
        #expect(object.text("provider") == "flux1-schnell")
        #expect(object.text("default") == "voodoohop-flux-1-schnell")
        let model = try #require(object.list("models").first)
        #expect(model.names == ["aliases", "id", "kinds"])
        #expect(model.text("id") == "voodoohop-flux-1-schnell")
        #expect(model["kinds"] as? [String] == ["image"])
        #expect(model["aliases"] as? [String] == ["flux", "flux-schnell"])
    }

    @Test func optionsAsJSON() async throws {
        let objects = try await CommandRun.run(["models", "--json"]).objects()
        func options(_ provider: String) -> [[String: Any]]? {
            objects.first { $0.text("provider") == provider }?["options"] as? [[String: Any]]
        }
        #expect(options("flux1-schnell")?.isEmpty == true)
        #expect(options("janus-pro")?.map { $0.text("name") } == ["imageTemperature", "temperature", "topP"])
        #expect(options("prodia")?.first?.names == ["description", "name"])
        #expect(
            options("prodia")?.first?.text("description") == "the sampler, for example DPM++ 2M Karras (legacy, v1)")
        #expect(options("gradio") == nil, "What its app takes is not known before it was asked.")
    }

    @Test func modelsOfNobody() async {
        let run = await CommandRun.run(["models", "nobody"])
        #expect(run.status == 64)
        #expect(run.output == "")
        #expect(
            run.error
                == "imagine: There is no provider nobody. The providers are: flux1-schnell, flux-dev, janus-pro, g4f, prodia, gradio. [invalidRequest]\n"
        )
    }
}
