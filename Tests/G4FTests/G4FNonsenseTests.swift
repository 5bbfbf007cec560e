import Foundation
import G4F
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns
import TestPace
import Testing

/// Answers of the three Spaces that nobody expects, and words that are not fit to be shown.
@Suite("G4F, Janus-Pro-7B, FLUX.1 [dev]: nonsense", .paced)
struct G4FNonsenseTests {
    private func run(
        _ model: String, flux: SpaceServer? = nil, janus: SpaceServer? = nil, direct: SpaceServer? = nil,
        _ request: GenerationRequest? = nil
    ) async throws -> ProviderRun {
        let unused = try #require(URL(string: "http://127.0.0.1:9"))
        let spaces = G4FProvider.Spaces(
            janus: janus?.url ?? unused, flux: direct?.url ?? unused, fluxDev: flux?.url ?? unused)
        var request = request ?? GenerationRequest(prompt: "a boat")
        request.model = model
        return await G4FProvider(spaces: spaces, environment: .test()).run(request)
    }

    @Test(
        "in place of a direct call's answer",
        arguments: [
            (200, "", "invalidResponse", nil), (200, "null", "invalidResponse", nil),
            (200, "[]", "invalidResponse", nil),
            (200, "{}", "invalidResponse", nil), (200, "{\"data\":5}", "invalidResponse", nil),
            (200, "{\"data\":{}}", "invalidResponse", nil), (200, "<html>", "spaceUnavailable", nil),
            (200, "{\"data\":[", "invalidResponse", nil), (204, "", "serviceError", nil),
            (206, "{}", "invalidResponse", nil),
            (200, "{\"data\":[]}", "noImage", nil), (200, "{\"data\":[null]}", "noImage", nil),
            (200, "{\"data\":[{\"path\":\"../x\"}]}", "invalidResponse", nil),
            (500, "{\"error\":5}", "generationFailed", true), (500, "{\"error\":[]}", "generationFailed", true),
            (500, "{\"error\":\"\"}", "generationFailed", true), (500, "[]", "serviceError", nil),
            (500, "{\"error\":\"You have exceeded your GPU quota.\"}", "quotaExceeded", false),
            (500, "{\"error\":\"NSFW content detected\"}", "contentFiltered", true), (418, "{}", "serviceError", false),
            (404, "{\"detail\":5}", "notFound", false), (502, "<html>", "serviceError", nil),
        ] as [(Int, String, String, Bool?)])
    func directly(_ status: Int, _ body: String, _ code: String, _ accepted: Bool?) async throws {
        let space = try SpaceServer.direct { responder in try await responder.respond(status: status, json: body) }
        let run = try await run("flux-schnell", direct: space)
        #expect(run.failure?.code.rawValue == code, "\(body) \(String(describing: run.error))")
        #expect(run.failure?.wasAccepted == accepted, "\(body)")
        #expect(space.jobs.count == 1 && run.images.isEmpty)
    }

    private static let entry = "{\"image\":\(SpaceServer.picture)}"

    @Test(
        "in place of a gallery",
        arguments: [
            ("[]", "noImage"), ("[null]", "noImage"), ("[[]]", "noImage"), ("[[null,5,\"x\",{}]]", "noImage"),
            ("[5]", "noImage"), ("[{}]", "noImage"), ("[\"\"]", "noImage"),
            ("[[{\"image\":{\"path\":\"a/../b\"}}]]", "invalidResponse"),
            ("[[{\"image\":{\"url\":\"file:///etc/passwd\"}}]]", "unsafeURL"),
            (
                "[[" + Array(repeating: "{\"path\":\"/a\"}", count: 1001).joined(separator: ",") + "]]",
                "responseTooLarge"
            ),
            ("5", "invalidResponse"), ("{}", "invalidResponse"), ("\"x\"", "invalidResponse"), ("null", "cancelled"),
        ])
    func gallery(_ data: String, _ code: String) async throws {
        let space = try SpaceServer.janus { [$0.completed(data)] }
        let run = try await run("janus-pro-7b-image", janus: space)
        #expect(run.failure?.code.rawValue == code, "\(data.prefix(60)) \(String(describing: run.error))")
        #expect(run.failure?.wasAccepted == true)
        #expect(space.jobs.count == 1)
    }

    @Test("half of a gallery is a gallery, and a text in place of pictures is a text")
    func half() async throws {
        let space = try SpaceServer.janus { [$0.completed("[[null,\(Self.entry),5]]")] }
        #expect(try await run("janus-pro-7b-image", janus: space).images.first?.images.count == 1)
        let text = try SpaceServer.janus { [$0.completed("[\"I would rather not.\"]")] }
        #expect(try await run("janus-pro-7b-image", janus: text).texts == ["I would rather not."])
    }

    @Test(
        "in place of an upload's answer: nothing is submitted",
        arguments: ["", "null", "[]", "{}", "[5]", "[\"\"]", "[null]", "<html>", "[[\"x\"]]", "\"x\""])
    func upload(_ body: String) async throws {
        let space = try SpaceServer(
            [["id": 1, "type": "image"], ["id": 2, "type": "textbox"]]
                + (3...5).map { SpaceServer.slider($0, 0...1000) },
            [["id": 2, "api_name": "multimodal_understanding", "inputs": [1, 2, 3, 4, 5]]],
            upload: { _, responder in try await responder.respond(json: body) },
            reply: { [$0.completed("[\"An answer.\"]")] })
        var request = GenerationRequest(prompt: "What is this?")
        request.inputImages = [.data(SpaceServer.png)]
        let run = try await run("janus-pro-7b", janus: space, request)
        #expect(run.failure?.code == .invalidResponse, "\(String(describing: run.error))")
        #expect(run.failure?.wasAccepted == false)
        #expect(space.jobs.isEmpty)
    }

    /// One megabyte that begins with everything that a terminal takes for more than text.
    private static let words =
        "\\u001b[2J\\u009b31m\\u202ered\\r\\n\\u0007" + String(repeating: "tall ", count: 200_000)

    @Test("words of a Space are short and printable wherever they come")
    func longWords() async throws {
        let space = try SpaceServer.fluxDev { job in
            [
                job.message("log", "\"log\":\"\(Self.words)\",\"level\":\"info\""),
                job.message("log", "\"log\":\"\(Self.words)\",\"level\":\"warning\""),
                job.message("log", "\"log\":\"\(Self.words)\",\"level\":\"\(Self.words)\""),
                job.message(
                    "progress",
                    "\"progress_data\":[{\"index\":1,\"length\":2,\"unit\":\"\(Self.words)\",\"desc\":\"\(Self.words)\"}]"
                ),
                job.message(Self.words), job.failed(Self.words),
            ]
        }
        let run = try await run("flux", flux: space)
        #expect(run.failure?.code == .generationFailed)
        let texts =
            run.statuses + run.warnings.map(\.message) + run.progress.compactMap(\.unit)
            + [run.failure?.message ?? "", run.failure?.description ?? ""]
        #expect(texts.contains { $0.contains("tall tall") } && run.warnings.count == 1)
        for text in texts {
            #expect(text.utf8.count < 2500)
            #expect(text.unicodeScalars.allSatisfy { ![0x1B, 0x9B, 0x202E, 0x0D, 0x0A, 0x07].contains($0.value) })
        }
    }
}
