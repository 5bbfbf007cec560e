public import Foundation
internal import GeneratorTransport

/// Prodia in a box: a real server on 127.0.0.1 that speaks all generations of Prodia's interface, and makes a picture for
/// every prompt. The pictures of the old interfaces lie on a second server, as Prodia's own lie on another host; for a client
/// that knows one URL only they are on the first as well.
///
/// ```swift
/// let prodia = try LoopbackProdia()
/// let provider = ProdiaProvider(api: .v1, url: prodia.url, imagesURL: prodia.imagesURL, environment: environment)
/// let image = try await provider.image("a quiet harbour")
/// ```
///
/// The same prompt, seed and size give the same bytes, always PNG. A prompt that begins with one of these words makes it
/// misbehave, and some may stand before others:
/// - `!slow SECONDS`, `!never` until ``release()`` or another prompt's `!release`, `!odd` (waits with a state that nobody
///   knows)
/// - `!error WORDS`, `!none` (no output), `!two` (two outputs)
/// - `!busy COUNT` (so many submissions are answered with 429), `!flaky COUNT` (so many looks fail, every other one with
///   a broken connection), `!die` (the submission is taken, and its connection breaks), `!html` (a web page answers)
/// - `!cut` and `!drip` (v2: the answer ends in the middle, or comes in small pieces)
public final class LoopbackProdia: Sendable {
    /// The HTTP server of the interfaces, with every request that it has received.
    public let server: LoopbackServer
    /// The HTTP server from which the pictures of the old interfaces are downloaded.
    public let images: LoopbackServer
    private let state: ProdiaServerState

    /// Starts both servers.
    /// - Parameters:
    ///   - port: The port of the interfaces; 0 for any free one. The pictures' is always a free one.
    ///   - key: The key or token that v1 and v2 want; any that is not empty where none is given.
    ///   - retryAfter: What `!busy` asks to wait for, in seconds.
    ///   - painter: Makes the file of a picture; a gradient by default.
    /// - Throws: ``LoopbackServerError`` where the port is taken.
    public convenience init(
        port: UInt16 = 0, key: String? = nil, retryAfter: Int = 1,
        painter: @escaping @Sendable (LoopbackPicture) -> Data = \.gradient
    ) throws {
        try self.init(port: port, key: key, retryAfter: retryAfter, painter: painter, unless: { _, _ in false })
    }

    // Starts both servers behind somebody who may answer in their place. `isAnswered` answers a request, or says that it did not.
    package init(
        port: UInt16 = 0, key: String? = nil, retryAfter: Int = 1,
        painter: @escaping @Sendable (LoopbackPicture) -> Data = \.gradient,
        unless isAnswered: @escaping @Sendable (LoopbackRequest, LoopbackResponder) async throws -> Bool
    ) throws {
        let state = ProdiaServerState(key: key, retryAfter: retryAfter, painter: painter)
        self.state = state
        images = try LoopbackServer { request, responder in
            guard try await !isAnswered(request, responder) else { return }
            try await state.sendPicture(request, responder)
        }
        state.imagesURL.withLock { [images] in $0 = images.url.absoluteString }
        server = try LoopbackServer(port: port) { request, responder in
            guard try await !isAnswered(request, responder) else { return }
            try await state.answer(request, responder)
        }
    }

    /// Where the interfaces are, without the version's part of the path.
    public var url: URL { server.url }

    /// Where the pictures of legacy and v1 are.
    public var imagesURL: URL { images.url }

    /// Answers a request to the interfaces that another server received.
    package func answer(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        try await state.answer(request, responder)
    }

    /// Answers a request to the pictures' host that another server received.
    package func answerPicture(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        try await state.sendPicture(request, responder)
    }

    /// Names another server as the pictures' host.
    package func showPictures(at url: URL) { state.imagesURL.withLock { $0 = url.absoluteString } }

    /// How many jobs were accepted.
    public var submissions: Int { state.submissions }

    /// Finishes the jobs that the word `!never` keeps waiting.
    public func release() { state.release() }

    /// The picture that the server sends for these arguments, unless it was given a painter.
    /// - Parameters:
    ///   - prompt: The prompt.
    ///   - seed: The seed.
    ///   - width: The width in pixels.
    ///   - height: The height in pixels.
    /// - Returns: A PNG file.
    public static func picture(prompt: String, seed: Int, width: Int, height: Int) -> Data {
        LoopbackPicture(prompt: prompt, seed: seed, width: width, height: height).gradient
    }

    /// Closes every connection.
    public func stop() {
        server.stop()
        images.stop()
    }

    deinit { stop() }
}
