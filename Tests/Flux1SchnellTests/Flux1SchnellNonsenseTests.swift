import Flux1Schnell
import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import ProviderRuns
import TestPace
import Testing

/// Answers of a Space that nobody expects: each ends in one typed error that tells the truth, and nothing is sent twice.
@Suite("FLUX.1 [schnell]: nonsense", .paced)
struct Flux1SchnellNonsenseTests {
    private static let long = String(repeating: "x", count: 5000)
    private static let png = LoopbackProdia.picture(prompt: "x", seed: 1, width: 16, height: 16)

    /// What a finished job can hold in place of a picture, and what is said of it.
    static let results: [(data: String, code: GenerationError.Code)] = [
        ("[]", .noImage), ("[null, 5]", .noImage), ("[5]", .noImage), ("[\"a text\"]", .noImage), ("{}", .noImage),
        ("5", .noImage), ("\"\"", .noImage), ("[[]]", .noImage), ("[[[[[1]]]]]", .noImage), ("[true]", .noImage),
        ("[{}]", .noImage), ("[{\"path\": null, \"url\": null}]", .noImage),
        ("[{\"path\": \"\", \"url\": \"\"}]", .noImage),
        ("[{\"path\": 5, \"url\": []}]", .noImage), ("[{\"path\": \"/a/../../login\"}]", .invalidResponse),
        ("[{\"path\": \"..\"}]", .invalidResponse), ("[{\"path\": \"/tmp/./x.png\"}]", .invalidResponse),
        ("[{\"path\": \"/tmp/a\\u0000b.png\"}]", .invalidResponse), ("[{\"path\": \"/\(long)\"}]", .invalidResponse),
        ("[{\"url\": \"https://x.example/\(long)\(long)\"}]", .invalidResponse),
        ("[{\"url\": \"http://[::1\"}]", .invalidResponse), ("[{\"url\": \"file:///etc/passwd\"}]", .unsafeURL),
        ("[{\"url\": \"ftp://x.example/a.png\"}]", .unsafeURL), ("[{\"url\": \"javascript:alert(1)\"}]", .unsafeURL),
        ("[{\"url\": \"data:image/png;base64,%%%\"}]", .invalidResponse), ("[\"data:\"]", .invalidResponse),
        ("[\"data:image/png;base64,\"]", .invalidResponse), ("[\"data:,\"]", .invalidResponse),
        ("[\"data:text/html,<html>\"]", .invalidResponse), ("[\"DATA:image/png;base64,AAAA\"]", .noImage),
        ("[{\"url\": \"DATA:image/png;base64,AAAA\"}]", .invalidResponse),
        ("[\"data:image/png;base64,\(Data(count: 2000).base64EncodedString())\"]", .responseTooLarge),
        ("null", .cancelled),
    ]

    @Test("in place of a picture", arguments: results.indices)
    func finished(_ index: Int) async throws {
        let (data, code) = Self.results[index]
        let space = try ScriptedSpace(events: "event: complete\ndata: \(data)\n\n")
        let run = await Flux1SchnellProvider(at: space.server.url) { $0.downloads.maximumBytes = 1000 }.run("a boat")
        #expect(run.failure?.code == code, "\(data.prefix(80)) \(String(describing: run.error))")
        #expect(run.failure?.wasAccepted == true && run.failure?.job?.id == "e1")
        #expect(run.images.isEmpty && space.arguments.count == 1)
    }

    @Test(
        "a picture that lies where it must not: nothing is asked there",
        arguments: [
            "http://169.254.169.254/latest/x.png", "http://10.0.0.1/x.png", "http://2852039166/x.png",
            "http://0xA9FEA9FE/x.png", "http://0251.0376.0251.0376/x.png", "http://[::ffff:10.0.0.1]/x.png",
            "http://[fd00::1]/x.png", "http://192.168.1.1:8080/x.png", "http://me:pw@x.example/x.png",
            "http://x.example:0/x.png", "http://x.example:99999/x.png",
        ])
    func places(_ place: String) async throws {
        for key in ["path", "url"] {
            let space = try ScriptedSpace(events: "event: complete\ndata: [{\"\(key)\": \"\(place)\"}]\n\n")
            let run = await Flux1SchnellProvider(at: space.server.url).run("a boat")
            let image = try #require(run.images.first?.images.first, "\(String(describing: run.error))")
            let error = await #expect(throws: GenerationError.self) { _ = try await image.load() }
            #expect(error?.code == .unsafeURL, "\(String(describing: error))")
            #expect(error?.message.contains("pw") == false)
        }
    }

