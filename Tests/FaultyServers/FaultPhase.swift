internal import GeneratorTesting

/// What a client is doing when a server goes wrong.
package enum FaultPhase: String, Sendable, CaseIterable {
    /// It asks an app what it can do.
    case discovery
    /// It asks the Hub where a Space is, or for a token.
    case hub
    /// It sends a picture.
    case upload
    /// It submits the job.
    case create
    /// It listens to the events of its job.
    case stream
    /// It asks how its job is, and for what came of it.
    case poll
    /// It fetches the finished picture.
    case download
    /// It was sent to another place to ask what the app can do.
    case movedDiscovery = "discovery, redirected"
    /// It was sent to another origin to fetch the picture.
    case movedDownload = "download, redirected"

    /// The phases in which nothing is made and nothing is followed.
    package static let reads: Set<FaultPhase> = [
        .discovery, .hub, .poll, .download, .movedDiscovery, .movedDownload,
    ]
    /// The phases whose answer is JSON.
    package static let documents: Set<FaultPhase> = [.discovery, .upload, .create, .poll, .movedDiscovery]
    /// The phases in which a picture is fetched.
    package static let downloads: Set<FaultPhase> = [.download, .movedDownload]
    package static let all = Set(allCases)

    /// The phase that leads here by a redirect.
    package var origin: FaultPhase {
        switch self {
        case .movedDiscovery: .discovery
        case .movedDownload: .download
        default: self
        }
    }

    /// What a request belongs to; `nil` for what is done when a job is over, and for requests that nobody expects.
    init?(of request: LoopbackRequest, at place: FaultPlace) {
        let parts = request.path.split(separator: "/").map(String.init)
        switch (place, request.method, parts.first) {
        case (.hub, _, _): self = .hub
        case (.images, _, _), (.stranger, _, _): self = .download
        case (_, "GET", "config"): self = .discovery
        case (_, let method, "gradio_api"):
            guard let next = parts.dropFirst().first else { return nil }
            switch (method, next) {
            case ("GET", "info"): self = .discovery
            case ("POST", "upload"): self = .upload
            case ("POST", "queue"), ("POST", "call"), ("POST", "run"): self = .create
            case ("GET", "queue"), ("GET", "call"): self = .stream
            case ("GET", let file) where file.hasPrefix("file="): self = .download
            default: return nil
            }
        case (_, "POST", "v1"), (_, "POST", "v2"), (_, "GET", "generate"): self = .create
        case (_, "GET", "v2") where parts.count == 6 && parts[4] == "output": self = .download
        case (_, "GET", "v1"), (_, "GET", "v2"), (_, "GET", "job"): self = .poll
        default: return nil
        }
    }
}

/// The servers that a client meets, each an origin of its own.
package enum FaultPlace: String, Sendable, CaseIterable {
    /// The service, or the app.
    case service
    /// The Hub.
    case hub
    /// Where the service keeps its pictures.
    case images
    /// An origin that nobody named to the client.
    case stranger
}
