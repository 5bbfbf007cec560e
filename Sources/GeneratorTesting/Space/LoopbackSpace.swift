public import Foundation
internal import GeneratorTransport
internal import Gradio

/// A Gradio Space in a box: a real server on 127.0.0.1 that speaks `/config`, `/info`, `/call` and `/cancel` as a Gradio
/// server does, and paints a picture for every prompt.
///
/// ```swift
/// let space = try LoopbackSpace()
/// let provider = Flux1SchnellProvider(url: space.url)
/// let image = try await provider.image("a quiet harbour")
/// ```
///
/// The same prompt, seed and size give the same bytes. A prompt that begins with one of these words makes it misbehave:
/// `!error WORDS`, `!crash WORDS`, `!none` (no picture), `!never`, `!die` (the connection breaks), `!slow SECONDS`,
/// `!preview COUNT`.
public final class LoopbackSpace: Sendable {
    /// The HTTP server, for what a test wants to see of the wire.
    public let server: LoopbackServer
    private let state: SpaceState

    /// Starts a Space.
    /// - Parameters:
    ///   - port: The port; 0 for any free one.
    ///   - release: The release of Gradio to speak like.
    ///   - heartbeat: How often a silent stream says that it is alive; 15 s, as Gradio does.
    /// - Throws: ``LoopbackServerError`` where the port is taken.
    public init(port: UInt16 = 0, release: GradioRelease = .v6, heartbeat: Duration = .seconds(15)) throws {
        let state = SpaceState(release: release, heartbeat: heartbeat)
        self.state = state
        server = try LoopbackServer(port: port) { request, responder in
            try await state.answer(request, responder)
        }
    }

    /// Where the Space runs.
    public var url: URL { server.url }

    /// How many jobs were accepted.
    public var submissions: Int { state.counts.submissions }

    /// How many jobs were stopped: cancelled by a request, or left by their reader.
    public var cancellations: Int { state.counts.cancellations }

    /// The picture that the Space makes for these arguments.
    /// - Parameters:
    ///   - prompt: The prompt.
    ///   - seed: The seed.
    ///   - width: The width in pixels.
    ///   - height: The height in pixels.
    /// - Returns: A PNG file.
    public static func picture(prompt: String, seed: Int, width: Int, height: Int) -> Data {
        DemoPainter(prompt: prompt, seed: UInt64(truncatingIfNeeded: seed)).png(width: width, height: height)
    }

    /// Closes every connection and stops every job.
    public func stop() {
        server.stop()
        state.stop()
    }

    deinit { stop() }
}
