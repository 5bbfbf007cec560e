internal import Foundation
internal import ImageGenerators

/// `imagine serve`: the embedded servers of the demo, until it is interrupted.
struct ServeCommand: Sendable {
    private let arguments: Arguments
    private let reporter: Reporter

    init(_ arguments: Arguments, _ reporter: Reporter) {
        self.arguments = arguments
        self.reporter = reporter
    }

    /// - Returns: The exit status.
    func run() async throws -> Int32 {
        let port = try arguments.integer("--port", in: 0...65535) ?? 0
        let servers = try DemoServers(port: UInt16(port))
        defer { servers.stop() }
        let space = servers.spaceURL.absoluteString, hub = servers.hubURL.absoluteString
        let prodia = servers.prodiaURL.absoluteString, images = servers.imagesURL.absoluteString
        if reporter.isJSON {
            reporter.line(
                ["space": .string(space), "hub": .string(hub), "prodia": .string(prodia), "images": .string(images)],
                elapsed: false)
        } else {
            reporter.console.output(
                """
                A Gradio Space runs at \(space) and a Hub at \(hub),
                Prodia at \(prodia) (any key will do) and its pictures' host at \(images), until you press Ctrl-C.

                """)
        }
        // Sleeping is all there is to do here; the end is a cancellation.
        while (try? await Task.sleep(for: .seconds(3600))) != nil {}
        return ExitStatus.interrupted
    }
}
