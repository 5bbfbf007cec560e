import Foundation
import Gradio

extension SpaceRoutes {
    /// `POST call/{name}`
    func call(_ name: String, _ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let body = try SpaceBody(request, needing: ["data"], release: release)
        var values = try body.arguments()
        let endpoint = try endpoint(named: name, allowsHidden: release.hasVisibility)
        if release.fillsState, values.count == endpoint.parameters.count - endpoint.stateCount {
            for (place, parameter) in endpoint.parameters.enumerated() where parameter.kind == .state {
                values.insert(.null, at: place)
            }
        }
        try await submit(endpoint, values, session: body.session, request, responder)
    }

    /// `POST queue/join`
    func join(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let body = try SpaceBody(request, needing: ["data"], release: release)
        let values = try body.arguments()
        let number = try body.functionNumber()
        guard let session = body.session, !session.isEmpty else {
            throw SpaceRefusal(status: 400, detail: "Session hash not found.")
        }
        guard let number else { throw SpaceRefusal(status: 400, detail: "No function index provided.") }
        try await submit(endpoint(numbered: number), values, session: session, request, responder)
    }

    private func submit(
        _ endpoint: SpaceEndpoint, _ values: [JSONValue], session: String?, _ request: LoopbackRequest,
        _ responder: LoopbackResponder
    ) async throws {
        let stateSession = session ?? UUID().uuidString
        let studio = studio(request, session: stateSession)
        let id = try engine.submit(endpoint.id, session: session) { [pace, release] say in
            try await Self.work(endpoint, values, studio, release, pace: pace, say: say)
        }
        try await responder.respond(json: "{\"event_id\":\"\(id)\"}")
    }

    /// `POST run/{name}`: without the queue, and without a byte before the end.
    func run(_ name: String, _ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let body = try SpaceBody(request, needing: ["data"], release: release)
        let values = try body.arguments()
        // The number beats the name.
        let endpoint = try body.functionNumber().map(endpoint(numbered:)) ?? endpoint(named: name)
        let studio = studio(request, session: body.session ?? UUID().uuidString)
        do {
            let (data, timing) = try await unlessLeft(responder) { [engine, pace, release] in
                try await engine.perform(endpoint.id) {
                    do {
                        return try await Self.work(endpoint, values, studio, release, pace: pace) { report in
                            // Of a generator this route takes one value.
                            if endpoint.isGenerator, case .values(let values) = report {
                                throw FirstValue(data: values)
                            }
                        }
                    } catch let first as FirstValue {
                        return first.data
                    }
                }
            }
            let output = release.output(.array(data), isGenerating: endpoint.isGenerator, timing)
            try await responder.respond(json: output.compact)
        } catch let failure as SpaceFailure {
            try await responder.respond(status: 500, json: failure.described(by: release).compact)
        } catch is SpaceDeath {
            responder.close()
        } catch is CallerLeft {
            engine.noteCancellation()
        }
    }

    private struct FirstValue: Error {
        let data: [OrderedJSON]
    }

    private struct CallerLeft: Error {}

    /// Stops the work when the caller leaves.
    private func unlessLeft<Value: Sendable>(
        _ responder: LoopbackResponder, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await responder.waitForDisconnect()
                return nil
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() ?? nil else { throw CallerLeft() }
            return value
        }
    }

    private static func work(
        _ endpoint: SpaceEndpoint, _ values: [JSONValue], _ studio: SpaceStudio, _ release: GradioRelease,
        pace: Duration, say: (SpaceReport) throws -> Void
    ) async throws -> [OrderedJSON] {
        let arguments = try SpaceArguments(values, of: endpoint, release: release)
        let plan = try endpoint.work(arguments, studio)
        return try await plan.run(
            pace: pace, isGenerator: endpoint.isGenerator, clearsProgress: release.clearsProgress, say: say)
    }

    private func studio(_ request: LoopbackRequest, session: String) -> SpaceStudio {
        SpaceStudio(
            release: release, root: root(request), session: session, files: files, memory: memory,
            painter: painter)
    }

    private func endpoint(named name: String, allowsHidden: Bool = false) throws -> SpaceEndpoint {
        guard let endpoint = SpaceEndpoint.all.first(where: { $0.name == name && (allowsHidden || !$0.isHidden) })
        else {
            throw SpaceInternalError(
                exception:
                    "gradio.route_utils.FnIndexInferError: Could not infer function index for API name: \(name)")
        }
        return endpoint
    }

    private func endpoint(numbered number: Int) throws -> SpaceEndpoint {
        guard let endpoint = SpaceEndpoint.all.first(where: { $0.id == number }) else {
            throw SpaceInternalError(exception: "KeyError: \(number)")
        }
        return endpoint
    }
}
