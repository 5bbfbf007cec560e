import Flux1Schnell
import Foundation
import GeneratorTransport
import Gradio
import Testing

/// Servers with other options, each for one scenario.
struct LabSpecialServers {
    static let scenarios = [
        LabScenario("an app with a login wants one") { try await Self().login($0) },
        LabScenario("a job is submitted once, and its stream opened once, also when the app dies") {
            try await Self().once($0)
        },
        LabScenario("a full queue refuses, and a job that waits can be cancelled") { try await Self().queueFull($0) },
    ]

    func login(_ version: String) async throws {
        try await Lab.with(version, "--auth", "alice:wonderland") { server in
            let error = await #expect(throws: GenerationError.self) {
                try await server.provider().image("a boat")
            }
            #expect(error?.code == .unauthorized)
            #expect(error?.wasAccepted == false)
            #expect(server.log.requests("GET", "/config") == [401])
            #expect(server.log.lines("start").isEmpty)
            let origin = try #require(HTTPOrigin(server.url))
            for (route, password) in [
                (GradioRoute.queue, "wonderland"), (.call, "wonderland"), (.queue, "looking glass"),
            ] {
                let provider = server.provider(route: route) {
                    $0.credentials.logins[origin] = GenerationLogin(username: "alice", password: Secret(password))
                }
                guard password == "wonderland" else {
                    let refusal = await #expect(throws: GenerationError.self) { try await provider.image("a boat") }
                    #expect(refusal?.code == .unauthorized)
                    #expect(refusal?.message.contains("looking glass") == false)
                    continue
                }
                // The picture as well is for those who are logged in.
                let picture = try await provider.image("a boat by \(route.rawValue)")
                let finish = try await server.log.wait(for: "finish", of: "a boat by \(route.rawValue)")
                #expect(SHA256.hex(try await picture.load().data) == finish["picture_sha256"]?.string)
            }
        }
    }

    func once(_ version: String) async throws {
        try await Lab.with(version) { server in
            try await hidesErrors(server, version)
            #expect(server.log.requests("POST", "/queue/join") == [200, 200])
            #expect(server.log.requests("POST", "/call/infer") == [200, 200])
            let app = try await server.connect()
            let job = try await app.submit("/text", ["!die"])
            let error = await #expect(throws: GenerationError.self) { try await job.output() }
            #expect(error?.code == .connectionLost)
            #expect(error?.wasAccepted == true)
            #expect(server.log.requests("POST", "/queue/join") == [200, 200, 200])
            #expect(server.log.lines("die").count == 1)
        }
    }

    func queueFull(_ version: String) async throws {
        try await Lab.with(version, "--max-queue", "1") { server in try await fillsItsQueue(server, server.connect()) }
    }

    private func hidesErrors(_ server: LabServer, _ version: String) async throws {
        // An error that is meant to be read is shown all the same; in the call flow where the release shows any.
        let says = GradioVersion(version) >= GradioVersion("6.13")
        let hidden = "does not say why"
        for (route, prompt, words) in [
            (GradioRoute.queue, "!error no cats", "no cats"), (.queue, "!crash boom", hidden),
            (.call, "!error no cats", says ? "no cats" : hidden), (.call, "!crash boom", hidden),
        ] {
            let error = await #expect(throws: GenerationError.self) {
                try await server.provider(route: route).image(prompt)
            }
            #expect(error?.code == .generationFailed)
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        }
    }

    private func fillsItsQueue(_ server: LabServer, _ app: GradioApp) async throws {
        func arguments(_ prompt: String) -> [JSONValue] { [.string(prompt), 7, false, 256, 256, 2] }
        _ = try await app.submit("/infer", arguments("!never"))
        _ = try await server.log.wait(for: "start", of: "!never")
        let waiting = try await app.submit("/infer", arguments("the one that waits"))
        let before = server.log.requests("POST", "/queue/join").count
        let error = await #expect(throws: GenerationError.self) { try await server.provider().image("too much") }
        #expect(error?.code == .queueFull)
        #expect(error?.status == 503)
        #expect(error?.wasAccepted == false)
        #expect(server.log.requests("POST", "/queue/join")[before...] == [503, 503, 503])
        // There is room again where a job that waits is taken out.
        try await waiting.cancel()
        _ = try await app.submit("/infer", arguments("in its place"))
    }
}
