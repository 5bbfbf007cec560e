import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

/// What leaves an app's value without a provider around it.
@Suite("Words of an app", .paced)
struct GradioWordsTests {
    private static let prompt = "a lighthouse named Zwirnfaden in heavy seas"

    /// Fails with the request of a number, and passes the others on.
    private struct FailingTransport: HTTPTransport {
        let number: Int
        let error: TransportError
        let sent = Locked(0)
        let real = PlatformTransport.make()

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            let count = sent.withLock { sent in
                sent += 1
                return sent
            }
            if count == number { throw error }
            return try await real.send(request)
        }
    }

    /// All that a program does with an app.
    private func useAll(of space: LoopbackSpace, over transport: any HTTPTransport) async throws {
        let http = HTTPPipeline(transport: transport, retry: .never)
        let app = try await GradioApp.connect(to: space.url, using: http).loadingInfo()
        _ = try await app.upload(Data([1]), name: "x.bin", mediaType: "application/octet-stream")
        for route in [GradioRoute.call, .queue, .run] {
            let job = try await app.submit("/infer", [.string(Self.prompt), 1, false, 256, 256, 1], route: route)
            let values = try await job.output()
            do { try await job.cancel() } catch let error as GenerationError where error.status != nil {}
            guard route == .call, let file = values.first.flatMap(GradioFile.init) else { continue }
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("words-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            _ = try await app.download(file, to: folder)
        }
        let session = app.session()
        _ = try await session.submit("/infer", [.string(Self.prompt), 1, false, 256, 256, 1]).output()
    }

    @Test(
        "every error of every request is of one kind, names the app and says what to do",
        arguments: [
            TransportError.Code.connectionFailed, .connectionLost, .tlsFailed, .timedOut, .invalidResponse,
            .responseTooLarge, .proxyUnsupported,
        ])
    func errors(_ code: TransportError.Code) async throws {
        let space = try LoopbackSpace()
        let origin = try #require(HTTPOrigin(space.url))
        let whole = FailingTransport(number: 0, error: TransportError(code, ""))
        try await useAll(of: space, over: whole)
        let count = whole.sent.withLock { $0 }
        #expect(count >= 12)
        var failures = 0
        for number in 1...count {
            do {
                try await useAll(
                    of: space, over: FailingTransport(number: number, error: TransportError(code, "Broken.")))
            } catch let error as GenerationError {
                failures += 1
                #expect(error.origin == origin, "\(number): \(error)")
                let text = error.localizedDescription
                #expect(text.contains(origin.description) && text.contains(error.remedy) && !error.remedy.isEmpty)
            } catch {
                Issue.record("\(number): \(type(of: error))")
            }
        }
        // Closing a stream that nobody reads is no failure.
        #expect(failures >= count - 2)
    }

    /// What an app of one endpoint says in its queue, to a caller who said something.
    private func messages(
        _ told: [JSONValue], headers: HTTPHeaders = [:]
    ) async throws -> ([GradioMessage], GenerationError?) {
        let server = try LoopbackServer { request, responder in
            switch request.path {
            case "/config":
                try await responder.respond(
                    json: """
                        {"version":"5.50.0","api_prefix":"/gradio_api","protocol":"sse_v3",
                        "components":[{"id":1,"type":"textbox"},{"id":2,"type":"dropdown"}],
                        "dependencies":[{"id":0,"api_name":"go","inputs":[1,2]}]}
                        """)
            case "/gradio_api/queue/join": try await responder.respond(json: #"{"event_id":"e1"}"#)
            default:
                try await responder.beginStream(headers: [("content-type", "text/event-stream")])
                for message in told {
                    guard var members = message.object else { continue }
                    members["event_id"] = "e1"
                    let text = String(decoding: try JSONValue.object(members).serialized(), as: UTF8.self)
                    try await responder.send("data: \(text)\n\n")
                }
                try await responder.end()
            }
        }
        let app = try await GradioApp.connect(to: server.url, using: HTTPPipeline(retry: .never), headers: headers)
        let job = try await app.submit("/go", [.string(Self.prompt), "euler ancestral"])
        var messages: [GradioMessage] = []
        do {
            for try await message in job { messages.append(message) }
        } catch {
            return (messages, try #require(error as? GenerationError))
        }
        return (messages, nil)
    }

    @Test("no line, bar or error repeats what the caller said, or a credential")
    func prompts() async throws {
        let (messages, error) = try await messages(
            [
                ["msg": "log", "log": "Painting a lighthouse named Zwirnfaden, now", "level": "info"],
                ["msg": "log", "log": "Key sesame-bearer, euler ancestral", "level": "warning"],
                [
                    "msg": "progress",
                    "progress_data": [
                        ["index": 1, "length": 2, "unit": "steps", "desc": .string("On " + Self.prompt)]
                    ],
                ],
                [
                    "msg": "process_completed", "success": false,
                    "output": ["error": "No a%20lighthouse%20named%20Zwirnfaden%20in%20heavy%20seas, euler ancestral"],
                ],
            ], headers: ["Authorization": "Bearer sesame-bearer"])
        let text = "\(messages) \(error?.localizedDescription ?? "")"
        #expect(!text.contains("Zwirnfaden") && !text.contains("sesame"), "\(text)")
        #expect(messages.contains(.log(GradioLog(level: "info", "Painting <prompt>, now"))))
        // What is chosen from a list is nothing that a person said.
        #expect(messages.contains(.log(GradioLog(level: "warning", "Key <secret>, euler ancestral"))))
        #expect(error?.code == .generationFailed)
        #expect(error?.message == "No <prompt>, euler ancestral")
    }

    @Test("the Hub's reason repeats no credential, and its refusal names it")
    func hub() async throws {
        let transport = CannedTransport { request in
            request.url.host == "huggingface.co"
                ? CannedTransport.Answer(body: #"{"runtime":{"stage":"hf_sesame1234 away"}}"#)
                : CannedTransport.Answer(status: 503, type: "text/html", body: "<html>")
        }
        let credentials = GenerationCredentials(hubToken: Secret("hf_sesame1234"))
        let http = HTTPPipeline(transport: transport, retry: .never)
        let url = try #require(URL(string: "https://owner-name.hf.space"))
        let error = await #expect(throws: GenerationError.self) {
            _ = try await GradioApp.connect(
                to: url, space: nil, hub: GradioHub(credentials: credentials), using: http)
        }
        #expect(error?.message == "The Space owner-name does not run (<secret> away).")
        #expect(error?.origin?.host == "huggingface.co")
        let broken = HTTPPipeline(
            transport: CannedTransport { _ in throw TransportError(.connectionFailed, "Broken.") }, retry: .never)
        let space = try #require(GradioSpace("owner/name"))
        let hub = try #require(URL(string: "https://hub.example"))
        let failure = await #expect(throws: GenerationError.self) { _ = try await space.url(from: hub, using: broken) }
        #expect(failure?.code == .connectionFailed && failure?.origin?.host == "hub.example")
    }
}
