internal import Foundation
public import GeneratorCore
public import GeneratorTransport

extension GradioApp {
    /// Submits a job to a named endpoint.
    /// - Parameters:
    ///   - endpoint: The endpoint's name, with or without the slash.
    ///   - arguments: The arguments in order.
    ///   - route: Which way; by default ``GradioRoute/automatic``.
    /// - Returns: The accepted job.
    /// - Throws: `GenerationError`: `notFound` with the names there are, else as for an endpoint that was looked up.
    public func submit(
        _ endpoint: String, _ arguments: [JSONValue], route: GradioRoute = .automatic
    ) async throws -> GradioJob {
        try await submit(self.endpoint(endpoint), arguments, route: route)
    }

    /// Submits a job with arguments by the names of their parameters; those that are missing have the app's defaults.
    ///
    /// Names and defaults are known after ``loadingInfo()``, from Gradio 4.29 on.
    /// - Parameters:
    ///   - endpoint: The endpoint's name, with or without the slash.
    ///   - arguments: The arguments by the names of their parameters.
    ///   - route: Which way; by default ``GradioRoute/automatic``.
    /// - Returns: The accepted job.
    /// - Throws: `GenerationError`: `notFound` with the names there are, `invalidRequest` that names the parameter which
    ///   is missing, unknown or of another type; else as for an endpoint that was looked up.
    public func submit(
        _ endpoint: String, named arguments: [String: JSONValue], route: GradioRoute = .automatic
    ) async throws -> GradioJob {
        let endpoint = try self.endpoint(endpoint)
        return try await submit(endpoint, endpoint.arguments(named: arguments), route: route)
    }

    /// Submits a job.
    ///
    /// It is sent once: when its answer is lost, nobody knows whether it was accepted, and it is not sent again.
    /// - Parameters:
    ///   - endpoint: The endpoint.
    ///   - arguments: The arguments in order; state may be left out, and at the end whatever has a default.
    ///   - route: Which way; by default ``GradioRoute/automatic``. The direct route returns when the work is done.
    ///   - headers: Sent with the submission only.
    /// - Returns: The accepted job.
    /// - Throws: `GenerationError`: `invalidRequest` that names the parameter which is missing or of another type,
    ///   `queueFull`, `unauthorized`, `serviceError`, `connectionFailed` and the like; `CancellationError`.
    public func submit(
        _ endpoint: GradioEndpoint, _ arguments: [JSONValue], route: GradioRoute = .automatic,
        headers: HTTPHeaders = [:]
    ) async throws -> GradioJob {
        let way = try self.route(route, for: endpoint)
        let arguments = try endpoint.arguments(arguments)
        do {
            return try await submit(endpoint, arguments, by: way, headers: headers)
        } catch {
            throw Self.hiding(arguments, of: endpoint, in: error)
        }
    }

    @inline(never)
    private static func hiding(
        _ arguments: [JSONValue], of endpoint: GradioEndpoint, in error: any Error
    ) -> any Error {
        (error as? GenerationError)?.hiding(PromptHiding(endpoint.words(among: arguments))) ?? error
    }

    private func submit(
        _ endpoint: GradioEndpoint, _ arguments: [JSONValue], by way: GradioRoute, headers: HTTPHeaders
    ) async throws -> GradioJob {
        let lease = HTTPConnectionLease()
        switch way {
        case .automatic, .queue:
            // One session for each job: a stream that breaks hurts no other job.
            let session = Self.newSession()
            let id = try await join(endpoint, arguments, session: session, headers: headers, lease: lease)
            return job(id, endpoint, arguments, .queue(session: session), lease)
        case .call:
            let id = try await create(
                "call", endpoint.path ?? "", body: ["data": .array(arguments)], headers: headers, lease: lease)
            return job(id, endpoint, arguments, .call, lease)
        case .run:
            let values = try await run(endpoint, arguments, headers: headers)
            return job("", endpoint, arguments, .answered(values), lease)
        }
    }

    @inline(never)
    private func job(
        _ id: String, _ endpoint: GradioEndpoint, _ arguments: [JSONValue], _ source: GradioJob.Source,
        _ lease: HTTPConnectionLease
    ) -> GradioJob {
        GradioJob(
            id: id, endpoint: endpoint, app: self, source: source, lease: lease,
            words: endpoint.words(among: arguments))
    }

    /// Whether a generator's later values come as changes (`sse_v2`, Gradio 4.17 and later).
    var sendsPatches: Bool { config.queueProtocol.map { $0.hasPrefix("sse_v") && $0 != "sse_v1" } ?? false }