    /// What a picture's place can answer, and what is said of it.
    static let files: [(type: String, body: Data, code: GenerationError.Code?)] = [
        ("image/png", Data(), .invalidResponse), ("text/html", Data("<html>".utf8), .invalidResponse),
        ("image/png", Data("<html>expired</html>".utf8), .invalidResponse),
        ("image/png", Data([0x89]), .invalidResponse),
        ("image/png", png.prefix(7), .invalidResponse), ("image/jpeg", png, nil), ("text/plain", png, nil),
        ("image/png", Data("<svg/>".utf8), nil),
        ("image/png", Data(count: 1 << 16), .invalidResponse),
        ("image/png", png + Data(count: 1 << 16), .responseTooLarge),
    ]

    @Test("bytes that are no picture, another one than said, cut, or too many", arguments: files.indices)
    func downloads(_ index: Int) async throws {
        let (type, body, code) = Self.files[index]
        let pictures = try LoopbackServer { request, responder in
            guard request.path != "/moved" else {
                return try await responder.respond(status: 302, headers: [("location", "/x.png")])
            }
            try await responder.respond(headers: [("content-type", type)], body: body)
        }
        for path in ["x.png", "moved"] {
            let space = try ScriptedSpace(events: "event: complete\ndata: [{\"url\": \"\(pictures.url)/\(path)\"}]\n\n")
            let provider = Flux1SchnellProvider(at: space.server.url) { $0.downloads.maximumBytes = 1 << 16 }
            let image = try #require(await provider.run("a boat").images.first?.images.first)
            do {
                let format = try await image.load().format
                #expect(code == nil && format == ImageFormat(signature: body))
            } catch let error as GenerationError {
                #expect(error.code == code, "\(error)")
            }
            #expect(space.arguments.count == 1)
        }
    }

