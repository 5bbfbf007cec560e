import Foundation
import GeneratorTesting
import TestPace
import Testing

/// `imagine space` without data: what there is to call.
@Suite(.paced, .serialized) struct SpaceListTests {
    private let space: LoopbackSpace
    private let hub: LoopbackHub

    init() throws {
        space = try LoopbackSpace()
        hub = try LoopbackHub(space: space.url)
    }

    private func run(_ place: String, _ words: String...) async -> CommandRun {
        await CommandRun.run(["space", place, "--hub-url", hub.url.absoluteString] + words)
    }

    @Test func forPeople() async {
        let run = await run(space.url.absoluteString)
        #expect(run.status == 0)
        let expected = """
            /infer → image, slider
                prompt               textbox   required      Prompt
                seed                 slider    default 0     Seed, 0 to 2147483647
                randomize_seed       checkbox  default true  Randomize seed
                width                slider    default 1024  Width, 256 to 2048
                height               slider    default 1024  Height, 256 to 2048
                num_inference_steps  slider    default 4     Number of inference steps, 1 to 50
            /infer_1 → image, slider
                prompt               textbox   required      Prompt
                seed                 slider    default 0     Seed, 0 to 2147483647
                randomize_seed       checkbox  default true  Randomize seed
                width                slider    default 1024  Width, 256 to 2048
                height               slider    default 1024  Height, 256 to 2048
                guidance_scale       slider    default 3.5   Guidance Scale, 1 to 15
                num_inference_steps  slider    default 28    Number of inference steps, 1 to 50
            /multimodal_understanding → textbox
                image        image    required      Image
                question     textbox  required      Question
                seed         number   default 42    Seed
                top_p        slider   default 0.95  top_p, 0 to 1
                temperature  slider   default 0.1   temperature, 0 to 1
            /generate_image → gallery
                prompt           textbox  required       Prompt
                seed             number   default 12345  Seed (Optional)
                guidance         slider   default 5      CFG Weight, 1 to 10
                t2i_temperature  slider   default 1      temperature, 0 to 1
            /remember → textbox
                prompt  textbox  required  Prompt
            not listed by the app: number (3)

            A picture is made with /infer_1, which gets:
                prompt               the prompt
                seed                 --seed
                randomize_seed       off with --seed, else on
                width                --width, or what --aspect-ratio comes to, else 1024
                height               --height, or what --aspect-ratio comes to, else 1024
                guidance_scale       --guidance, else 3.5
                num_inference_steps  --steps, else 28
            Nothing there takes --negative-prompt, --image, --mask or --model.

            """
        #expect(run.output == expected)
        // It leaves no files, so it does not matter where they would go.
        #expect(await self.run(space.url.absoluteString, "--output", "/dev/null/x").output == expected)
        #expect(run.error == "Connecting to the Space\n")
    }

    @Test func forPrograms() async throws {
        let run = await run(space.url.absoluteString, "--json")
        #expect(run.status == 0)
        #expect(run.error == "")
        let objects = try run.objects()
        #expect(objects.count == 1)
        #expect(objects.first?.names == ["endpoints", "mappings"])
        let endpoints = try #require(objects.first?.list("endpoints"))
        try #require(endpoints.map { $0.number("id") } == [2, 3, 4, 5, 6, 7])
        #expect(endpoints[1].names == ["id", "parameters", "returns"], "It has no name.")
        let infer = endpoints[0]
        #expect(infer.names == ["id", "name", "parameters", "returns"])
        #expect(infer.text("name") == "/infer")
        #expect(infer["returns"] as? [String] == ["image", "slider"])
        let parameters = infer.list("parameters")
        try #require(parameters.count == 6)
        let prompt = parameters[0], seed = parameters[1]
        #expect(prompt.names == ["label", "name", "required", "type"])
        #expect(prompt.text("name") == "prompt")
        #expect(prompt.text("label") == "Prompt")
        #expect(prompt.text("type") == "textbox")
        #expect(prompt.truth("required") == true)
        #expect(seed.names == ["default", "label", "name", "required", "type"])
        #expect(seed.number("default") == 0)
        #expect(seed.truth("required") == false)
        // State takes no value, and gives none.
        #expect(endpoints[5].list("parameters").map { $0.text("name") } == ["prompt"])
        #expect(endpoints[5]["returns"] as? [String] == ["textbox"])
    }

