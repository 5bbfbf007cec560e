internal import Flux1Schnell
package import Foundation
internal import G4F
package import GeneratorCore
package import GeneratorTransport
internal import Gradio
internal import Prodia

/// A provider and the way on which it is used.
package struct FaultSubject: Sendable, CustomStringConvertible {
    package let description: String
    /// The phases that it goes through.
    package let phases: Set<FaultPhase>
    /// What is asked of it.
    package var request = FaultSubject.request()
    /// Makes it.
    package let provider: @Sendable (FaultyServer.Addresses, GenerationEnvironment) -> any AsyncGeneratorProvider

    /// Begins a generation.
    package func stream(at addresses: FaultyServer.Addresses, _ environment: GenerationEnvironment) -> GenerationStream
    {
        provider(addresses, environment).createAsyncGenerator(request)
    }

    package static let all: [FaultSubject] =
        [GradioRoute.call, .queue, .run].map(flux) + [fluxDev, janus, janusText, g4f]
        + [ProdiaAPI.legacy, .v1, .v2, .v2Async].map(prodia) + [anyApp]

    // MARK: What none of them may tell anybody else

    package static let prompt = "a lighthouse named Zwirnfaden in heavy seas"
    package static let apiKey = "matrix-api-key-5f3a"
    package static let hubToken = "hf_matrixtoken7c21"
    package static let hubCookies = "token=matrixcookie90de"
    package static let ownToken = "matrix-own-token-b4e8"

    private static let gradio: Set<FaultPhase> = [
        .discovery, .movedDiscovery, .create, .stream, .download, .movedDownload,
    ]

    private static func flux(_ route: GradioRoute) -> FaultSubject {
        let phases = route == .run ? gradio.subtracting([.stream]) : gradio
        return FaultSubject(
            description: "flux1-schnell \(route)", phases: phases, request: request(size: 256)
        ) { addresses, environment in
            Flux1SchnellProvider(url: addresses.service, hubURL: addresses.hub, route: route, environment: environment)
        }
    }

    private static let fluxDev = FaultSubject(
        description: "flux-dev", phases: gradio.union([.hub]), request: request(size: 256)
    ) { addresses, environment in
        FluxDevProvider(
            url: addresses.service, space: "black-forest-labs/FLUX.1-dev", hubURL: addresses.hub,
            environment: environment)
    }

    private static let janus = FaultSubject(
        description: "janus-pro", phases: gradio.union([.hub]), request: request(model: "janus-pro-7b-image")
    ) { addresses, environment in
        JanusProProvider(
            url: addresses.service, space: "deepseek-ai/Janus-Pro-7B", hubURL: addresses.hub, environment: environment)
    }

    private static let janusText = FaultSubject(
        description: "janus-pro, text", phases: [.discovery, .hub, .upload, .create, .stream],
        request: request(model: "janus-pro-7b", inputImages: [.data(picture)])
    ) { addresses, environment in
        JanusProProvider(
            url: addresses.service, space: "deepseek-ai/Janus-Pro-7B", hubURL: addresses.hub, environment: environment)
    }

    private static let g4f = FaultSubject(
        description: "g4f", phases: gradio.union([.hub]).subtracting([.stream]),
        request: request(model: "flux-schnell", size: 256)
    ) { addresses, environment in
        G4FProvider(
            spaces: .init(janus: addresses.service, flux: addresses.service, fluxDev: addresses.service),
            hubURL: addresses.hub, environment: environment)
    }

    private static func prodia(_ api: ProdiaAPI) -> FaultSubject {
        let phases: Set<FaultPhase> =
            api == .v2 ? [.create] : [.create, .poll, .download, .movedDownload]
        return FaultSubject(
            description: "prodia \(api.rawValue)", phases: phases, request: request(size: api == .legacy ? nil : 256)
        ) { addresses, environment in
            ProdiaProvider(api: api, url: addresses.service, imagesURL: addresses.images, environment: environment)
        }
    }

    private static let anyApp = FaultSubject(
        description: "any app", phases: gradio.union([.hub, .upload])
    ) { addresses, environment in
        AnyAppProvider(environment: environment, hub: addresses.hub, picture: picture)
    }

    private static func request(
        model: String? = nil, size: Int? = nil, inputImages: [ImageInput] = []
    ) -> GenerationRequest {
        GenerationRequest(
            prompt: prompt, model: model, size: size.map { .pixels($0, $0) }, seed: 7, inputImages: inputImages)
    }

    package static let picture =
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
        ) ?? Data()

    /// The environment of a run: known secrets, and waits that suit the fault.
    package func environment(
        _ limits: FaultLimits, at addresses: FaultyServer.Addresses, over transport: any HTTPTransport
    ) -> GenerationEnvironment {
        GenerationEnvironment { environment in
            environment.transport = transport
            environment.credentials = GenerationCredentials(
                hubToken: Secret(Self.hubToken), hubCookies: Secret(Self.hubCookies))
            if description.hasPrefix("prodia") { environment.credentials.apiKey = Secret(Self.apiKey) }
            if let origin = HTTPOrigin(addresses.service) {
                environment.credentials.bearerTokens[origin] = Secret(Self.ownToken)
            }
            environment.retry = RetryPolicy(
                retries: 2, initialDelay: .milliseconds(1), retryAfterCeiling: .seconds(2))
            environment.polling = PollingInterval(shortest: .milliseconds(20), longest: .milliseconds(200))
            environment.timeout = limits.timeout
            environment.idleTimeout = limits.silence
            environment.downloads.timeout = limits.timeout
        }
    }
}