    @Test(
        "a picture's place that redirects where it must not: nothing is asked there",
        arguments: [
            "http://169.254.169.254/x.png", "//10.0.0.1/x.png", "http://2852039166/", "file:///etc/passwd",
            "http://me:pw@x.example/x.png", "http://x.example:99999/x.png", "data:image/png;base64,AAAA",
        ])
    func redirects(_ location: String) async throws {
        let pictures = try LoopbackServer { _, responder in
            try await responder.respond(status: 302, headers: [("location", location)])
        }
        let space = try ScriptedSpace(events: "event: complete\ndata: [{\"url\": \"\(pictures.url)/x.png\"}]\n\n")
        let image = try #require(
            await Flux1SchnellProvider(at: space.server.url).run("a boat").images.first?.images.first)
        let error = await #expect(throws: GenerationError.self) { _ = try await image.load() }
        #expect(error?.code == .unsafeURL, "\(String(describing: error))")
        #expect(error?.message.contains("pw") == false)
        #expect(pictures.requests.count == 1)
    }

    @Test(
        "in place of the accepted job",
        arguments: [
            "", "null", "[]", "5", "{", "{}", "<html>", "{\"event_id\":5}", "{\"event_id\":\"\"}",
            "{\"event_id\":null}",
            "{\"event_id\":\"a b\"}", "{\"event_id\":\"\\u001b[2J\"}", "{\"event_id\":\"\(long)\"}",
            "{\"event_id\":[\"e1\"]}", "{\"event_id\":\"é\"}",
        ])
    func accepted(_ body: String) async throws {
        let space = try ScriptedSpace(answer: body)
        let run = await Flux1SchnellProvider(at: space.server.url).run("a boat")
        let codes: [GenerationError.Code?] = [.invalidResponse, .spaceUnavailable]
        #expect(codes.contains(run.failure?.code), "\(String(describing: run.error))")
        // It answered with 200: whether there is a job nobody knows.
        #expect(run.failure != nil && run.failure?.wasAccepted == nil)
        #expect(run.failure?.message.contains("boat") == false)
        #expect(space.arguments.count == 1)
    }

    static let configs = [
        "", "null", "[]", "5", "{", "{}", "<html>", #"{"version":5,"dependencies":[]}"#,
        #"{"version":"5.0.0","dependencies":{}}"#, #"{"version":"5.0.0","dependencies":[]}"#,
        #"{"version":"5.0.0","dependencies":[null,5,"x",[],{}]}"#,
        #"{"version":"","dependencies":[{"api_name":"infer","inputs":[1,2,3,4,5,6]}]}"#,
        #"{"version":"99999999999999999999.-1.x","dependencies":[{"api_name":"infer","inputs":"x"}]}"#,
        #"{"version":"5.0.0","api_prefix":5,"protocol":[],"components":5,"dependencies":[{"id":1e400,"api_name":"infer","inputs":[null,{},"x",1e99,-1,1.5]}]}"#,
        #"{"version":"5.0.0","api_prefix":"/../../login?x=#","dependencies":[{"id":-9223372036854775808,"api_name":"infer","inputs":[9,9,9,9,9,9]}]}"#,
        #"{"version":"5.0.0","components":[{"id":1},{"id":1,"type":5,"props":[]},{"id":"1"},null],"dependencies":[{"api_name":"infer","inputs":[1,1,1,1,1,1],"targets":5,"types":5,"queue":5}]}"#,
        #"{"version":"5.0.0","dependencies":[{"api_name":true,"inputs":[]},{"api_name":"infer","api_visibility":"private","inputs":[1,2,3,4,5,6]}]}"#,
    ]

    @Test("in place of what an app says of itself", arguments: configs)
    func discovery(_ config: String) async throws {
        let server = try LoopbackServer { request, responder in
            guard request.path == "/config" else { return try await responder.respond(status: 404, json: "{}") }
            try await responder.respond(json: config)
        }
        let run = await Flux1SchnellProvider(at: server.url).run("a boat")
        let failure = try #require(run.failure, "\(String(describing: run.error))")
        #expect(failure.wasAccepted == false, "\(failure)")
        #expect(failure.message.utf8.count < 2500)
        // Nothing but what the app could have meant is asked for, and nothing outside of it.
        #expect(server.requests.allSatisfy { !$0.path.contains("..") })
        #expect(server.requests.filter { $0.method == "POST" }.count <= 1)
    }

    @Test("every number as a bound of every slider")
    func bounds() async throws {
        let numbers = [
            "-9223372036854775808", "9223372036854775807", "-1", "0", "-0.0", "1e308", "-1e308", "1e400", "0.5", "1e18",
            "18446744073709551616", "null", "\"x\"", "true", "[]",
        ]
        for low in numbers {
            let sliders = (2...6).map { id in
                let high = numbers[(numbers.firstIndex(of: low).map { $0 + id } ?? 0) % numbers.count]
                return #"{"id":\#(id),"type":"slider","props":{"minimum":\#(low),"maximum":\#(high)}}"#
            }
            let config = """
                {"version":"5.50.0","components":[\(sliders.joined(separator: ","))],
                "dependencies":[{"api_name":"infer","inputs":[1,2,3,4,5,6]}]}
                """
            let server = try LoopbackServer { request, responder in
                guard request.path == "/config" else { return try await responder.respond(status: 422, json: "{}") }
                try await responder.respond(json: config)
            }
            for seed in [nil, 0, Int.max] {
                let run = await Flux1SchnellProvider(at: server.url).run(
                    "a boat", size: seed == nil ? nil : 999, seed: seed)
                #expect(run.failure?.wasAccepted == false, "\(low) \(String(describing: run.error))")
            }
        }
    }
}
