import Foundation
import GeneratorTesting
import ImageGenerators
import TestPace
import Testing

/// What only some providers have: options of their own, samplers, a mask.
@Suite(.paced, .serialized) struct OwnSettingsTests {
    private let space: LoopbackSpace
    private let closed: ClosedPort

    init() throws {
        space = try LoopbackSpace(pace: .zero)
        closed = try ClosedPort()
    }

    /// Of several providers the first is not there.
    private func run(_ providers: String, _ words: String...) async -> CommandRun {
        let names = providers.split(separator: ",").map { $0.prefix { $0 != ":" } }
        let urls = names.enumerated().flatMap { index, name in
            ["--base-url", "\(name)=\(index == 0 ? closed.url : space.url.absoluteString)"]
        }
        return await CommandRun.run(
            ["harbour", "--json", "--provider", providers, "--retries", "0", "--no-save", "--hub-url", closed.url]
                + urls + words)
    }

    /// The arguments of the only call.
    private func arguments() throws -> [Any] {
        let submissions = space.server.requests.filter { $0.path.hasSuffix("/queue/join") }
        try #require(submissions.count == 1)
        let body = try JSONSerialization.jsonObject(with: submissions[0].body) as? [String: Any]
        return try #require(body?["data"] as? [Any])
    }

    @Test func anOptionGoesToTheProviderThatKnowsIt() async throws {
        let run = await run(
            "flux1-schnell,janus-pro", "--model", "janus-pro-7b", "--option", "topP=0.5", "--option", "temperature=0.25"
        )
        #expect(run.status == 0, "\(run.output)")
        #expect(try arguments().suffix(2).compactMap { $0 as? Double } == [0.5, 0.25])
        let warnings = try run.objects("warning").filter { $0.text("kind") == "unsupported" }
        #expect(warnings.map { $0.text("setting") } == ["topP", "temperature"])
        #expect(
            warnings.first?.text("message") == "The option topP goes to janus-pro; flux1-schnell does not get it.")
    }

    @Test func anOptionThatNobodyElseKnowsGoesToTheApp() async throws {
        let run = await run(
            "janus-pro,gradio:owner/name", "--endpoint", "/generate_image", "--option", "t2i_temperature=0.5")
        #expect(run.status == 0, "\(run.output)")
        #expect(try arguments().last as? Double == 0.5)
    }

    @Test(arguments: [
        (
            "topp",
            "There is no option topp here. Did you mean topP? The options are: imageTemperature, temperature, topP."
        ),
        ("mood", "There is no option mood here. The options are: imageTemperature, temperature, topP."),
    ]) func anOptionThatNobodyKnows(_ name: String, _ message: String) async throws {
        let run = await run("flux1-schnell,janus-pro", "--option", "\(name)=1")
        #expect(run.status == 64)
        #expect(try run.objects().last?.text("message") == message)
        #expect(space.server.requests.isEmpty)
    }

    @Test(arguments: [["--option", "topP=0.5"], ["--sampler", "Euler"], ["--mask", "PICTURE"]])
    func whatNotEveryProviderKnowsMayBeAnError(_ words: [String]) async throws {
        let picture = LoopbackSpace.picture(prompt: "fox", seed: 1, width: 64, height: 64).base64EncodedString()
        let words = words.map { $0 == "PICTURE" ? picture : $0 }
        let run = await CommandRun.run(
            ["harbour", "--provider", "flux1-schnell,janus-pro", "--unsupported", "fail", "--json"] + words)
        #expect(run.status == 64)
        #expect(try run.objects().last?.text("code") == "unsupportedSetting")
        #expect(try run.objects().last?.text("message")?.contains("flux1-schnell") == true)
    }

    @Test func theNamesOfOptionsAreThoseThatCanBeSet() throws {
        func check<P: AsyncGeneratorProvider>(_ provider: P) throws {
            for name in P.Options.names ?? [] {
                var options = P.Options()
                let error = #expect(throws: GenerationError.self) { try options.set(name, to: .array([.null])) }
                #expect(error?.message.contains("There is no option") == false, "\(provider.id) \(name)")
            }
        }
        for registered in ProviderRegistry.standard.providers { try check(registered.make(ProviderConfiguration())) }
    }

    // MARK: Masks

    @Test func aMaskLiesOnThePictureToBeChanged() async throws {
        let folder = try TestFolder()
        let picture = LoopbackSpace.picture(prompt: "fox", seed: 1, width: 64, height: 64)
        let mask = LoopbackSpace.picture(prompt: "mask", seed: 2, width: 64, height: 64)
        let echo = try EchoSpace(
            parameters: EchoSpace.parameters(("editor", "imageeditor"), ("prompt", "textbox")), returns: ["image"],
            files: ["x.png": ("image/png", picture)]
        ) { _ in [EchoSpace.file("/tmp/x.png")] }
        let run = await CommandRun.run(
            ["a hat", "--provider", "gradio", "--base-url", echo.url, "--no-save"]
                + ["--image", try folder.write(picture, "fox.png"), "--mask", try folder.write(mask, "mask.png")])
        #expect(run.status == 0, "\(run.error)")
        try #require(echo.calls.count == 1)
        let layers = try #require(echo.calls[0].first?["layers"]?.array)
        #expect(layers.count == 1)
        let uploads = echo.server.requests.filter { $0.path == "/gradio_api/upload" }
        #expect(uploads.map { $0.body.range(of: mask) != nil } == [false, true])
    }

    @Test func whoeverTakesNoMaskSaysSo() async throws {
        let mask = LoopbackSpace.picture(prompt: "mask", seed: 2, width: 64, height: 64).base64EncodedString()
        let fixed = ["--base-url", space.url.absoluteString, "--mask", mask, "--no-save", "--width", "256"]
        for (words, message) in [
            (["--provider", "flux1-schnell"], "The provider flux1-schnell takes no mask."),
            (["--provider", "gradio", "--endpoint", "/infer"], "The app takes no mask."),
        ] {
            let run = await CommandRun.run(["harbour"] + words + fixed)
            #expect(run.status == 0, "\(run.error)")
            #expect(run.errorLines.contains("Warning: \(message)"))
            let before = space.submissions
            let strict = await CommandRun.run(["harbour", "--unsupported", "fail"] + words + fixed)
            #expect(strict.status == 64)
            #expect(strict.failure?.contains(message) == true, "\(strict.error)")
            #expect(space.submissions == before)
        }
        #expect(await CommandRun.run(["harbour", "--mask", "/no/such/mask.png"]).status == 66)
    }
}
