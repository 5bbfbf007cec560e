import Foundation
import GeneratorTesting
import ImageGenerators
import TestPace
import Testing

@testable import ImagineCommand

/// Passwords, cookies and GPU tokens go only where they were given for, and are printed nowhere.
@Suite(.paced, .serialized) struct SpaceSecretsTests {
    private let space: LoopbackSpace
    private let hub: LoopbackHub
    private let folder: TestFolder

    init() throws {
        space = try LoopbackSpace(login: (username: "me", password: "pass word&1"))
        hub = try LoopbackHub(space: space.url)
        folder = try TestFolder()
    }

    /// Asks JanusPro, or calls the Space by its name on the Hub, and says everything that there is to say.
    private func run(_ way: String, _ words: String..., environment: [String: String]) async -> CommandRun {
        let fixed = [
            "--hub-url", hub.url.absoluteString, "--verbose", "--username", "me", "--password-env", "PASSWORD",
        ]
        let verb =
            way == "generate"
            ? ["Why?", "--provider", "janus-pro", "--model", "janus-pro-7b", "--base-url", space.url.absoluteString]
            : ["space", "owner/name", "--endpoint", "/remember", "--data", "[\"fox\"]"]
        return await CommandRun.run(verb + fixed + words, environment: environment)
    }

    private func holds(_ request: LoopbackRequest, _ secret: String) -> Bool {
        request.target.contains(secret) || request.headers.contains { $0.value.contains(secret) }
            || String(decoding: request.body, as: UTF8.self).contains(secret)
    }

    @Test(arguments: ["generate", "space"], [[String](), ["--json"]]) func aPasswordGoesToTheLoginOnly(
        way: String, words: [String]
    ) async throws {
        let arguments = words.first.map { [$0] } ?? ["--quiet"]
        let run = await run(way, arguments[0], environment: ["PASSWORD": " pass word&1\n"])
        #expect(run.status == 0, "\(run.error)")
        let told = space.server.requests.filter { holds($0, "word") }
        #expect(told.map(\.path) == ["/login"])
        let form = String(decoding: told.first?.body ?? Data(), as: UTF8.self)
        #expect(form.contains("password=pass%20word%261"))
        #expect(hub.server.requests.allSatisfy { !holds($0, "word") })
        #expect(!(run.output + run.error).contains("word"))
        // Nor is the cookie that the password was traded for.
        let cookie = try #require(space.server.requests.last?.header("Cookie"))
        let value = try #require(cookie.split(separator: "=").last)
        #expect(!(run.output + run.error).contains(value))
    }

    @Test func everyRoleIsLoggedInToByItself() async throws {
        let other = try LoopbackSpace(login: (username: "me", password: "pass word&1"))
        let run = await CommandRun.run(
            ["fox", "--provider", "g4f", "--model", "flux-dev", "--base-url", "janus=\(space.url.absoluteString)"]
                + ["--base-url", "flux-dev=\(other.url.absoluteString)", "--hub-url", hub.url.absoluteString]
                + ["--username", "me", "--password-env", "PASSWORD", "--no-save", "--width", "256", "--steps", "1"],
            environment: ["PASSWORD": "pass word&1"])
        #expect(run.status == 0, "\(run.error)")
        #expect(other.server.requests.contains { $0.path == "/login" })
        #expect(space.server.requests.isEmpty && hub.server.requests.allSatisfy { !holds($0, "word") })
    }

    @Test(arguments: ["generate", "space"]) func cookiesGoToTheHubOnly(_ way: String) async throws {
        let text = ".127.0.0.1\tFALSE\t/\tFALSE\t0\ttoken\tdo-not-tell\nother.example\tTRUE\t/\tTRUE\t0\tforeign\tx\n"
        let file = try folder.write(Data(text.utf8), "cookies.txt")
        let run = await run(way, "--cookie-file", file, environment: ["PASSWORD": "pass word&1"])
        #expect(run.status == 0, "\(run.error)")
        #expect(hub.server.requests.count == (way == "generate" ? 2 : 1))
        for request in hub.server.requests { #expect(request.header("Cookie") == "token=do-not-tell") }
        #expect(space.server.requests.allSatisfy { !holds($0, "do-not-tell") && !holds($0, "foreign") })
        #expect(!(run.output + run.error).contains("tell"))
    }

    @Test func cookiesMayComeThroughAPipe() async throws {
        // Two, because whoever writes to the one is not to find its reader of before.
        let (silent, pipe) = (folder.path + "/silent", folder.path + "/pipe")
        for path in [silent, pipe] { try #require(mkfifo(path, 0o600) == 0) }
        let waiting = await run(
            "space", "--cookie-file", silent, "--timeout", "0.05", environment: ["PASSWORD": "pass word&1"])
        #expect(waiting.status == 66)
        #expect(waiting.error.contains("had no end within 0.05 seconds"), "\(waiting.error)")
        #expect(hub.server.requests.isEmpty)
        // The writer's open waits for a reader.
        let writing = Task {
            try await blocking {
                let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: pipe))
                try handle.write(contentsOf: Data("token=do-not-tell".utf8))
                try handle.close()
            }
        }
        let run = await run("space", "--cookie-file", pipe, environment: ["PASSWORD": "pass word&1"])
        try #require(run.status == 0, "\(run.error)")
        try await writing.value
        #expect(hub.server.requests.first?.header("Cookie") == "token=do-not-tell")
    }

