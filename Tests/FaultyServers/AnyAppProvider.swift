internal import Foundation
internal import GeneratorCore
internal import Gradio

/// A provider as a user of the package writes one for an app of their own: found on the Hub by its name, asked for its
/// parameters, given a picture, and called by the queue.
struct AnyAppProvider: AsyncGeneratorProvider {
    let id: ProviderID = "any-app"
    let models = ModelCatalog(ModelDescriptor("any"))
    let environment: GenerationEnvironment
    let hub: URL
    let picture: Data

    func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        guard let space = GradioSpace("owner/any-app") else { throw GenerationError(.invalidRequest, "No such name.") }
        let hub = GradioHub(url: hub, credentials: context.credentials)
        let app = try await GradioApp.connect(to: space, hub: hub, using: context.http).loadingInfo()
        _ = try await app.upload(picture, name: "input.png", mediaType: "image/png")
        let endpoint = try app.endpoint("/infer")
        let output = try await app.generate(endpoint, [.string(call.prompt), 7, false, 256, 256, 1], in: context)
        guard let image = try output.first.flatMap({ try app.image($0, in: context, seed: 7) }) else {
            throw GenerationError(.noImage, "The app finished without a picture.")
        }
        try await context.yield(.image(ImageResponse(images: [image], alt: call.prompt, model: "any")))
    }
}
