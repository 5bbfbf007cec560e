import Foundation
import GeneratorTesting
import GeneratorTransport
import Prodia
import ProviderRuns
import TestPace
import Testing

/// Answers that nobody expects.
@Suite("Prodia: nonsense", .paced)
struct ProdiaNonsenseTests {
    static let pages: [(String, String)] = [
        ("", "application/json"), ("null", "application/json"), ("[]", "application/json"), ("5", "application/json"),
        ("{", "application/json"), ("{}", "application/json"), (#"{"job":5,"id":[]}"#, "application/json"),
        (#"{"job":"","id":""}"#, "application/json"), (#"{"job":"../x","id":"../x"}"#, "application/json"),
        (#"{"job":"a/b","id":"a b"}"#, "text/plain"), ("<!DOCTYPE html><p>boat", "text/html"),
        ("\u{FEFF}<html>", "application/json"), ("--b\r\n\r\n--b--", "multipart/form-data; boundary=b"),
        ("--b--", "multipart/form-data"), ("x", "multipart/form-data; boundary=b"),
        ("--b\r\nboat\r\n\r\n--b--", "multipart/form-data; boundary=b"),
    ]

    @Test("in place of the created job", arguments: ProdiaAPI.allCases)
    func create(api: ProdiaAPI) async throws {
        for (body, type) in Self.pages {
            let server = try LoopbackServer { _, responder in
                try await responder.respond(headers: [("content-type", type)], body: Data(body.utf8))
            }
            let run = await ProdiaProvider(api, at: server.url).run("a boat")
            let codes: [GenerationError.Code] = [.invalidResponse, .noImage, .connectionLost]
            #expect(run.failure.map { codes.contains($0.code) } == true, "\(body) \(String(describing: run.error))")
            #expect(run.failure?.wasAccepted != false, "\(body)")
            #expect(run.failure?.message.contains("boat") == false)
            #expect(server.requests.count == 1, "\(body)")
        }
    }

    private static func server(
        _ api: ProdiaAPI, looks: @escaping @Sendable (Int, LoopbackRequest, LoopbackResponder) async throws -> Void
    ) throws -> LoopbackServer {
        let count = Locked(0)
        return try LoopbackServer { request, responder in
            let isCreate = request.method == "POST" || request.path == "/generate"
            if isCreate { return try await responder.respond(json: #"{"job":"abc","id":"abc","status":"queued"}"#) }
            try await looks(
                count.withLock {
                    $0 += 1; return $0
                }, request, responder)
        }
    }

    @Test("in place of a state, in passing and for good", arguments: ProdiaPollingTests.apis)
    func looks(api: ProdiaAPI) async throws {
        let words = [
            "", "<html>", #"{"status":5}"#, "[]", #"{"status":""}"#, "null", " \n", "\"\"", "{}", "7", "-1", "true",
        ]
        let passing = try Self.server(api) { count, request, responder in
            guard count > 4 else { return try await responder.respond(body: words[count % words.count]) }
            switch request.path {
            case let path where path.hasSuffix("job.json"):
                try await responder.respond(json: #"{"config":[],"metrics":5}"#)
            case let path where path.hasSuffix("output"):
                try await responder.respond(json: #"["a.png", 5, {"name":"b.webp"}]"#)
            default:
                try await responder.respond(body: api == .v2Async ? " \"Processed\"\n" : #"{"status":"SUCCEEDED"}"#)
            }
        }
        let run = await ProdiaProvider(api, at: passing.url, images: passing.url).run("a boat")
        #expect(run.error == nil)
        #expect(run.pictures.count == (api == .v2Async ? 2 : 1))
        for word in words {
            let lasting = try Self.server(api) { _, _, responder in try await responder.respond(body: word) }
            let failed = await ProdiaProvider(api, at: lasting.url).run("a boat")
            #expect(failed.failure?.code == .invalidResponse, "\(word)")
            #expect(failed.failure?.wasAccepted == true && failed.failure?.job?.id == "abc")
            #expect(lasting.requests.count == 7)
        }
    }

    @Test("a success that names no job says nothing about whether one was taken", arguments: ProdiaAPI.allCases)
    func unprovenSuccess(api: ProdiaAPI) async throws {
        for status in 200...206 {
            for body in [#"{"detail":"not now"}"#, "{}", #"{"error":"not now"}"#] {
                let server = try LoopbackServer { _, responder in
                    try await responder.respond(status: status, json: body)
                }
                let run = await ProdiaProvider(api, at: server.url).run("a boat")
                let failure = try #require(run.failure)
                #expect(failure.wasAccepted == nil, "\(status) \(body): \(failure)")
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test("looks that are to wait, and looks that are refused", arguments: ProdiaPollingTests.apis)
    func refusedLooks(api: ProdiaAPI) async throws {
        for (status, code) in [(401, "unauthorized"), (403, "forbidden"), (404, "notFound"), (410, "serviceError")] {
            let server = try Self.server(api) { _, _, responder in
                try await responder.respond(status: status, body: "no")
            }
            let run = await ProdiaProvider(api, at: server.url).run("a boat")
            #expect(run.failure?.code.rawValue == code)
            #expect(run.failure?.wasAccepted == true)
            #expect(server.requests.count == 2)
        }
        let waiting = try Self.server(api) { count, _, responder in
            try await responder.respond(
                status: 429, headers: [("retry-after", count < 3 ? "0" : "3600")], body: "slow down")
        }
        let run = await ProdiaProvider(api, at: waiting.url).run("a boat")
        #expect(run.failure?.code == .rateLimited)
        #expect(run.failure?.retryAfter == .seconds(3600))
        #expect(run.failure?.wasAccepted == true && run.failure?.job?.ticket != nil)
        #expect(waiting.requests.count == 4)
    }

    @Test("outputs with names that lead elsewhere are left out")
    func outputNames() async throws {
        let server = try Self.server(.v2Async) { _, request, responder in
            switch request.path {
            case let path where path.hasSuffix("current"): try await responder.respond(body: "processed")
            case let path where path.hasSuffix("json"): try await responder.respond(json: "{}")
            default:
                try await responder.respond(
                    json: #"["../../x.png","a/b.png","..","video.mp4","ok?.PNG","\u001b[2J.png"]"#)
            }
        }
        let run = await ProdiaProvider(.v2Async, at: server.url).run("a boat")
        #expect(run.pictures.map { $0.url.absoluteString } == ["\(server.url)/v2/job/async/abc/output/ok%3F.PNG"])
    }

    @Test("a link to the picture that leads where it must not")
    func links() async throws {
        for link in ["http://10.0.0.1/x.png", "http://169.254.169.254/latest", "file:///etc/passwd", "http://[::1"] {
            let server = try Self.server(.v1) { _, _, responder in
                try await responder.respond(json: #"{"status":"succeeded","imageUrl":"\#(link)"}"#)
            }
            let run = await ProdiaProvider(.v1, at: server.url).run("a boat")
            guard let image = run.pictures.first else {
                #expect(run.failure?.code == .invalidResponse)
                #expect(run.failure?.wasAccepted == true)
                continue
            }
            let error = await #expect(throws: GenerationError.self) { _ = try await image.load() }
            #expect(error?.code == .unsafeURL, "\(link)")
        }
    }

    @Test("v2 outputs that are no pictures, parts in another order, and text beside them")
    func parts() async throws {
        let png = LoopbackProdia.picture(prompt: "x", seed: 1, width: 16, height: 16)
        func form(_ parts: [(name: String, type: String, data: Data)]) throws -> LoopbackServer {
            var form = MultipartForm()
            for part in parts { form.add(name: part.name, fileName: "x", mediaType: part.type, data: part.data) }
            let (type, body) = form.encoded()
            return try LoopbackServer { _, responder in
                try await responder.respond(headers: [("content-type", type)], body: body)
            }
        }
        let document = Data(#"{"id":"abc","config":{"seed":9},"price":null,"metrics":{"ips":null}}"#.utf8)
        let mixed = try form([
            ("output", "text/plain", Data("Here is a boat.".utf8)), ("output", "image/jpeg", png),
            ("other", "image/png", png), ("job", "application/json", document),
        ])
        let run = await ProdiaProvider(.v2, at: mixed.url).run("a boat", seed: nil)
        #expect(run.pictures.count == 1 && run.pictures.first?.seed == 9)
        #expect(try await run.pictures.first?.load().format == .png)
        #expect(run.events.contains { if case .text("Here is a boat.") = $0 { true } else { false } })
        let video = try form([("job", "application/json", document), ("output", "video/mp4", Data([0, 0, 0, 24]))])
        let failed = await ProdiaProvider(.v2, at: video.url).run("a boat")
        #expect(failed.failure?.code == .invalidResponse)
        #expect(failed.failure?.message.contains("video/mp4") == true)
        #expect(failed.failure?.wasAccepted == true && failed.failure?.job?.id == "abc")
        let page = try form([("job", "application/json", document), ("output", "image/png", Data("<html>".utf8))])
        #expect(await ProdiaProvider(.v2, at: page.url).run("a boat").failure?.code == .invalidResponse)
        let large = try form([("output", "image/png", png)])
        let limited = await ProdiaProvider(.v2, at: large.url) { $0.downloads.maximumBytes = 100 }.run("a boat")
        #expect(limited.failure?.code == .responseTooLarge)
    }
}