    @Test(arguments: ["/remember", "remember", "7"]) func oneOfThem(_ name: String) async throws {
        let run = await run(space.url.absoluteString, "--endpoint", name)
        let refusal = "As it is, no picture can be made with it. /remember returns no picture, as far as the app tells."
        #expect(run.output == "/remember → textbox\n    prompt  textbox  required  Prompt\n\n\(refusal)\n")
        let json = await self.run(space.url.absoluteString, "--endpoint", name, "--json")
        #expect(try json.objects().first?.list("endpoints").map { $0.text("name") } == ["/remember"])
    }

    @Test func aNumberAloneLeadsToWhatHasNoName() async {
        let run = await run(space.url.absoluteString, "--endpoint", "3", "--quiet")
        #expect(run.status == 0)
        #expect(run.outputLines.first == "number 3 → image, slider")
        #expect(run.outputLines.count == 8)
        // Without a name the app describes nothing.
        #expect(run.outputLines.dropFirst().first == "    1  textbox   required  Prompt")
    }

    @Test(arguments: ["owner/name", "PAGE", "PAGE/tree/main"]) func theHubKnowsWhereASpaceRuns(_ place: String) async {
        let page = hub.url.absoluteString + "/spaces/owner/name"
        let run = await run(place.replacingOccurrences(of: "PAGE", with: page), "--endpoint", "7")
        #expect(run.status == 0)
        #expect(run.outputLines.first == "/remember → textbox")
        #expect(run.error == "Asking the Hub for the Space\nConnecting to the Space\n")
        #expect(hub.server.requests.map(\.path) == ["/api/spaces/owner/name/host"])
    }

    @Test func aSpaceThatIsNotThere() async {
        hub["owner/name"] = .unknown
        let run = await run("owner/name")
        #expect(run.status == 69)
        #expect(
            run.failure
                == "imagine: space at \(hub.url.absoluteString): There is no Space owner/name, or it is private and "
                + "needs a token of the Hub. [notFound]")
    }

    @Test func anAppThatCannotDescribeItself() async throws {
        let front = try FrontServer { request, responder, _ in
            guard request.path.hasSuffix("/info") else { return false }
            try await responder.respond(status: 500, body: "Internal Server Error")
            return true
        }
        let run = await run(front.url, "--endpoint", "7", "--retries", "0")
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("/remember → textbox\n    1  textbox  required  Prompt\n\n"))
        let warning = "Warning: The app does not tell the names and defaults of its parameters. "
        #expect(run.errorLines.contains { $0.hasPrefix(warning) })
        let called = await self.run(front.url, "--endpoint", "7", "--data", "[\"fox\"]", "--quiet", "--retries", "0")
        #expect(called.output == "fox\n")
    }

    @Test(arguments: ["harbour", "owner/name/more", "ftp://host", "/etc", "owner/", ".."])
    func placesThatAreNone(_ place: String) async {
        let run = await run(place)
        #expect(run.status == 64)
        #expect(
            run.errorLines.first
                == "imagine: \(place) is neither a Space (owner/name) nor a URL such as http://127.0.0.1:7860. "
                + "[invalidRequest]")
        #expect(hub.server.requests.isEmpty)
    }

    @Test func hostileWordsOfAnAppCannotDriveATerminal() async throws {
        let echo = try EchoSpace(
            parameters: EchoSpace.parameters(("na\u{1B}[2Jme", "text\u{7}box")), returns: ["te\u{9B}xt"])
        let run = await run(echo.url)
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("/echo → te xt\n    na [2Jme  text box  required  Text Box\n\n"))
    }
}
