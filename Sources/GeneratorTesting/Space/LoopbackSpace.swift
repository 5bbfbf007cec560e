public import Foundation
import GeneratorTransport
import Gradio

/// A Gradio Space in a box: a real server on 127.0.0.1 that speaks to clients as a Gradio server does, and makes a
/// picture for every prompt.
///
/// ```swift
/// let space = try LoopbackSpace()
/// let provider = Flux1SchnellProvider(url: space.url)
/// let image = try await provider.image("a quiet harbour")
/// ```
///
/// One Space stands for all that the providers call:
///
/// | number | name | takes | makes |
/// |---|---|---|---|
/// | 2 | `/infer` | prompt, seed, randomize_seed, width, height, num_inference_steps | picture, seed |
/// | 3 | hidden | prompt, seed, width, height, option, steps | picture, seed |
/// | 4 | `/infer_1` | as 2, guidance_scale before the steps | picture, seed; previews, steps and log lines on the way |
/// | 5 | `/multimodal_understanding` | image or null, question, seed, top_p, temperature | text |
/// | 6 | `/generate_image` | prompt, seed, guidance, t2i_temperature | gallery of five |
/// | 7 | `/remember` | state, prompt | state, all prompts of the session |
///
/// It speaks the queue (`/queue/join`, `/queue/data`), the call flow, `/run`, uploads, cancelling, and login. The same
/// prompt, seed and size give the same bytes. A prompt or question that begins with one of these words makes it misbehave:
///
/// | word | effect |
/// |---|---|
/// | `!error WORDS`, `!crash WORDS` | the app raises an error that is meant to be read, or breaks |
/// | `!quota`, `!quota TIME` | the refusal of ZeroGPU; with the time to wait |
/// | `!none` | no picture, no text |
/// | `!never` | works without end |
/// | `!die` | the connection breaks |
/// | `!slow SECONDS`, `!preview COUNT` | takes longer; shows so many values on the way. More words may follow |
/// | `!log WORDS;`, `!warn WORDS;` | shows a line. More words may follow |
public final class LoopbackSpace: Sendable {
    /// The HTTP server itself, with every request that it has received.
    public let server: LoopbackServer
    private let routes: SpaceRoutes

    /// Starts a Space.
    /// - Parameters:
    ///   - port: The port; 0 for any free one.
    ///   - release: The release of Gradio to speak like.
    ///   - heartbeat: How often a silent stream says that it is alive; 15 s, as Gradio does.
    ///   - workers: How many jobs are worked on at a time; 16 by default, at least 1. The others wait in the queue.
    ///   - queueLimit: How many jobs may wait before more are refused with status 503; `nil`, the default, for any number.
    ///   - pace: How long a step of the work takes; 25 ms by default, zero for no waiting at all.
    ///   - login: Name and password without which the Space answers nothing; `nil`, the default, for none.
    ///   - painter: Makes the file of a picture; a gradient by default.
    /// - Throws: ``LoopbackServerError`` where the port is taken.
    public convenience init(
        port: UInt16 = 0, release: GradioRelease = .v6, heartbeat: Duration = .seconds(15), workers: Int = 16,
        queueLimit: Int? = nil, pace: Duration = .milliseconds(25), login: (username: String, password: String)? = nil,
        painter: @escaping @Sendable (LoopbackPicture) -> Data = \.gradient
    ) throws {
        try self.init(
            port: port, release: release, heartbeat: heartbeat, workers: workers, queueLimit: queueLimit, pace: pace,
            login: login, painter: painter, unless: { _, _ in false })
    }

    // Starts a Space behind somebody who may answer in its place. `isAnswered` answers a request, or says that it did not.
    package init(
        port: UInt16 = 0, release: GradioRelease = .v6, heartbeat: Duration = .seconds(15), workers: Int = 16,
        queueLimit: Int? = nil, pace: Duration = .milliseconds(25), login: (username: String, password: String)? = nil,
        painter: @escaping @Sendable (LoopbackPicture) -> Data = \.gradient,
        unless isAnswered: @escaping @Sendable (LoopbackRequest, LoopbackResponder) async throws -> Bool
    ) throws {
        let routes = SpaceRoutes(
            release: release, heartbeat: heartbeat, pace: pace, queue: SpaceQueue(workers: workers, limit: queueLimit),
            login: login.map { SpaceLogin(username: $0.username, password: $0.password) }, painter: painter)
        self.routes = routes
        server = try LoopbackServer(port: port) { request, responder in
            guard try await !isAnswered(request, responder) else { return }
            try await routes.answer(request, responder)
        }
    }

    /// Where the Space runs.
    public var url: URL { server.url }

    /// Answers a request that another server received.
    package func answer(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        try await routes.answer(request, responder)
    }

    /// How many jobs were accepted.
    public var submissions: Int { routes.engine.counts.submissions }

    /// How many jobs were stopped: cancelled by a request, or left by their reader.
    public var cancellations: Int { routes.engine.counts.cancellations }

    /// The picture that a Space sends for these arguments, unless it was given a painter.
    /// - Parameters:
    ///   - prompt: The prompt.
    ///   - seed: The seed.
    ///   - width: The width in pixels.
    ///   - height: The height in pixels.
    /// - Returns: A PNG file.
    public static func picture(prompt: String, seed: Int, width: Int, height: Int) -> Data {
        LoopbackPicture(prompt: prompt, seed: seed, width: width, height: height).gradient
    }

    /// Closes every connection and stops every job.
    public func stop() {
        server.stop()
        routes.engine.stop()
    }

    deinit { stop() }
}
