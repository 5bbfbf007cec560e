import Flux1Schnell
import Foundation
import GeneratorCore
import GeneratorTesting
import Gradio

// Samples of the pages about writing a provider and about tests, line for line: `SampleTests` runs them, and sees to it
// that they stand on the pages as they stand here. That every sample compiles is checked by `.ci/samples`.

struct PaintProvider: AsyncGeneratorProvider {
    let id: ProviderID = "paint"
    let models = ModelCatalog(ModelDescriptor("paint-1", capabilities: ModelCapabilities(seed: 0...9999)))
    let environment: GenerationEnvironment
    let url: URL

    func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        var request = HTTPRequest(url: url, method: "POST", headers: ["Content-Type": "application/json"])
        var fields: [String: JSONValue] = ["prompt": .string(call.prompt)]
        fields["seed"] = call.settings.seed.map { .integer($0) }
        request.body = try JSONValue.object(fields).serialized()
        request.intent = .create(nil)
        try await context.status("Painting")
        let (response, body) = try await context.http.data(for: request)
        guard response.status == 200 else {
            throw GenerationError(status: response.status, retryAfter: response.headers.retryAfter(), body: body)
        }
        let image = context.image(data: body, seed: call.settings.seed)
        try await context.yield(.image(ImageResponse(images: [image], alt: call.prompt, model: call.model.id)))
    }
}

struct StudioProvider: ResumableProvider {
    let id: ProviderID = "studio"
    let models = ModelCatalog(ModelDescriptor("studio-1"))
    let environment: GenerationEnvironment
    let url: URL

    func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        var create = try request("POST", "jobs", in: context)
        create.headers["Content-Type"] = "application/json"
        create.body = try JSONValue.object(["prompt": .string(call.prompt)]).serialized()
        create.intent = .create(nil)
        let (response, body) = try await context.http.data(for: create)
        guard (200..<300).contains(response.status) else {
            throw GenerationError(status: response.status, retryAfter: response.headers.retryAfter(), body: body)
        }
        guard let name = try? JSONValue(parsing: body)["id"]?.string else {
            throw GenerationError(.invalidResponse, "The service does not name the job.", wasAccepted: nil)
        }
        let job = JobHandle(provider: id, id: name, isResumable: true, state: ["model": .string(call.model.id)])
        try await context.yield(.submitted(job))
        try await wait(for: job, prompt: call.prompt, in: context)
    }

    func resume(_ job: JobHandle, in context: GenerationContext) async throws {
        try await wait(for: job, atOnce: true, in: context)
    }

    private func wait(
        for job: JobHandle, prompt: String = "", atOnce: Bool = false, in context: GenerationContext
    ) async throws {
        // A ticket may come from anybody, and the name in it becomes a part of a path.
        guard !job.id.isEmpty, job.id.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }) else {
            throw GenerationError(.invalidRequest, "This is no job of the studio.")
        }
        let look = try request("GET", "jobs/\(job.id)", in: context)
        let stop = try request("DELETE", "jobs/\(job.id)", in: context)
        // The poller repeats a look that failed. If the pipeline did so too, everybody would wait twice.
        var http = context.http
        http.retry = .never
        let poller = JobPoller(interval: environment.polling, retry: environment.retry, deadline: context.deadline)
        let link = try await context.cancelling { [http] in
            try await poller.result(atOnce: atOnce) { () -> JobPollResult<String> in
                let (response, body) = try await http.data(for: look)
                guard response.status == 200 else {
                    throw HTTPStatusError(
                        status: response.status, retryAfter: response.headers.retryAfter(), body: body)
                }
                guard let document = try? JSONValue(parsing: body), let state = document["state"]?.string else {
                    throw TransportError(.invalidResponse, "The answer has no state.", reachedServer: true)
                }
                switch state {
                case "done": return .done(document["picture"]?.string ?? "")
                case "failed":
                    let reason = ServiceText(document["reason"]?.string ?? "It does not say why.")
                    return .failed(GenerationError(.generationFailed, reason.message, wasAccepted: true))
                default:
                    try await context.status(state)
                    return .pending(state: state)
                }
            }
        } onCancel: { [http] in
            // A job whose time has run out goes on: it can be resumed.
            if let rest = context.deadline.remaining, rest <= .zero { return }
            _ = try await http.data(for: stop)
        }
        guard let picture = URL(string: link, relativeTo: url)?.absoluteURL, let origin = HTTPOrigin(picture) else {
            throw GenerationError(.invalidResponse, "The link to the picture is none.", wasAccepted: true)
        }
        // The key is for the service, and not for another host that keeps its pictures.
        let home = HTTPOrigin(url)
        let image = context.image(at: picture, headers: origin == home ? look.headers : [:], origin: home)
        let model = job.state["model"]?.string
        try await context.yield(.image(ImageResponse(images: [image], alt: prompt, model: model)))
    }

    private func request(_ method: String, _ path: String, in context: GenerationContext) throws -> HTTPRequest {
        guard let key = context.credentials.apiKey else {
            throw GenerationError(.missingCredentials, "The studio needs a key: set `credentials.apiKey`.")
        }
        let headers: HTTPHeaders = ["Authorization": "Bearer \(key.reveal())"]
        return HTTPRequest(url: url.appending(path: path), method: method, headers: headers)
    }
}

