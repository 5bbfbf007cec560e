import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import Gradio
import TestPace
import Testing

@Suite("What travels", .paced)
struct CodingTests {
    /// No two are alike, and none is a word of anything else.
    private static let secrets = (0..<9).map { "sesame-\($0)-Zwirnfaden" }

    private static func credentials(_ origin: HTTPOrigin) -> GenerationCredentials {
        GenerationCredentials(
            apiKey: Secret(secrets[0]), hubToken: Secret(secrets[1]), hubCookies: Secret("token=\(secrets[2])"),
            bearerTokens: [origin: Secret(secrets[3])],
            logins: [origin: GenerationLogin(username: secrets[4], password: Secret(secrets[5]))])
    }

    /// Encodes, looks for secrets, and decodes.
    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        let data = try JSONEncoder().encode(value)
        let text = String(decoding: data, as: UTF8.self)
        for secret in Self.secrets {
            #expect(!text.contains(secret) && !text.contains(Data(secret.utf8).base64EncodedString()), "\(text)")
        }
        return try JSONDecoder().decode(Value.self, from: data)
    }

    @Test("requests without their credentials are equal again", arguments: 0..<60)
    func requests(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func maybe<Value>(_ value: @autoclosure () -> Value) -> Value? { Bool.random(using: &random) ? value() : nil }
        let url = try #require(URL(string: "https://proxy.example:3128/a"))
        let origin = try #require(HTTPOrigin(url))
        let text = String(
            (0..<Int.random(in: 0...40, using: &random)).compactMap { _ in "aé\"\\\n🦊 {}".randomElement(using: &random)
            })
        var request = GenerationRequest(
            messages: Bool.random(using: &random)
                ? [.system(text), ChatMessage(role: .user, parts: [.image(.data(pixel))])] : [],
            prompt: maybe(text), model: maybe("m"), size: maybe(.aspectRatio(16, 9)), seed: maybe(.max),
            steps: maybe(4), guidance: maybe(.random(in: 0...20, using: &random)), negativePrompt: maybe(text),
            inputImages: Bool.random(using: &random) ? [.file(url), .remote(url), .data(pixel)] : [],
            count: .random(in: 1...1000, using: &random), timeout: maybe(.milliseconds(1234)))
        if Bool.random(using: &random) { request.unsupported = .fail }
        request[options: BrushProvider.self] = maybe(BrushOptions(brush: text))
        request[options: PencilProvider.self] = maybe(BrushOptions(brush: "soft"))
        var armed = request
        armed.credentials = maybe(Self.credentials(origin))
        if Bool.random(using: &random) {
            request.proxy = try HTTPProxy(url)
            armed.proxy = try HTTPProxy(
                #require(URL(string: "https://\(Self.secrets[6]):\(Self.secrets[7])@proxy.example:3128/a")))
        }
        let decoded = try roundTrip(armed)
        #expect(decoded == request)
        #expect(decoded[options: BrushProvider.self] == request[options: BrushProvider.self])
        #expect(try roundTrip(decoded) == request)
        #expect(decoded.credentials == nil)
    }

    @Test("a request by hand needs nothing but a prompt, and options that are none are refused before anything is sent")
    func byHand() async throws {
        func decode(_ json: String) throws -> GenerationRequest {
            try JSONDecoder().decode(GenerationRequest.self, from: Data(json.utf8))
        }
        #expect(try decode(#"{"prompt": "A fox"}"#) == GenerationRequest(prompt: "A fox"))
        #expect(throws: (any Error).self) { try decode(#"{"prompt": 1}"#) }
        #expect(throws: (any Error).self) { try decode(#"{"prompt": "", "proxy": "ftp://a.example"}"#) }
        let name = String(reflecting: BrushProvider.self)
        let right = try decode(#"{"prompt": "A fox", "options": {"\#(name)": {"brush": "wide"}}}"#)
        #expect(try await BrushProvider().createAsyncGenerator(right).response().text == "wide")
        let wrong = try decode(#"{"prompt": "A fox", "options": {"\#(name)": {"brush": 7}}}"#)
        let error = try await BrushProvider().createAsyncGenerator(wrong).failure()
        #expect(error.code == .invalidRequest && error.wasAccepted == false)
        #expect(wrong[options: BrushProvider.self] == nil && wrong != right)
    }

    /// Everything that a generation yields, with secrets wherever a program may hold one.
    @Test("events and results are equal again, without what their downloads are sent with")
    func results() async throws {
        let url = try #require(URL(string: "https://images.example/1.png"))
        let origin = try #require(HTTPOrigin(url))
        let environment = GenerationEnvironment {
            $0 = .sealed()
            $0.credentials = Self.credentials(origin)
        }
        let provider = ScriptedProvider(environment: environment) { call, context in
            try await context.status(
                "Generating", progress: GenerationProgress(completed: 1, total: 3, unit: "steps"),
                queue: QueuePlace(position: 1, size: 2, estimate: .milliseconds(2500)))
            try await context.yield(
                .submitted(JobHandle(provider: "scripted", id: "job", isResumable: true, state: ["a": [1, 2.5, "x"]])))
            try await context.yield(.text("text"))
            try await context.yield(
                .warning(GenerationWarning(.adjusted, setting: "seed", requested: 1, used: 2, "Note.")))
            let images = [
                context.image(
                    at: url, headers: ["Authorization": "Bearer \(Self.secrets[8])"], origin: HTTPOrigin(url), seed: 7,
                    size: PixelSize(width: 3, height: 4), metadata: ["price": 0.001]),
                context.image(data: pixel, seed: 8),
            ]
            try await context.yield(.preview(ImageResponse(images: images, alt: call.prompt)))
            try await context.yield(.image(ImageResponse(images: images, alt: call.prompt, model: "m")))
            if call.index == 1 {
                throw GenerationError(
                    .timedOut, "Too late.", status: 504, retryAfter: .seconds(3),
                    underlying: HTTPStatusError(status: 504, body: Data(Self.secrets[8].utf8)))
            }
        }
        let request = GenerationRequest(prompt: "A fox", count: 2)
        let events = await provider.createAsyncGenerator(request).collect().events
        #expect(events.count == 12)
        for event in events { #expect(try roundTrip(event) == event) }
        let response = try await provider.createAsyncGenerator(request).response()
        #expect(response.failures.count == 1)
        let decoded = try roundTrip(response)
        #expect(decoded == response)
        #expect(decoded.images.map(\.id) == response.images.map(\.id) && Set(response.images.map(\.id)).count == 4)
        #expect(try await decoded.images[1].load().data == pixel)
        for try await outcome in provider.createAsyncGenerators([request, GenerationRequest(prompt: "")]) {
            #expect(try roundTrip(outcome) == outcome)
        }
        // Whoever wrote the URL chooses no address of this network.
        let inside = Data(#"{"url": "http://127.0.0.1:9/1.png"}"#.utf8)
        let image = try JSONDecoder().decode(GeneratedImage.self, from: inside)
        let error = await #expect(throws: GenerationError.self) { try await image.load() }
        #expect(error?.code == .unsafeURL)
    }

    @Test("errors are equal again, and tell people what to do", arguments: [true, false, nil] as [Bool?])
    func errors(_ wasAccepted: Bool?) throws {
        let job = JobHandle(provider: "p", id: "job", isResumable: true)
        let error = GenerationError(
            .rateLimited, "Try later.", provider: "p", job: job, status: 429, retryAfter: .seconds(9),
            wasAccepted: wasAccepted, underlying: HTTPStatusError(status: 429, body: Data(Self.secrets[0].utf8)))
        let decoded = try roundTrip(error)
        #expect(decoded == error && decoded.underlying == nil)
        for change: (inout GenerationError) -> Void in [
            { $0.code = .noImage }, { $0.message = "x" }, { $0.provider = nil }, { $0.job = nil }, { $0.status = 1 },
            { $0.index = 1 },
            { $0.retryAfter = nil }, { $0.wasAccepted = wasAccepted == nil ? true : nil },
        ] {
            var other = error
            change(&other)
            #expect(other != error)
        }
        #expect(error.message == "Try later." && decoded.localizedDescription == error.localizedDescription)
        #expect(error.localizedDescription.hasPrefix("p: Try later. Try again in 9 seconds."))
        // Whether another try may be paid for is for people to know as well.
        #expect(error.localizedDescription.contains("paid for twice") == (wasAccepted != false))
        #expect(TransportError(.timedOut, "Too late.").localizedDescription == "Too late.")
        #expect(HTTPStatusError(status: 404).localizedDescription.contains("404"))
    }

    @Test("pictures are the same where bytes or place and all that is known are")
    func pictures() {
        let image = GeneratedImage(data: pixel, seed: 1)
        #expect(image == image && image == GeneratedImage(data: pixel, seed: 1))
        #expect(image != GeneratedImage(data: pixel, seed: 2))
        #expect(image != GeneratedImage(data: pixel, seed: 1, metadata: ["a": 1]))
        #expect(image.id != GeneratedImage(data: pixel, seed: 1).id)
    }
}
