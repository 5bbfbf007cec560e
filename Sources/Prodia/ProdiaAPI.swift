internal import Foundation
internal import GeneratorTransport

/// The generations of Prodia's interface. They have different routes, credentials, models and parameters.
public enum ProdiaAPI: String, Sendable, Hashable, CaseIterable {
    /// The keyless interface of the old playground, which was switched off in 2025; for servers that still speak it.
    case legacy
    /// The first public interface, deprecated: Stable Diffusion and SDXL, one job after the other.
    case v1
    /// The current interface, one request that answers when the picture is done.
    case v2
    /// The current interface, where the state of a job is asked for: for long jobs, and results that outlive a broken
    /// connection.
    case v2Async = "v2-async"

    /// The URL of the service unless another is configured.
    public var defaultURL: String {
        switch self {
        case .legacy, .v1: "https://api.prodia.com"
        case .v2, .v2Async: "https://inference.prodia.com"
        }
    }

    /// Whether its accepted jobs can be picked up again.
    public var isResumable: Bool { self != .v2 }

    /// The first segment of its paths.
    var version: String? {
        switch self {
        case .legacy: nil
        case .v1: "v1"
        case .v2, .v2Async: "v2"
        }
    }

    /// The names of the environment's variables that may hold its key, the best first.
    var variables: [String] {
        switch self {
        case .legacy: []
        case .v1: ["PRODIA_API_KEY", "PRODIA_TOKEN"]
        case .v2, .v2Async: ["PRODIA_TOKEN", "PRODIA_API_KEY"]
        }
    }

    /// Whether a URL is at one of Prodia's own servers.
    static func runsAtProdia(_ url: URL) -> Bool {
        allCases.contains { URL(string: $0.defaultURL).flatMap(HTTPOrigin.init) == HTTPOrigin(url) }
    }
}
