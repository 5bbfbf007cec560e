import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

/// `imagine space` with data: one call.
@Suite(.paced, .serialized) struct SpaceCallTests {
    private let space: LoopbackSpace
    private let folder: TestFolder

    init() throws {
        space = try LoopbackSpace()
        folder = try TestFolder()
    }

    private func run(_ endpoint: String, _ data: String, _ words: String...) async -> CommandRun {
        await CommandRun.run(
            ["space", space.url.absoluteString, "--data", data, "--output", folder.path]
                + (endpoint.isEmpty ? [] : ["--endpoint", endpoint]) + words)
    }

    @Test func byNameWithTheDefaultsOfTheServer() async throws {
        let run = await run(
            "/infer", #"{"prompt": "A quiet harbour", "seed": 7, "randomize_seed": false, "width": 256, "height": 256}"#
        )
        #expect(run.status == 0)
        #expect(run.output == "\(folder.path)/infer.png\n7\n")
        let expected = LoopbackSpace.picture(prompt: "A quiet harbour", seed: 7, width: 256, height: 256)
        #expect(try folder.data("infer.png") == expected)
        for line in ["Connecting to the Space", "Waiting in the queue · place 1 of 1", "Generating · 3/4 steps"] {
            #expect(run.errorLines.contains(line), "\(line)")
        }
    }

