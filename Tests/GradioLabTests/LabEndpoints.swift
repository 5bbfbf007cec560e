import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import Testing

/// What an app offers beside pictures.
struct LabEndpoints {
    static let scenarios = [
        LabScenario("discovery finds the endpoints with their parameters") { try await Self().discovery($0) },
        LabScenario("state takes an empty place") { try await Self().state($0) },
        LabScenario("text comes back as it went") { try await Self().text($0) },
        LabScenario("a file is found by its path, whatever its URL says") { try await Self().path($0) },
        LabScenario("an uploaded picture is the one that the app sees") { try await Self().upload($0) },
        LabScenario("previews are whole values that can be fetched") { try await Self().previews($0) },
        LabScenario("a generator stops when it is cancelled") { try await Self().stopGenerator($0, told: true) },
        LabScenario("a generator stops when its stream is left") { try await Self().stopGenerator($0, told: false) },
    ]

    func discovery(_ version: String) async throws {
        let app = try await Lab.server(version).connect().loadingInfo()
        #expect(app.version == GradioVersion(version))
        let infer = try app.endpoint("infer")
        #expect(
            infer.parameters.map(\.name) == [
                "prompt", "seed", "randomize_seed", "width", "height", "num_inference_steps",
            ])
        #expect(infer.parameters.map(\.integerRange)[3...] == [256...2048, 256...2048, 1...50])
        #expect(infer.returns == ["image", "slider"])
        #expect(try app.endpoint("/preview").isGenerator)
        #expect(try !app.endpoint("/text").isGenerator)
        let error = #expect(throws: GenerationError.self) { try app.endpoint("/nope") }
        #expect(error?.message.contains("/named_thing") == true)
    }

    func state(_ version: String) async throws {
        let app = try await Lab.server(version).connect().loadingInfo()
        let remember = try app.endpoint("/remember")
        #expect(remember.parameters.map(\.isState) == [true, false])
        #expect(remember.parameters.map(\.name) == [nil, "prompt"])
        #expect(try await app.submit(remember, [nil, "one"]).output() == [nil, "one"])
    }

    func text(_ version: String) async throws {
        let app = try await Lab.server(version).connect()
        for text in ["", "plain", "🦊 狐狸 \u{2028}\r\n\t\"\\", "event: complete\ndata: [1]\n\n"] {
            #expect(try await app.submit("/text", [.string(text)]).output() == [.string(text)])
        }
    }

    func path(_ version: String) async throws {
        let server = try await Lab.server(version)
        let app = try await server.connect()
        let output = try await app.submit("/named_thing", ["found by path"], route: .call).output()
        let file = try #require(output.first.flatMap(GradioFile.init))
        let url = try #require(app.url(for: file))
        // Up to 5.22 the server's own URL is right only where the endpoint's name has five letters.
        #expect((file.url == url.absoluteString) == (version != "4.44.1"))
        let http = HTTPPipeline()
        let (response, data) = try await http.data(for: HTTPRequest(url: url))
        #expect(response.status == 200)
        let finish = try await server.log.wait(for: "finish", of: "found by path")
        #expect(SHA256.hex(data) == finish["picture_sha256"]?.string)
    }

    func upload(_ version: String) async throws {
        let server = try await Lab.server(version)
        let app = try await server.connect()
        let picture = LoopbackSpace.picture(prompt: "a boat", seed: 1, width: 320, height: 256)
        for name in ["cat.png", "č 画 🦊 +%&#'.png", "../../cat.png", String(repeating: "long", count: 100) + ".png"] {
            let file = try await app.upload(picture, name: name, mediaType: "image/png")
            let question = "what is \(name)"
            let answer = try await app.submit("/describe", [file.argument, .string(question)]).output()
            let words = try #require(answer.first?.string).split(separator: " ")
            #expect(words.first == "320x256")
            #expect(words.last?.count == 64)
            let finish = try await server.log.wait(for: "finish", of: question)
            #expect(finish["upload_length"]?.integer == picture.count)
            #expect(finish["upload_sha256"]?.string == SHA256.hex(picture))
        }
        let missing = await #expect(throws: GenerationError.self) {
            try await app.submit("/describe", [nil, "what is nothing"]).output()
        }
        #expect(missing?.code == .generationFailed)
    }

    func previews(_ version: String) async throws {
        let app = try await Lab.server(version).connect()
        let job = try await app.submit("/preview", ["some previews", 7, false, 256, 256, 3])
        var previews: [GradioFile] = [], result: [JSONValue] = []
        for try await message in job {
            switch message {
            case .generating(let values): previews.append(try #require(values.first.flatMap(GradioFile.init)))
            case .completed(let values): result = values
            default: break
            }
        }
        // The last value may be told twice: as a step, and as the result.
        #expect((3...4).contains(previews.count))
        #expect(result.last?.integer == 7)
        #expect(try GradioFile(#require(result.first))?.path != previews.first?.path)
        let url = try #require(previews.first.flatMap(app.url(for:)))
        let (response, _) = try await HTTPPipeline().data(for: HTTPRequest(url: url))
        #expect(response.status == 200)
    }

    private func stopGenerator(_ version: String, told isTold: Bool) async throws {
        let server = try await Lab.server(version)
        let app = try await server.connect()
        let prompt = "!slow 50 stopped \(isTold ? "by word" : "by leaving")"
        func arguments(_ prompt: String) -> [JSONValue] { [.string(prompt), 7, false, 256, 256, 50] }
        let job = try await app.submit("/preview", arguments(prompt))
        if isTold {
            let error = await #expect(throws: GenerationError.self) {
                for try await message in job {
                    if case .generating = message { try await job.cancel() }
                }
            }
            #expect(error?.code == .cancelled)
            #expect(error?.wasAccepted == true)
        } else {
            for try await message in job {
                if case .generating = message { break }
            }
        }
        try await server.expectStop(of: prompt, arguments: arguments)
    }
}
