import Foundation
import GeneratorTesting
import ImageGenerators
import TestPace
import Testing

@testable import ImagineCommand

/// A credential goes only where it was given for, and is printed nowhere.
@Suite(.paced, .serialized) struct SecretsTests {
    private let space: LoopbackSpace
    private let folder: TestFolder

    init() throws {
        space = try LoopbackSpace()
        folder = try TestFolder()
    }

    private func run(_ words: String..., environment: [String: String]) async -> CommandRun {
        await CommandRun.run(
            ["harbour", "--width", "256", "--height", "256", "--verbose", "--output", folder.path]
                + ["--base-url", space.url.absoluteString] + words, environment: environment)
    }

    @Test func theHubTokenOfTheEnvironmentStaysAwayFromAnotherSpace() async throws {
        let run = await run(environment: ["HF_TOKEN": "hf_do_not_tell"])
        #expect(run.status == 0)
        #expect(space.server.requests.count == 4)
        for request in space.server.requests {
            #expect(request.headers.allSatisfy { !$0.value.contains("hf_do_not_tell") })
            #expect(!request.target.contains("hf_do_not_tell"))
        }
        #expect(!(run.output + run.error).contains("do_not_tell"))
    }

    @Test(arguments: [[String](), ["--json"]]) func aTokenNamedForTheSpaceGoesThere(_ words: [String]) async throws {
        let run = await CommandRun.run(
            ["harbour", "--base-url", space.url.absoluteString, "--hub-token-env", "MY_TOKEN", "--verbose"]
                + ["--width", "256", "--height", "256", "--output", folder.path] + words,
            environment: ["MY_TOKEN": " hf_do_not_tell\n", "HF_TOKEN": "hf_another"])
        #expect(run.status == 0)
        #expect(space.server.requests.count == 4)
        for request in space.server.requests {
            #expect(request.header("Authorization") == "Bearer hf_do_not_tell", "\(request.method) \(request.target)")
            #expect(request.headers.allSatisfy { !$0.value.contains("hf_another") })
        }
        #expect(!(run.output + run.error).contains("do_not_tell"))
    }

    @Test(arguments: ["--api-key-env", "--hub-token-env"]) func aVariableThatIsNotSetStopsEverything(
        _ option: String
    ) async throws {
        for environment in [[:], ["MY_KEY": ""], ["MY_KEY": " \n"]] {
            let run = await run(option, "MY_KEY", environment: environment)
            #expect(run.status == 77)
            #expect(run.output == "")
            #expect(run.error == "imagine: The environment variable MY_KEY is not set. [missingCredentials]\n")
        }
        #expect(space.server.requests.isEmpty)
    }

    @Test func aPasswordInAURLIsTheLoginAndNotPrinted() async throws {
        let url = space.url.absoluteString.replacingOccurrences(of: "http://", with: "http://user:do_not_tell@")
        let run = await CommandRun.run(["harbour", "--base-url", url, "--no-save", "--verbose"])
        #expect(run.status == 64)
        #expect(!(run.output + run.error).contains("do_not_tell"))
        // This app knows no login, and says so.
        #expect(space.server.requests.map(\.path) == ["/login"])
    }

    @Test func aRefusedKeyIsACredentialsProblemAndThePromptIsNotInTheError() async throws {
        let front = try FrontServer { _, responder, _ in
            try await responder.respond(status: 401, json: "{\"detail\":\"Not authenticated\"}")
            return true
        }
        let run = await CommandRun.run(["A quiet harbour", "--base-url", front.url, "--no-save"])
        #expect(run.status == 77)
        #expect(
            run.failure
                == "imagine: flux1-schnell at \(front.url): The app at \(front.url) wants a login. [unauthorized]")
        #expect(!run.error.contains("quiet"))
    }

    /// As the Hub's own tools leave it behind.
    @Test(arguments: ["HF_HOME", "HF_TOKEN_PATH", "HOME"]) func theHubGetsTheTokenOfItsToolsFile(
        _ variable: String
    ) async throws {
        let hub = try LoopbackHub(space: space.url)
        var path = folder.path
        switch variable {
        case "HF_TOKEN_PATH": path = try folder.write(Data("hf_do_not_tell\n".utf8), "my-token")
        case "HF_HOME": try folder.write(Data("hf_do_not_tell\n".utf8), "token")
        default:
            let cache = folder.url.appendingPathComponent(".cache/huggingface")
            try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
            try Data("hf_do_not_tell\n".utf8).write(to: cache.appendingPathComponent("token"))
        }
        let generate = ["harbour", "--space", "owner/name", "--width", "256", "--height", "256", "--no-save"]
        for command in [generate, ["space", "owner/name"]] {
            for (words, token) in [([], "hf_do_not_tell"), (["--hub-token-env", "MY_TOKEN"], "hf_mine")] {
                let run = await CommandRun.run(
                    command + ["--hub-url", hub.url.absoluteString, "--verbose"] + words,
                    environment: [variable: path, "MY_TOKEN": "hf_mine"])
                #expect(run.status == 0, "\(run.error)")
                #expect(!(run.output + run.error).contains("tell"))
                let told = hub.server.requests.last { $0.path == "/api/spaces/owner/name/host" }
                #expect(told?.header("Authorization") == "Bearer \(token)")
            }
        }
        #expect(space.server.requests.allSatisfy { !$0.headers.contains { $0.value.contains("tell") } })
    }

    /// Which header each origin would be sent.
    @Test func onTheHubTheTokenTravelsAsTheHubWantsIt() throws {
        func headers(_ words: [String], for url: String) throws -> HTTPHeaders {
            let arguments = try Arguments(["harbour"] + words)
            let base = try arguments.url("--base-url")
            let hub = try arguments.url("--hub-url")
            let credentials = try arguments.credentials(
                ["HF_TOKEN": "hf_1", "MY_TOKEN": "hf_2"], for: base.map { [$0] } ?? [], hub: hub)
            let defaultHub = try #require(URL(string: GenerationCredentials.defaultHubURL))
            return credentials.headers(for: try #require(URL(string: url)), hub: hub ?? defaultHub)
        }
        let space = "https://owner-name.hf.space", own = "https://space.example"
        #expect(try headers([], for: space) == ["x-hf-authorization": "Bearer hf_1"])
        #expect(try headers([], for: "https://huggingface.co/x") == ["Authorization": "Bearer hf_1"])
        #expect(try headers(["--base-url", own], for: own) == [:])
        let named = ["--hub-token-env", "MY_TOKEN"]
        #expect(try headers(named + ["--base-url", own], for: own) == ["Authorization": "Bearer hf_2"])
        #expect(try headers(named + ["--base-url", own], for: "https://other.example") == [:])
        #expect(try headers(named + ["--base-url", own], for: "http://space.example") == [:])
        // Not as `Authorization`, which the app behind the Hub's proxy would see.
        #expect(try headers(named + ["--base-url", space], for: space) == ["x-hf-authorization": "Bearer hf_2"])
        #expect(try headers(["--hub-url", own], for: own) == ["Authorization": "Bearer hf_1"])
        #expect(try headers(["--hub-url", own], for: "https://huggingface.co") == [:])
    }
}
