import Foundation
import GeneratorTesting
import GeneratorTransport
import Prodia
import ProviderRuns
import TestPace
import Testing

/// Values of the wrong kind, missing, huge, repeated or hostile within answers that are otherwise as they should be.
@Suite("Prodia: nonsense in single values", .paced)
struct ProdiaNonsenseValuesTests {
    private static let values = [
        "null", "5", "-1", "1e308", "9223372036854775808", "true", "[]", "{}", "\"\"", "\"x\"", "[[[]]]",
        "\"\\u001b[2J\\u009b\\u202e\"", "\"" + String(repeating: "long ", count: 20_000) + "\"",
    ]
    private static let png = LoopbackProdia.picture(prompt: "x", seed: 1, width: 16, height: 16)

    private static func form(_ parts: [(name: String, type: String, data: Data)]) -> (type: String, body: Data) {
        var form = MultipartForm()
        for part in parts { form.add(name: part.name, fileName: "x", mediaType: part.type, data: part.data) }
        let (type, body) = form.encoded()
        return (type, body)
    }

    /// Nothing that a server sent is shown as it is, or at length.
    private func expectHarmless(_ run: ProviderRun, _ value: String) {
        let responses = run.images.compactMap(\.model) + run.statuses + [run.failure?.message ?? ""]
        let metadata = run.pictures.flatMap { $0.metadata.values.compactMap(\.string) }
        for text in responses + metadata {
            #expect(text.utf8.count < 2500, "\(value.prefix(40))")
            #expect(!text.unicodeScalars.contains { [0x1B, 0x9B, 0x202E].contains($0.value) }, "\(value.prefix(40))")
        }
    }