    /// The way that a job takes.
    func route(_ wish: GradioRoute, for endpoint: GradioEndpoint) throws -> GradioRoute {
        switch wish {
        case .automatic:
            // A generator always: a direct call gives its first value for its last, and every queue takes it.
            let isQueued = endpoint.isQueued || endpoint.isGenerator
            if hasQueue, isQueued { return .queue }
            if version >= .call, endpoint.path != nil, isQueued { return .call }
            guard !endpoint.isGenerator else { throw GenerationError(oldQueueOf: version, for: endpoint) }
            return .run
        case .queue where !hasQueue: throw GenerationError(oldQueueOf: version, for: endpoint)
        case .call where version < .call:
            throw GenerationError(.serviceError, "The app runs Gradio \(version); it must be 4.20 or later.")
        // Its number goes where its name cannot.
        case .call where endpoint.path == nil && endpoint.name != nil && hasQueue: return .queue
        case .call where endpoint.path == nil:
            throw GenerationError(
                .notFound, "The endpoint \(endpoint.label) has no name and cannot be called this way.")
        default: return wish
        }
    }

    /// Starts a session, for apps that remember something between calls.
    /// - Parameter id: The name of an earlier session to go on with; a new one by default.
    /// - Returns: The session.
    public func session(_ id: String? = nil) -> GradioSession { GradioSession(app: self, id: id ?? Self.newSession()) }

    /// Whether the app has a queue that this client speaks (`sse_v1` and later).
    private var hasQueue: Bool { config.queueProtocol?.hasPrefix("sse_v") == true }

    /// A session needs the queue.
    func requireQueue(for endpoint: GradioEndpoint) throws { _ = try route(.queue, for: endpoint) }

