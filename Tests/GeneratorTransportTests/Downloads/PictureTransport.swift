import Foundation
import GeneratorTransport
import Testing

/// Answers requests with a closure and keeps what was asked for.
struct PictureTransport: HTTPTransport {
    let requests = Locked<[HTTPRequest]>([])
    let answer: @Sendable (HTTPRequest) throws -> HTTPResponse

    init(_ answer: @escaping @Sendable (HTTPRequest) throws -> HTTPResponse) { self.answer = answer }

    init(status: Int = 200, headers: HTTPHeaders = [:], body: PictureBody) {
        self.init { HTTPResponse(status: status, headers: headers, url: $0.url, body: HTTPBody(body)) }
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        requests.withLock { $0.append(request) }
        return try answer(request)
    }

    var urls: [String] { requests.withLock { $0.map(\.url.absoluteString) } }
}

/// A body that comes in given pieces and ends in a given way.
final class PictureBody: HTTPBodySource {
    enum Ending: Sendable {
        case regular
        case failure(any Error)
        /// Only a cancellation ends it.
        case never
    }

    private let chunks: [[UInt8]]
    private let ending: Ending
    private let beforeChunk: @Sendable (Int) -> Void
    private let position = Locked(0)
    private let cancelled = Locked(false)
    private let silence = AsyncStream<Void>.makeStream()

    /// `beforeChunk` runs before each piece, and before the end.
    init(_ chunks: [[UInt8]], ending: Ending = .regular, beforeChunk: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.chunks = chunks
        self.ending = ending
        self.beforeChunk = beforeChunk
    }

    /// How often the reader asked for a piece.
    var pulls: Int { position.withLock { $0 } }
    var wasCancelled: Bool { cancelled.withLock { $0 } }

    func next(isolation: isolated (any Actor)?) async throws -> [UInt8]? {
        let index = position.withLock { position in
            defer { position += 1 }
            return position
        }
        beforeChunk(index)
        if index < chunks.count { return chunks[index] }
        switch ending {
        case .regular: return nil
        case .failure(let error): throw error
        case .never:
            for await _ in silence.stream {}
            throw CancellationError()
        }
    }

    func cancel() { cancelled.withLock { $0 = true } }
}

/// A directory that is removed with the test.
final class Playground: Sendable {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "downloads-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// Every entry, hidden ones too.
    var entries: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []).sorted()
    }
}

func fileMode(_ url: URL) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
    return try #require(attributes[.posixPermissions] as? NSNumber).intValue
}

func pictureRequest(_ text: String = "https://203.0.114.7/picture") throws -> HTTPRequest {
    HTTPRequest(url: try #require(URL(string: text)))
}

extension [UInt8] {
    func pieces(of size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}

extension Downloader {
    init(_ transport: PictureTransport, maximumBytes: Int = 64 << 20, timeout: Duration = .seconds(300)) {
        self.init(
            pipeline: HTTPPipeline(transport: transport, retry: .never),
            policy: DownloadPolicy(maximumBytes: maximumBytes, timeout: timeout))
    }
}

extension AddressPolicy {
    static let anywherePublic = AddressPolicy(configured: nil)
}

/// The code that `body` fails with; any other outcome fails the test.
func codeThrown(by body: () async throws -> Void) async -> TransportError.Code? {
    do {
        try await body()
        Issue.record("nothing was thrown")
    } catch let error as TransportError {
        return error.code
    } catch {
        Issue.record(error)
    }
    return nil
}