    @Test(
        "a finished job whose document says anything: the picture counts",
        arguments: ["id", "type", "config", "state", "metrics", "price", "created_at", "seed", "history", "dollars"])
    func document(_ key: String) async throws {
        for value in Self.values {
            let member =
                switch key {
                case "seed": #""config":{"seed":\#(value),"width":\#(value),"height":\#(value),"prompt":\#(value)}"#
                case "history": #""state":{"current":"completed","history":\#(value)}"#
                case "dollars": #""price":{"dollars":\#(value),"product":\#(value)},"metrics":{"elapsed":\#(value)}"#
                default: "\"\(key)\":\(value)"
                }
            let (type, body) = Self.form([
                ("job", "application/json", Data("{\(member)}".utf8)), ("output", "image/png", Self.png),
            ])
            let document = "{\(member)}"
            let server = try LoopbackServer { request, responder in
                switch request.path {
                case "/v2/job": try await responder.respond(headers: [("content-type", type)], body: body)
                case "/v2/job/async": try await responder.respond(status: 201, json: #"{"id":"abc"}"#)
                case let path where path.hasSuffix("current"): try await responder.respond(body: "processed")
                case let path where path.hasSuffix("json"): try await responder.respond(json: document)
                default: try await responder.respond(json: #"["a.png"]"#)
                }
            }
            for api in [ProdiaAPI.v2, .v2Async] {
                let run = await ProdiaProvider(api, at: server.url).run("a boat")
                #expect(
                    run.error == nil && run.pictures.count == 1,
                    "\(api) \(member.prefix(80)) \(String(describing: run.error))")
                expectHarmless(run, value)
            }
            #expect(server.requests.filter { $0.method == "POST" }.count == 2)
        }
    }

    @Test("an error of any kind in the document of a job that failed", arguments: [ProdiaAPI.v2, .v2Async])
    func failures(api: ProdiaAPI) async throws {
        for value in Self.values {
            let document =
                #"{"id":"abc","error":\#(value),"state":{"current":"failed","history":[{"message":\#(value)}]}}"#
            let server = try LoopbackServer { request, responder in
                switch request.path {
                case "/v2/job": try await responder.respond(status: 400, json: document)
                case "/v2/job/async": try await responder.respond(status: 201, json: #"{"id":"abc"}"#)
                case let path where path.hasSuffix("current"): try await responder.respond(body: "failed")
                default: try await responder.respond(json: document)
                }
            }
            let run = await ProdiaProvider(api, at: server.url).run("a boat")
            #expect(run.failure?.code == .generationFailed, "\(value.prefix(40)) \(String(describing: run.error))")
            #expect(run.failure?.wasAccepted == true && run.failure?.job?.id == "abc")
            expectHarmless(run, value)
            #expect(server.requests.filter { $0.method == "POST" }.count == 1)
        }
    }

    @Test("every member of an old job, of any kind", arguments: [ProdiaAPI.legacy, .v1])
    func oldJobs(api: ProdiaAPI) async throws {
        for value in Self.values {
            let server = try LoopbackServer { request, responder in
                guard request.path.contains("/job/") else {
                    return try await responder.respond(json: #"{"job":"abc","status":\#(value),"params":\#(value)}"#)
                }
                try await responder.respond(json: #"{"status":"failed","error":\#(value),"message":\#(value)}"#)
            }
            let run = await ProdiaProvider(api, at: server.url).run("a boat")
            #expect(run.failure?.code == .generationFailed, "\(value.prefix(40)) \(String(describing: run.error))")
            #expect(run.failure?.wasAccepted == true)
            expectHarmless(run, value)
            // A word that is none is waited on no longer than the deadline, and shown no longer than a line.
            let link = value.hasPrefix("\"") ? "" : value
            guard !link.isEmpty else { continue }
            let done = try LoopbackServer { request, responder in
                guard request.path.contains("/job/") else {
                    return try await responder.respond(json: #"{"job":"abc"}"#)
                }
                try await responder.respond(json: #"{"status":"succeeded","imageUrl":\#(link)}"#)
            }
            let image = await ProdiaProvider(api, at: done.url, images: done.url).run("a boat").pictures.first
            #expect(image?.url == done.url.appending(path: "abc.png"))
        }
    }

    @Test(
        "a link of an old job that is none, or leads where it must not: nothing is asked there",
        arguments: [
            "http://10.0.0.1/x.png", "http://2852039166/x", "http://0xA9FEA9FE/x", "http://[::ffff:10.0.0.1]/x",
            "https://me:pw@x.example/x.png", "https://x.example:0/x", "https://x.example:99999/x", "file:///etc/passwd",
            "data:image/png;base64,AAAA", "ftp://x.example/x", "http://[::1",
            "https://x.example/" + String(repeating: "x", count: 9000),
        ])
    func links(_ link: String) async throws {
        let server = try LoopbackServer { request, responder in
            guard request.path.contains("/job/") else { return try await responder.respond(json: #"{"job":"abc"}"#) }
            try await responder.respond(json: #"{"status":"succeeded","imageUrl":"\#(link)"}"#)
        }
        let run = await ProdiaProvider(.v1, at: server.url).run("a boat")
        var failure = run.failure
        if let image = run.pictures.first {
            failure = await #expect(throws: GenerationError.self) { _ = try await image.load() }
        }
        #expect([.unsafeURL, .invalidResponse].contains(failure?.code), "\(String(describing: failure))")
        #expect(failure?.message.contains("pw") == false)
        #expect(server.requests.filter { $0.method == "POST" }.count == 1)
    }

    @Test("a list of outputs of the wrong kind, empty, or without end")
    func outputs() async throws {
        let many = "[" + Array(repeating: "\"a.png\"", count: 1001).joined(separator: ",") + "]"
        let lists: [(String, GenerationError.Code)] = [
            ("", .invalidResponse), ("null", .invalidResponse), ("{}", .invalidResponse), ("5", .invalidResponse),
            ("\"a.png\"", .invalidResponse), ("<html>", .invalidResponse), ("[", .invalidResponse), ("[]", .noImage),
            ("[null,5,{},[],true]", .noImage), ("[\"\"]", .noImage),
            ("[\"../a.png\",\"a/b.png\",\"\\u0000.png\"]", .noImage),
            ("[\"\(String(repeating: "x", count: 300)).png\"]", .noImage), ("[\"a.mp4\",\"b\"]", .noImage),
            (many, .responseTooLarge),
        ]
        for (list, code) in lists {
            let server = try LoopbackServer { request, responder in
                switch request.path {
                case "/v2/job/async": try await responder.respond(status: 201, json: #"{"id":"abc"}"#)
                case let path where path.hasSuffix("current"): try await responder.respond(body: "processed")
                case let path where path.hasSuffix("json"): try await responder.respond(json: "{}")
                default: try await responder.respond(json: list)
                }
            }
            let run = await ProdiaProvider(.v2Async, at: server.url).run("a boat")
            #expect(run.failure?.code == code, "\(list.prefix(40)) \(String(describing: run.error))")
            #expect(run.failure?.wasAccepted == true && run.failure?.job?.id == "abc", "\(list.prefix(40))")
            #expect(server.requests.filter { $0.method == "POST" }.count == 1)
        }
    }

    @Test("parts of a form that are missing, repeated, empty, or of another kind")
    func parts() async throws {
        let job = Data(#"{"id":"abc"}"#.utf8)
        let forms: [(parts: [(name: String, type: String, data: Data)], code: GenerationError.Code?, pictures: Int)] = [
            ([], .noImage, 0), ([("job", "application/json", job)], .noImage, 0),
            ([("job", "application/json", Data()), ("output", "image/png", Self.png)], nil, 1),
            ([("job", "x", Data("<html>".utf8)), ("output", "image/png", Self.png)], nil, 1),
            ([("job", "application/json", job), ("job", "application/json", job), ("output", "", Self.png)], nil, 1),
            (
                [
                    ("output", "image/png", Self.png), ("output", "image/png", Data()),
                    ("output", "image/png", Self.png),
                ], nil, 2
            ),
            ([("output", "image/png", Data())], .invalidResponse, 0),
            ([("output", "text/html", Data("<html>".utf8))], .invalidResponse, 0),
            ([("OUTPUT", "image/png", Self.png)], .noImage, 0), ([("output", "text/plain", Data())], .noImage, 0),
            (Array(repeating: ("output", "image/png", Self.png), count: 65), .responseTooLarge, 0),
        ]
        for (index, form) in forms.enumerated() {
            let (type, body) = Self.form(form.parts)
            let server = try LoopbackServer { _, responder in
                try await responder.respond(headers: [("content-type", type)], body: body)
            }
            let run = await ProdiaProvider(.v2, at: server.url).run("a boat")
            #expect(run.failure?.code == form.code, "\(index) \(String(describing: run.error))")
            #expect(run.pictures.count == form.pictures, "\(index)")
            if form.code != nil { #expect(run.failure?.wasAccepted != false, "\(index)") }
            #expect(server.requests.count == 1)
        }
    }

    @Test("bytes in place of a form: none, a page, another format, cut", arguments: ["image/png", "", "text/html"])
    func bytes(_ type: String) async throws {
        let bodies: [(Data, GenerationError.Code?)] = [
            (Data(), .invalidResponse), (Data([0x89, 0x50]), .invalidResponse), (Data("<html>".utf8), .invalidResponse),
            (Self.png, nil), (Self.png.prefix(40), nil), (Data(count: 4096), .invalidResponse),
        ]
        for (body, code) in bodies {
            let server = try LoopbackServer { _, responder in
                try await responder.respond(headers: [("content-type", type)], body: body)
            }
            let run = await ProdiaProvider(.v2, at: server.url).run("a boat") { $0.prodia.rawBytes = true }
            #expect(run.failure?.code == code, "\(body.count) \(String(describing: run.error))")
            if code != nil { #expect(run.failure?.wasAccepted != false) }
            #expect(server.requests.count == 1)
        }
    }

    @Test("lists of models leave out what is no name, and never end in a crash")
    func models() async throws {
        let list = #"["a", "", 5, null, "\u001b[2J", "b\nc", "\#(String(repeating: "x", count: 300))", "d [1]"]"#
        let server = try LoopbackServer { request, responder in
            guard request.path == "/models" else { return try await responder.respond(json: list) }
            try await responder.respond(json: #"{"A":"a","B\u009b":"b","C":5,"D":"d\u202e","":"e","F":""}"#)
        }
        let models = try await ProdiaProvider(.v1, at: server.url).fetchModels().models.map(\.id)
        #expect(Set(models) == ["a", "d [1]"])
        let legacy = try await ProdiaProvider(.legacy, at: server.url).fetchModels()
        #expect(legacy.aliases == ["A": "a"])
        let endless = "[" + Array(repeating: "\"a\"", count: 10_001).joined(separator: ",") + "]"
        let long = try LoopbackServer { _, responder in try await responder.respond(json: endless) }
        let error = await #expect(throws: GenerationError.self) {
            try await ProdiaProvider(.v1, at: long.url).fetchModels()
        }
        #expect(error?.code == .responseTooLarge)
        for value in Self.values where !value.hasPrefix("[") {
            let odd = try LoopbackServer { _, responder in try await responder.respond(json: value) }
            for api in [ProdiaAPI.v1, .legacy] {
                let models = try? await ProdiaProvider(api, at: odd.url).fetchModels()
                #expect(models == nil || api == .legacy, "\(value)")
            }
        }
    }

    @Test("a caller's own numbers of any size", arguments: [Int.min, -1, 0, Int.max])
    func callersNumbers(_ number: Int) async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(.v1, prodia).run("a boat") {
            $0.prodia.upscale = true
            $0.prodia.config = ["width": .integer(number), "height": .integer(number), "seed": .integer(number)]
        }
        #expect(run.jobs.count == 1)
    }
}