    @Test func byPositionAsJSON() async throws {
        let run = await run("infer", #"["A quiet harbour", 7, false, 256, 256]"#, "--json")
        #expect(run.status == 0)
        #expect(run.error == "")
        let objects = try run.objects()
        try #require(objects.map { $0.text("type") }.prefix(2) == ["reasoning", "submitted"])
        #expect(objects[1].names == ["elapsed", "id", "type"])
        #expect(objects.contains { $0["queue"] != nil } && objects.contains { $0["progress"] != nil })
        let output = try #require(objects.last)
        #expect(output.names == ["data", "elapsed", "files", "type"])
        #expect(output.text("type") == "output")
        let data = try #require(output["data"] as? [Any])
        try #require(data.count == 2)
        // As the server sent it.
        #expect((data[0] as? [String: Any])?.names.contains("path") == true)
        #expect(data[1] as? Int == 7)
        let file = try #require(output.list("files").first)
        #expect(file.names == ["file", "output", "url"])
        #expect(file.text("file") == folder.path + "/infer.png")
        #expect(file.text("url")?.hasPrefix(space.url.absoluteString + "/gradio_api/file=") == true)
        #expect(file.number("output") == 0)
    }

    @Test func previewsAndLogLinesComeOnTheWay() async throws {
        let run = await run(
            "/infer_1", #"["!log Mixing paint; !warn Low on blue; fox", 7, false, 256, 256, 3.5, 4]"#, "--json",
            "--no-save")
        #expect(run.status == 0)
        let previews = try run.objects("preview")
        #expect(previews.count >= 4)
        #expect(previews.allSatisfy { $0.list("images").first?.text("url")?.hasPrefix("http://127.0.0.1:") == true })
        #expect(try run.objects("reasoning").contains { $0.text("status") == "Mixing paint" })
        let warning = try #require(try run.objects("warning").first)
        #expect(warning.text("kind") == "service")
        #expect(warning.text("message") == "Low on blue")
        #expect(folder.names == [])
    }

    @Test func aGalleryIsSavedWhole() async throws {
        let run = await run("/generate_image", #"["fox"]"#, "--quiet")
        #expect(run.status == 0)
        #expect(run.outputLines.count == 5)
        #expect(run.outputLines.first == folder.path + "/generate_image.png")
        #expect(folder.names.count == 5)
    }

    @Test func withoutSavingTheURLsArePrinted() async throws {
        let run = await run("/generate_image", #"["fox"]"#, "--quiet", "--no-save")
        #expect(run.outputLines.count == 5)
        #expect(run.outputLines.allSatisfy { $0.hasPrefix(space.url.absoluteString + "/gradio_api/file=") })
        #expect(folder.names == [])
    }

    @Test func stateIsNeitherGivenNorShown() async throws {
        #expect(await run("/remember", #"["fox"]"#, "--quiet").output == "fox\n")
        #expect(await run("/remember", #"[null, "fox"]"#, "--quiet").output == "fox\n")
        #expect(await run("7", #"{"prompt": "fox"}"#, "--quiet").output == "fox\n")
        let run = await run("7", #"{"prompt": "fox"}"#, "--json")
        #expect(try run.objects("output").first?["data"] as? [String] == ["fox"])
        #expect(try run.objects("output").first?.names == ["data", "elapsed", "type"])
    }

    @Test(arguments: ["automatic", "queue", "call", "run"]) func everyRoute(_ route: String) async throws {
        let run = await run("/remember", #"["fox"]"#, "--quiet", "--route", route)
        #expect(run.output == "fox\n")
        let ends = [
            "automatic": "/queue/join", "queue": "/queue/join", "call": "/call/remember", "run": "/run/remember",
        ]
        let submission = try #require(space.server.requests.first { $0.method == "POST" })
        #expect(submission.path == "/gradio_api\(ends[route] ?? "")")
    }

    @Test func dataFromStandardInput() async throws {
        let words = ["space", space.url.absoluteString, "--endpoint", "/remember", "--quiet", "--data"]
        let run = await CommandRun.run(words + ["-"]) { Data("{\"prompt\":\n \"A quiet harbour\"}\n".utf8) }
        #expect(run.output == "A quiet harbour\n")
        let unreadable = await CommandRun.run(words + ["-"]) { throw POSIXError(.EISDIR) }
        #expect(unreadable.status == 66)
    }

    @Test(arguments: [
        ("7", "\"- unfinished", "--data takes a JSON array (by position) or a JSON object (by name); this is no JSON."),
        ("7", "7", "--data takes a JSON array (by position) or a JSON object (by name)."),
        ("7", "{\"promt\": \"fox\"}", "The endpoint /remember has no parameter promt. It has: prompt."),
        ("7", "[]", "The endpoint /remember needs a value for its parameter prompt."),
        ("7", "[1, 2, 3]", "The endpoint /remember takes at most 1 arguments, not 3."),
        ("2", "[\"fox\", \"seven\"]", "The parameter seed of /infer takes a number."),
        (
            "", "[\"fox\"]",
            "The app has several endpoints. Choose one with --endpoint: "
                + "/infer, /infer_1, /multimodal_understanding, /generate_image, /remember."
        ),
    ]) func whatMakesNoSenseIsRefused(endpoint: String, data: String, message: String) async throws {
        let run = await run(endpoint, data, "--json")
        #expect(run.status == 64)
        let error = try #require(try run.objects().last)
        #expect(error.text("message") == message)
        #expect(error.text("code") == "invalidRequest")
        #expect(error.truth("accepted") == false)
        #expect(space.submissions == 0)
    }

    @Test func anEndpointThatIsNotThere() async throws {
        for (name, message) in [
            ("painting", "The app has no endpoint /painting."), ("99", "The app has no endpoint number 99."),
        ] {
            let run = await run(name, "[]")
            #expect(run.status == 69)
            #expect(run.failure?.contains(message) == true)
        }
    }

    @Test func aFailureHasTheWordsOfTheApp() async throws {
        let run = await run("/infer", #"["!error Out of paint"]"#, "--json")
        #expect(run.status == 69)
        let error = try #require(try run.objects().last)
        #expect(error.text("code") == "generationFailed")
        #expect(error.text("message") == "Out of paint")
        #expect(error.truth("accepted") == true)
    }

    @Test func noErrorRepeatsWhatAPersonSaid() async throws {
        let front = try FrontServer { request, responder, _ in
            guard request.path.hasSuffix("/queue/join") else { return false }
            try await responder.respond(status: 422, json: "{\"detail\":\"Too hard: A quiet harbour, euler\"}")
            return true
        }
        for data in [#"["A quiet harbour"]"#, #"{"prompt": "A quiet harbour"}"#] {
            let run = await CommandRun.run(["space", front.url, "--endpoint", "/infer", "--data", data])
            #expect(run.status == 69)
            #expect(
                run.failure
                    == "imagine: space at \(front.url): The server answered 422: Too hard: <prompt>, euler [serviceError]"
            )
        }
    }

    @Test func theTimeIsForEverything() async throws {
        let words = ["space", space.url.absoluteString, "--endpoint", "/infer", "--data", "[\"!never\"]"]
        let run = try await CommandRun.run(words + ["--json", "--timeout", "4.5"], passing: .seconds(4.5)) { _ in
            try await space.server.waitUntil { $0.requests.contains { $0.path.hasSuffix("/queue/data") } }
        }
        let error = try #require(try run.objects().last)
        #expect(error.text("code") == "timedOut")
        #expect(error.truth("accepted") == true)
        #expect(run.status == 74)
    }

    @Test func anInterruptReachesTheServer() async throws {
        let url = space.url.absoluteString
        let task = Task {
            // The server is told before the two seconds are over that it has for that.
            await CommandRun.run(
                ["space", url, "--endpoint", "/infer_1", "--data", "[\"!never\"]", "--json"],
                clock: GeneratorClock(ManualClock()))
        }
        try await space.server.waitUntil {
            $0.requests.contains { $0.path.hasSuffix("/queue/data") }
        }
        task.cancel()
        let run = await task.value
        #expect(run.status == 130)
        try await space.server.waitUntil { _ in space.cancellations == 1 }
        #expect(space.server.requests.contains { $0.path.hasSuffix("/cancel") })
        let error = try #require(try run.objects().last)
        #expect(error.text("code") == "cancelled")
        #expect(error.truth("accepted") == true)
    }

    @Test func aLoginOpensTheDoor() async throws {
        let space = try LoopbackSpace(login: (username: "me", password: "pass word"))
        let words = ["space", space.url.absoluteString, "--endpoint", "7", "--data", "[\"fox\"]", "--quiet"]
        let login = ["--username", "me", "--password-env", "PASSWORD"]
        let run = await CommandRun.run(words + login, environment: ["PASSWORD": "pass word"])
        #expect(run.output == "fox\n")
        let wrong = await CommandRun.run(words + login, environment: ["PASSWORD": "other"])
        #expect(wrong.status == 77)
        let place = space.url.absoluteString
        #expect(
            wrong.failure
                == "imagine: space at \(place): The app does not accept this name and password. [unauthorized]")
        let none = await CommandRun.run(words)
        #expect(none.status == 77)
        #expect(none.failure == "imagine: space at \(place): The app at \(place) wants a login. [unauthorized]")
        let unset = await CommandRun.run(words + login)
        #expect(unset.status == 77)
        #expect(unset.error == "imagine: The environment variable PASSWORD is not set. [missingCredentials]\n")
    }
}
