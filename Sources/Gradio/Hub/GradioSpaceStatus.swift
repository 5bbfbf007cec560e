internal import Foundation
public import GeneratorTransport

/// The state of a Space, as the Hub reports it.
public enum GradioSpaceStatus: Sendable, Hashable {
    /// It runs.
    case running
    /// It sleeps, and wakes up when it is called.
    case asleep
    /// It is being built or started.
    case building
    /// Its owner has paused it; only the owner can start it again.
    case paused
    /// It is broken, and only its owner can repair it. The value is the Hub's word for what is wrong.
    case broken(String)
    /// There is no Space of this name, or it is private and the caller has no access.
    case gone
    /// Any other state, in the Hub's own word.
    case other(String)

    /// - Parameter stage: `runtime.stage` of the Hub.
    init(stage: String) {
        self =
            switch stage {
            case "RUNNING": .running
            case "SLEEPING", "STOPPED": .asleep
            case "BUILDING", "APP_STARTING", "RUNNING_BUILDING", "RUNNING_APP_STARTING": .building
            case "PAUSED": .paused
            case "BUILD_ERROR", "RUNTIME_ERROR", "CONFIG_ERROR", "NO_APP_FILE": .broken(stage)
            default: .other(stage.printable(limit: 40))
            }
    }

    /// Whether it will run by itself before long.
    public var isWaking: Bool { [.running, .asleep, .building].contains(self) }

    /// Why it does not answer, in words behind its name; `nil` where it should.
    var obstacle: String? {
        switch self {
        case .running, .other(""): nil
        case .asleep: "is asleep. It was asked and wakes up now: try again in a minute"
        case .building: "is being built. Try again in a few minutes"
        case .paused: "is paused; only its owner can start it again"
        case .broken(let stage): "is broken (\(stage)); only its owner can mend it"
        case .gone: "is gone"
        case .other(let stage): "does not run (\(stage))"
        }
    }
}

extension GradioApp {
    /// Asks the Hub what a Space does, without calling the Space: one that sleeps is not woken.
    /// - Parameters:
    ///   - space: The Space.
    ///   - hub: The Hub, and the caller's credentials.
    ///   - http: Sends the request.
    /// - Returns: What it does.
    /// - Throws: `GenerationError` where the Hub does not say it; `TransportError`, `CancellationError`.
    public static func status(
        of space: GradioSpace, hub: GradioHub = GradioHub(), using http: HTTPPipeline = HTTPPipeline()
    ) async throws -> GradioSpaceStatus {
        guard let url = hub.url else { throw GenerationError(.invalidRequest, "The Hub's URL cannot be used.") }
        let request = HTTPRequest(url: url.appending(path: "api/spaces/\(space)"), headers: hub.headers(for: url))
        let (response, body) = try await GenerationError.describing(at: url) { try await http.data(for: request) }
        if [401, 403, 404].contains(response.status) { return .gone }
        guard response.status == 200 else {
            throw GenerationError(refusal: response, body).hiding(request.headers)
        }
        guard let stage = try JSONValue.ifReadable(body)?["runtime"]?["stage"]?.string else {
            throw GenerationError(.invalidResponse, "The Hub did not say what the Space \(space) does.")
        }
        return GradioSpaceStatus(stage: stage)
    }
}
