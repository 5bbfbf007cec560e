internal import Flux1Schnell
internal import Foundation
internal import G4F
internal import GeneratorTransport
internal import Gradio
internal import Prodia

extension ProviderRegistry {
    /// All providers of the package.
    public static let standard = ProviderRegistry([flux1Schnell, fluxDev, janusPro, g4f, prodia, gradio])

    private static let flux1Schnell = RegisteredProvider(
        "flux1-schnell", label: "FLUX.1 [schnell] on a Hugging Face Space", url: Flux1SchnellProvider.defaultURL
    ) {
        Flux1SchnellProvider(
            url: $0.baseURL, hubURL: $0.hubURL, route: $0.route, waitForSpace: $0.waitForSpace,
            environment: $0.environment)
    }

    private static let fluxDev = RegisteredProvider(
        "flux-dev", label: "FLUX.1 [dev] on a Hugging Face Space", url: FluxDevProvider.defaultURL
    ) {
        FluxDevProvider(
            url: $0.baseURL, hubURL: $0.hubURL, route: $0.route, waitForSpace: $0.waitForSpace,
            environment: $0.environment)
    }

    private static let janusPro = RegisteredProvider(
        "janus-pro", label: "Janus-Pro-7B on a Hugging Face Space: pictures, text, questions about pictures",
        url: JanusProProvider.defaultURL
    ) {
        JanusProProvider(
            url: $0.baseURL, hubURL: $0.hubURL, route: $0.route, waitForSpace: $0.waitForSpace,
            environment: $0.environment)
    }

    private static let g4f: RegisteredProvider = {
        var registered = RegisteredProvider(
            "g4f", label: "the Spaces of the G4F framework: FLUX and Janus-Pro-7B", url: G4FProvider.defaultURL
        ) {
            G4FProvider(
                spaces: G4FProvider.Spaces(janus: $0.url("janus"), flux: $0.url("flux"), fluxDev: $0.url("flux-dev")),
                hubURL: $0.hubURL, route: $0.route, waitForSpace: $0.waitForSpace, environment: $0.environment)
        }
        let spaces = G4FProvider.Spaces()
        registered.roles = ["janus", "flux", "flux-dev"]
        registered.roleURLs = [spaces.janus, spaces.flux, spaces.fluxDev].map { $0?.absoluteString ?? "" }
        return registered
    }()

    private static let gradio = RegisteredProvider(
        "gradio", label: "any Gradio app that makes pictures from a prompt",
        needs: ["a Space, gradio:OWNER/NAME, or the URL of an app, gradio:http://127.0.0.1:7860"],
        detail: "the name of a Space, OWNER/NAME, or the URL of an app"
    ) {
        let place = $0.detail.flatMap(URL.init(string:)).flatMap { HTTPOrigin($0) == nil ? nil : $0 }
        if let url = $0.baseURL ?? place {
            return GradioProvider(
                url: url, space: place == nil ? $0.detail : nil, endpoint: $0.endpoint, hubURL: $0.hubURL,
                route: $0.route,
                waitForSpace: $0.waitForSpace, environment: $0.environment)
        }
        return GradioProvider(
            space: $0.detail ?? "", endpoint: $0.endpoint, hubURL: $0.hubURL, route: $0.route,
            waitForSpace: $0.waitForSpace, environment: $0.environment)
    }

    private static let prodia: RegisteredProvider = {
        var registered = RegisteredProvider(
            "prodia", label: "Prodia: FLUX, SDXL and Stable Diffusion, over every generation of its interface",
            url: ProdiaAPI.v2.defaultURL, needs: ["a key of Prodia's, in PRODIA_TOKEN or PRODIA_API_KEY"],
            detail: "a job type or another model"
        ) {
            ProdiaProvider(
                api: $0.prodiaAPI, model: $0.detail, url: $0.baseURL, imagesURL: $0.roleURLs["images"],
                environment: $0.environment, variables: $0.variables)
        }
        registered.roles = ["images"]
        registered.roleURLs = [ProdiaProvider.defaultImagesURL]
        registered.apis = ProdiaAPI.allCases
        return registered
    }()
}
