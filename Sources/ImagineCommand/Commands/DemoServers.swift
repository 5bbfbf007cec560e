internal import Foundation
internal import GeneratorTesting

/// The servers that the command starts itself.
struct DemoServers: Sendable {
    private let space: LoopbackSpace
    private let hub: LoopbackHub

    /// Starts them, the Space at `port`; 0 stands for any free one.
    init(port: UInt16 = 0) throws {
        space = try LoopbackSpace(port: port)
        hub = try LoopbackHub(space: space.url)
    }

    var spaceURL: URL { space.url }
    var hubURL: URL { hub.url }

    func stop() {
        space.stop()
        hub.stop()
    }
}