func testing() async throws -> Data {
    let space = try LoopbackSpace()
    let provider = Flux1SchnellProvider(url: space.url)
    let image = try await provider.image("a quiet harbour")
    let bytes = try await image.load().data
    return bytes
}

func testingScript() async throws -> GeneratedImage {
    let provider = ScriptedProvider { call, context in
        try await context.status("Painting")
        let picture = context.image(data: LoopbackSpace.picture(prompt: call.prompt, seed: 1, width: 64, height: 64))
        try await context.yield(.image(ImageResponse(images: [picture], alt: call.prompt)))
    }
    let image = try await provider.image("a boat")
    return image
}

func testingFailure() -> ScriptedProvider {
    let failing = ScriptedProvider { _, _ in throw GenerationError(.quotaExceeded, "Come back tomorrow.") }
    return failing
}

func testingSpace() async throws {
    let space = try LoopbackSpace(pace: .zero)
    let provider = Flux1SchnellProvider(url: space.url)
    do {
        let image = try await provider.image("!error The model is tired")
        print(image.url)
    } catch let error as GenerationError {
        print(error.code, error.message)
    }
    print(space.submissions)
}

func testingStatus() async throws -> [String] {
    let busyServer = try LoopbackServer { _, responder in
        try await responder.respond(
            status: 429, headers: [("Retry-After", "3600")], json: #"{"error": "Too many at a time"}"#)
    }
    let busy = Flux1SchnellProvider(url: busyServer.url)
    do {
        let image = try await busy.image("a boat")
        print(image.url)
    } catch let error as GenerationError where error.code == .rateLimited {
        print(error.retryAfter ?? .zero, busyServer.requests.map(\.path))
    }
    return busyServer.requests.map(\.path)
}

func testingGradioApp() async throws -> (GeneratedImage, JSONValue) {
    let png = LoopbackSpace.picture(prompt: "a boat", seed: 7, width: 64, height: 64)
    let server = try LoopbackServer { request, responder in
        switch request.path {
        case "/config":
            try await responder.respond(
                json: #"""
                    {"version": "5.50.0", "api_prefix": "/gradio_api", "protocol": "sse_v3", "components": [
                        {"id": 0, "type": "textbox", "props": {"label": "Text"}},
                        {"id": 1, "type": "slider", "props": {"label": "Luck", "minimum": 0, "maximum": 999}},
                        {"id": 2, "type": "image", "props": {"label": "Poster"}}],
                     "dependencies": [{"id": 0, "api_name": "paint", "queue": false, "inputs": [0, 1], "outputs": [2]}]}
                    """#)
        case "/gradio_api/info":
            try await responder.respond(
                json: #"""
                    {"named_endpoints": {"/paint": {"parameters": [
                        {"parameter_name": "text"}, {"parameter_name": "luck"}]}}}
                    """#)
        case "/gradio_api/run/paint":
            try await responder.respond(json: #"{"data": ["data:image/png;base64,\#(png.base64EncodedString())"]}"#)
        default: try await responder.respond(status: 404, json: "{}")
        }
    }
    let posters = GradioProvider(
        url: server.url, endpoint: "/paint", mapping: ["text": .prompt, "luck": .seed])
    let poster = try await posters.image("a boat", seed: 7)
    let sent = try JSONValue(parsing: server.requests.last?.body ?? Data())
    print(poster.seed ?? 0, sent["data"] ?? [])
    return (poster, sent)
}

func testingSleep() async throws -> Int {
    let page = try LoopbackServer { _, responder in
        try await responder.respond(
            headers: [("Content-Type", "text/html")], body: "<html>This Space is asleep.</html>")
    }
    let hub = try LoopbackHub(space: page.url)
    hub["somebody/posters"] = .sleeping
    let asleep = GradioProvider(space: "somebody/posters", hubURL: hub.url)
    do {
        let image = try await asleep.image("a boat")
        print(image.url)
    } catch let error as GenerationError where error.code == .spaceUnavailable {
        print(error.message)
    }
    return hub.server.requests.count
}

func testingClock() async throws -> GeneratedImage {
    let clock = ManualClock()
    let environment = GenerationEnvironment { $0.clock = GeneratorClock(clock) }
    let patient = ScriptedProvider(environment: environment) { _, _ in
        try await clock.sleep(until: clock.now.advanced(by: .seconds(100_000)))
    }
    let painting = Task { try await patient.image("a boat") }
    await clock.waitForSleepers(2)  // The script's sleep, and the time-out of 300 seconds.
    clock.advance(by: .seconds(301))
    let result = await painting.result
    return try result.get()
}
