internal import DemoPictures
internal import Foundation
internal import GeneratorTesting
internal import ImageGenerators

/// The servers that the command starts itself.
struct DemoServers: Sendable {
    private let space: LoopbackSpace
    private let hub: LoopbackHub
    private let prodia: LoopbackProdia

    /// Starts them, the Space at `port`; 0 stands for any free one.
    init(port: UInt16 = 0) throws {
        space = try LoopbackSpace(port: port, painter: DemoPainter.file)
        hub = try LoopbackHub(space: space.url)
        prodia = try LoopbackProdia(painter: DemoPainter.file)
    }

    var spaceURL: URL { space.url }
    var hubURL: URL { hub.url }
    var prodiaURL: URL { prodia.url }
    var imagesURL: URL { prodia.imagesURL }

    /// Where a provider finds its service here.
    func urls(for provider: RegisteredProvider) -> ServiceURLs {
        provider.apis.isEmpty
            ? ServiceURLs(base: spaceURL) : ServiceURLs(base: prodiaURL, roles: ["images": imagesURL])
    }

    func stop() {
        space.stop()
        hub.stop()
        prodia.stop()
    }
}
