internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

/// One generation over one of the interfaces.
struct ProdiaRun: Sendable {
    let service: ProdiaService
    let context: GenerationContext

    var poller: JobPoller {
        JobPoller(
            interval: context.environment.polling, retry: context.environment.retry, deadline: context.deadline)
    }

    /// Names a job that was accepted. Whoever holds the handle learns neither the prompt nor where it runs.
    func handle(_ id: String, _ state: [String: JSONValue?] = [:]) -> JobHandle {
        var kept = state.compactMapValues { $0 }
        kept["api"] = .string(service.api.rawValue)
        return JobHandle(provider: context.provider, id: id, isResumable: service.api.isResumable, state: kept)
    }

    /// Sends a request that creates a job, and reads the job out of the answer.
    func submit(_ request: HTTPRequest, id key: String) async throws -> (id: String, job: JSONValue) {
        let (response, body) = try await service.create(request)
        guard (200..<300).contains(response.status) else { throw service.refusal(response, body) }
        let job = try service.json(body)
        guard let id = job[key]?.string, ProdiaService.isSegment(id) else {
            throw GenerationError(.invalidResponse, "Prodia's answer names no job.", wasAccepted: nil)
        }
        return (id, job)
    }

    /// Yields what a job does, in words that mean the same for every service.
    func report(state: String) async throws {
        switch state {
        case "queued": try await context.status("Waiting in the queue")
        case "generating", "processing": try await context.status("Generating")
        default: try await context.status(state.printable(limit: 60))
        }
    }
}