    /// Thirty-two hexadecimal digits, as Gradio's own clients make them.
    static func newSession() -> String {
        let digits = Array("0123456789abcdef".utf8)
        var rest: UInt64 = 0
        let name = (0..<32).map { place in
            if place.isMultiple(of: 16) { rest = .random(in: 0...UInt64.max) }
            defer { rest >>= 4 }
            return digits[Int(rest & 15)]
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// As an app's page names it where nothing follows.
    private static func shortSession() -> String {
        String((0..<10).compactMap { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement() })
    }

    /// Puts a job into the queue. (`POST /queue/join`)
    func join(
        _ endpoint: GradioEndpoint, _ arguments: [JSONValue], session: String, headers: HTTPHeaders,
        lease: HTTPConnectionLease
    ) async throws -> String {
        try await create(
            "queue", "join", body: Self.joinBody(endpoint, arguments, session), headers: headers, lease: lease)
    }

    @inline(never)
    private static func joinBody(
        _ endpoint: GradioEndpoint, _ arguments: [JSONValue], _ session: String
    ) -> JSONValue {
        [
            "data": .array(arguments), "fn_index": .integer(endpoint.id), "session_hash": .string(session),
            "event_data": nil, "trigger_id": endpoint.trigger.map(JSONValue.integer) ?? .null,
        ]
    }

    private func create(
        _ path: String..., body json: JSONValue, headers: HTTPHeaders, lease: HTTPConnectionLease
    ) async throws -> String {
        let request = try createRequest(path, json, headers, lease)
        let (response, body) = try await data(for: request)
        return try jobName(in: response, body, to: request)
    }

    @inline(never)
    private func createRequest(
        _ path: [String], _ json: JSONValue, _ headers: HTTPHeaders, _ lease: HTTPConnectionLease
    ) throws -> HTTPRequest {
        var request = try request(path, method: "POST", json: json)
        request.headers.merge(headers)
        request.intent = .create(lease)
        return request
    }

    @inline(never)
    private func jobName(in response: HTTPResponse, _ body: Data, to request: HTTPRequest) throws -> String {
        guard response.status == 200 else {
            throw GenerationError(unaccepted: response, body).hiding(sent(with: request))
        }
        guard let id = try JSONValue.ifReadable(body)?["event_id"]?.string, Self.isJobName(id) else {
            var error =
                response.isWebPage(body)
                ? GenerationError(notAnApp: response, body, at: url)
                : GenerationError(.invalidResponse, "The app accepted the job without naming it.")
            error.wasAccepted = nil
            throw error
        }
        return id
    }

    /// Whether it can name a job: it goes into paths, events and messages.
    private static func isJobName(_ name: String) -> Bool {
        (1...200).contains(name.utf8.count) && name.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    }

    /// Calls an endpoint directly and waits for its answer. (`POST /run/{name}`)
    func run(
        _ endpoint: GradioEndpoint, _ arguments: [JSONValue], headers: HTTPHeaders
    ) async throws -> [JSONValue] {
        // No queue gathers what a batch function takes: of more than one argument the app would take each for a call.
        let columns = endpoint.isBatch ? arguments.map { [$0] } : arguments
        var json: [String: JSONValue] = [
            "data": .array(columns), "fn_index": .integer(endpoint.id), "event_data": nil,
            "session_hash": .string(Self.shortSession()),
            "trigger_id": endpoint.trigger.map(JSONValue.integer) ?? .null,
        ]
        if endpoint.isBatch { json["batched"] = true }
        var request = try request(["run", endpoint.path ?? "predict"], method: "POST", json: .object(json))
        request.headers.merge(headers)
        request.intent = .create(nil)
        // Not a byte comes before the work is done, not even a heartbeat: the deadline has to do.
        request.idleTimeout = .seconds(1e9)
        let (response, body) = try await data(for: request)
        let answer = try JSONValue.ifReadable(body)
        if response.status == 500, let answer, answer["error"] != nil {
            var failure = GenerationError(gradioFailure: answer)
            failure.wasAccepted = !failure.isLackOfGPU
            throw failure.hiding(sent(with: request))
        }
        // An app with a queue may have closed this route.
        if response.status == 404, answer != nil, !hasQueue {
            throw GenerationError(oldQueueOf: version, for: endpoint)
        }
        guard response.status == 200 else {
            throw GenerationError(unaccepted: response, body).hiding(sent(with: request))
        }
        guard let values = answer?["data"]?.array else {
            var error =
                response.isWebPage(body)
                ? GenerationError(notAnApp: response, body, at: url)
                : GenerationError(.invalidResponse, "The app's answer holds no data.")
            error.wasAccepted = nil
            throw error
        }
        return endpoint.isBatch ? values.map { $0[0] ?? .null } : values
    }

    /// Asks for the event stream of a job of the call flow. (`GET /call/{name}/{event_id}`)
    func streamRequest(of job: GradioJob) throws -> HTTPRequest {
        try streamRequest(["call", job.endpoint.path ?? "", job.id], job.lease)
    }

    /// Asks for the event stream of a session, with the name of its job where it has no others. (`GET /queue/data`)
    func streamRequest(of session: String, job: String? = nil, lease: HTTPConnectionLease) throws -> HTTPRequest {
        var request = try streamRequest(["queue", "data"], query: ("session_hash", session), lease)
        // Of a thousand jobs that wait each hears of every step of the others.
        if let job { request.agingPrefix = Array("data: \(GradioQueueDecoder.placePrefix(of: job))".utf8) }
        return request
    }

    private func streamRequest(
        _ path: [String], query: (name: String, value: String)? = nil, _ lease: HTTPConnectionLease
    ) throws -> HTTPRequest {
        var request = try request(path, query: query)
        request.headers["Accept"] = "text/event-stream"
        request.intent = .follow(lease)
        return request
    }

    /// Opens an event stream.
    func open(_ request: HTTPRequest) async throws -> HTTPBody {
        let response = try await send(request)
        guard response.status == 200, response.mediaType == "text/event-stream" else {
            throw await Self.refusal(ofEvents: response)
        }
        return response.body
    }

    @inline(never)
    private static func refusal(ofEvents response: HTTPResponse) async -> GenerationError {
        let body = (try? await response.body.collect(upTo: 64 << 10)) ?? Data()
        let words = ServiceText(body: body).message
        return GenerationError(
            .connectionLost,
            "The Space answered \(response.status) (\(words)) in place of its events: the job was accepted and its result is lost. It was not submitted again."
        )
    }
}

extension GenerationError {
    /// What came in place of an acceptance: a refusal, or a failure behind which the job may have been taken.
    fileprivate init(unaccepted response: HTTPResponse, _ body: Data) {
        self.init(refusal: response, body, wasAccepted: response.provesRefusal(body) ? false : nil)
    }

    fileprivate init(oldQueueOf version: GradioServerVersion, for endpoint: GradioEndpoint) {
        self.init(
            .serviceError,
            "The endpoint \(endpoint.label) needs the queue of Gradio \(version), which this client does not speak: the app must run Gradio 4.9 or later."
        )
    }
}
