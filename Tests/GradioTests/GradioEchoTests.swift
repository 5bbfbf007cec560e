import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

/// Apps that repeat all that they are sent, to a caller without a provider.
@Suite("Apps that repeat", .paced)
struct GradioEchoTests {
    private let http = HTTPPipeline(retry: .never)
    private static let headers: HTTPHeaders = [
        "Authorization": "Bearer sesame-bearer", "Cookie": "a=sesame-cookie; b=sesame-second",
    ]

    /// Answers well at these places and repeats what it hears at every other, as a refusal or as the failure of a job.
    private func server(_ status: Int, well places: [String: String]) throws -> LoopbackServer {
        try LoopbackServer { request, responder in
            if let answer = places[request.path] { return try await responder.respond(json: answer) }
            let said =
                request.headers.map(\.value).joined(separator: " ") + String(decoding: request.body, as: UTF8.self)
            let words: JSONValue = ["error": .string("No: " + said.replacing("Bearer", with: "bearer"))]
            let text = String(decoding: try words.serialized(), as: UTF8.self)
            guard request.path.hasPrefix("/gradio_api/call/go/"), status == 200 else {
                return try await responder.respond(status: status == 200 ? 500 : status, json: text)
            }
            try await responder.respond(
                headers: [("content-type", "text/event-stream")], body: Data("event: error\ndata: \(text)\n\n".utf8))
        }
    }

    private func expectSilence(_ work: () async throws -> Void) async {
        let error = await #expect(throws: GenerationError.self) { try await work() }
        let text = error.map { "\($0.message) \($0)" } ?? ""
        #expect(text.contains("<secret>") && !text.contains("sesame"), "\(text)")
    }

    @Test("no error of any request tells a credential", arguments: [403, 422, 500, 200])
    func errors(_ status: Int) async throws {
        let refusing = try server(status, well: [:])
        await expectSilence { _ = try await GradioApp.connect(to: refusing.url, using: http, headers: Self.headers) }
        let space = try #require(GradioSpace("owner/name"))
        if status > 403 || status == 200 {
            await expectSilence { _ = try await space.url(from: refusing.url, using: http, headers: Self.headers) }
            await expectSilence {
                let login = GenerationLogin(username: "ann", password: Secret("sesame-password"))
                _ = try await GradioApp.connect(to: refusing.url, using: http, headers: Self.headers, login: login)
            }
        }
        let server = try server(
            status,
            well: [
                "/config": """
                {"version":"5.50.0","api_prefix":"/gradio_api","protocol":"sse_v3","components":[],
                "dependencies":[{"id":1,"api_name":"go","inputs":[]}, {"id":2,"api_name":"sesame-cookie","inputs":[]}]}
                """, "/gradio_api/call/go": "{\"event_id\": \"1\"}",
            ])
        let app = try await GradioApp.connect(to: server.url, using: http, headers: Self.headers)
        await expectSilence { _ = try await app.loadingInfo() }
        await expectSilence { _ = try app.endpoint("stay") }
        await expectSilence { _ = try await app.upload(Data([1]), name: "x", mediaType: "image/png") }
        for route in [GradioRoute.queue, .run] {
            await expectSilence {
                _ = try await app.submit(app.endpoint("go"), [], route: route, headers: ["X-Token": "sesame-token"])
            }
        }
        let job = try await app.submit("go", [], route: .call)
        await expectSilence { _ = try await job.output() }
        await expectSilence { try await job.cancel() }
    }
}