    @Test func aPasswordGoesToNoHostThatOnlyAnAnswerCallsTheSpace() throws {
        let name = try #require(GradioSpace("owner/name"))
        let words = ["space", "owner/name", "--username", "me", "--password-env", "PASSWORD"]
        let connection = try SpaceConnection(Arguments(words), ["PASSWORD": "pass word&1"])
        let own = try #require(URL(string: "https://owner-name.hf.space"))
        #expect(throws: Never.self) { try connection.check(own, of: name) }
        for text in ["https://evil.example", "https://evil.example/.hf.space", "https://hf.space.evil.example"] {
            let url = try #require(URL(string: text))
            let error = #expect(throws: GenerationError.self) { try connection.check(url, of: name) }
            #expect(error?.code == .unsafeURL)
        }
    }

    @Test func theTokenOfAPersonTakesThePlaceOfThePages() async throws {
        let file = try folder.write(Data("token=do-not-tell".utf8), "cookies")
        for (words, token) in [([], hub.pageToken), (["--cookie-file", file], hub.userToken)] {
            let run = await CommandRun.run(
                ["Why?", "--provider", "janus-pro", "--model", "janus-pro-7b", "--base-url", space.url.absoluteString]
                    + ["--hub-url", hub.url.absoluteString, "--verbose", "--username", "me"]
                    + ["--password-env", "PASSWORD"] + words, environment: ["PASSWORD": "pass word&1"])
            #expect(run.status == 0, "\(run.error)")
            let told = space.server.requests.filter { holds($0, token) }
            #expect(told.map(\.path) == ["/gradio_api/queue/join"])
            #expect(told.first?.header("x-zerogpu-token") == token)
            #expect(!(run.output + run.error).contains(token))
        }
    }

    @Test func aTokenOfOnesOwnGoesWithTheSubmissionOnly() async throws {
        let run = await run(
            "generate", "--api-key-env", "KEY", environment: ["PASSWORD": "pass word&1", "KEY": "do-not-tell\n"])
        #expect(run.status == 0, "\(run.error)")
        let told = space.server.requests.filter { holds($0, "do-not-tell") }
        #expect(told.map(\.path) == ["/gradio_api/queue/join"])
        #expect(told.first?.header("x-zerogpu-token") == "do-not-tell")
        #expect(hub.server.requests.isEmpty)
        #expect(!(run.output + run.error).contains("tell"))
    }

    @Test(arguments: [["--quiet"], ["--json"]]) func anAppThatRepeatsATokenIsShownWithoutIt(
        _ words: [String]
    ) async throws {
        let front = try FrontServer { request, responder, _ in
            let said = request.header("Authorization")?.split(separator: " ").last ?? "nothing"
            switch request.path.split(separator: "/").last {
            case "info":
                let parameter =
                    #"{"label": "\#(said)", "parameter_name": "\#(said)", "component": "\#(said)", "#
                    + #""parameter_has_default": true, "parameter_default": {"\#(said)": "\#(said)"}}"#
                let endpoint = #"{"parameters": [\#(parameter)], "returns": []}"#
                try await responder.respond(status: 200, json: #"{"named_endpoints": {"/remember": \#(endpoint)}}"#)
            case "join": try await responder.respond(status: 200, json: #"{"event_id": "1"}"#)
            case "data":
                let output = #"{"data": ["\#(said)", {"\#(said)": ["\#(said)"]}]}"#
                let end = #"{"msg": "process_completed", "event_id": "1", "success": true, "output": \#(output)}"#
                try await responder.respond(
                    status: 200, headers: [("content-type", "text/event-stream")], body: Data("data: \(end)\n\n".utf8))
            default: return false
            }
            return true
        }
        for call in [[], ["--endpoint", "/remember", "--data", "[\"fox\"]"]] {
            let run = await CommandRun.run(
                ["space", front.url, "--hub-token-env", "TOKEN"] + call + words,
                environment: ["TOKEN": "do-not-tell-4711"])
            #expect(run.status == 0, "\(run.error)")
            #expect(run.output.contains("<secret>"), "\(run.output)")
            #expect(!(run.output + run.error).contains("tell"), "\(run.output + run.error)")
        }
    }

    @Test func noFileIsNamedAfterAToken() async throws {
        let token = "tell4711"
        let app = try EchoSpace(
            name: token, parameters: [], returns: ["file"],
            files: ["report.\(token)": ("application/octet-stream", Data("content".utf8))]
        ) { _ in [EchoSpace.file("/tmp/report.\(token)")] }
        let run = await CommandRun.run(
            ["space", app.url, "--data", "[]", "--output", folder.path, "--verbose", "--hub-token-env", "TOKEN"],
            environment: ["TOKEN": token])
        #expect(run.status == 0, "\(run.error)")
        #expect(folder.names == ["_secret_.bin"])
        #expect(!(run.output + run.error).contains(token), "\(run.output + run.error)")
    }

    @Test func aCookieFileIsNeverQuoted() async throws {
        let file = try folder.write(Data("hush\nhush".utf8), "cookies")
        let run = await run("space", "--cookie-file", file, environment: ["PASSWORD": "pass word&1"])
        #expect(run.status == 64)
        #expect(run.error.hasPrefix("imagine: The cookie file holds no cookie for 127.0.0.1."))
        #expect(!run.error.contains("hush"))
        #expect(hub.server.requests.isEmpty)
    }
}
