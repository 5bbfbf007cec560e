public import Foundation

/// Downloads pictures, into memory or straight to disk.
///
/// ```swift
/// let downloader = Downloader(pipeline: HTTPPipeline())
/// let file = try await downloader.file(
///     from: HTTPRequest(url: link), addresses: AddressPolicy(configured: base), directory: folder, name: "harbour")
/// ```
///
/// The link and every redirect are checked against the addresses that are allowed. What is no picture by its bytes, such
/// as the HTML page of an expired link, is an error and leaves no file; neither does a download that fails or is
/// cancelled.
public struct Downloader: Sendable {
    private struct Answer: Sendable {
        let response: HTTPResponse
        let format: ImageFormat
        let byteCount: Int

        var mediaType: String? { response.mediaType?.printable(limit: 100) }
    }

    private let pipeline: HTTPPipeline
    private let policy: DownloadPolicy

    /// Makes a downloader.
    /// - Parameters:
    ///   - pipeline: Sends the requests; its deadline ends downloads too.
    ///   - policy: The limits.
    public init(pipeline: HTTPPipeline, policy: DownloadPolicy = DownloadPolicy()) {
        self.pipeline = pipeline
        self.policy = policy
    }

    /// Downloads a picture into memory.
    /// - Parameters:
    ///   - request: The request; its headers go to the first origin only.
    ///   - addresses: Where the link and its redirects may lead.
    /// - Returns: The picture.
    /// - Throws: ``HTTPStatusError`` where the status is no success; ``TransportError`` (`unsafeURL`,
    ///   `invalidResponse` for what is no picture, `responseTooLarge`, `timedOut`, and those of the transport);
    ///   `CancellationError`.
    public func data(from request: HTTPRequest, addresses: AddressPolicy) async throws -> DownloadedImage {
        let bytes = Locked(Data())
        let answer = try await fetch(request, addresses) { chunk in
            bytes.withLock { $0.append(contentsOf: chunk) }
        }
        let data = bytes.withLock { $0 }
        return DownloadedImage(
            data: data, format: answer.format, url: answer.response.url, mediaType: answer.mediaType)
    }

    /// Downloads a picture to disk, piece by piece. It becomes visible when it is complete, and replaces nothing: where
    /// `name.png` exists, it becomes `name-2.png`.
    /// - Parameters:
    ///   - request: The request; its headers go to the first origin only.
    ///   - addresses: Where the link and its redirects may lead.
    ///   - directory: The directory; created where it is missing.
    ///   - name: The file's name without an extension. It may come from a server or a prompt: it never becomes a path.
    /// - Returns: The file.
    /// - Throws: As ``data(from:addresses:)``; also ``TransportError`` (`fileUnwritable`) with the system's reason.
    public func file(
        from request: HTTPRequest, addresses: AddressPolicy, directory: URL, name: String
    ) async throws -> DownloadedFile {
        let file = TemporaryFile(in: directory)
        do {
            let answer = try await fetch(request, addresses) { try file.append($0) }
            // From here on nothing waits: a cancellation comes either before, and there is no file, or too late.
            let header = try file.prefix(ImageSizeProbe.headerLength)
            return DownloadedFile(
                file: try file.publish(as: FileName.sanitised(name), extension: answer.format.fileExtension),
                byteCount: answer.byteCount, format: answer.format,
                size: ImageSizeProbe.size(of: header, format: answer.format), url: answer.response.url,
                mediaType: answer.mediaType)
        } catch {
            // Dropping it does the same, but who knows when the last reference goes.
            file.discard()
            throw error
        }
    }

    /// Writes a picture that is already there, such as that of a `data:` URL, under the rules of
    /// ``file(from:addresses:directory:name:)``.
    /// - Parameters:
    ///   - data: The picture.
    ///   - directory: The directory; created where it is missing.
    ///   - name: The file's name without an extension, from anywhere.
    /// - Returns: The file.
    /// - Throws: ``TransportError`` (`invalidResponse` for what is no picture, `fileUnwritable`).
    public static func write(_ data: Data, directory: URL, name: String) throws -> DownloadedFile {
        guard let format = ImageFormat(signature: data) else {
            throw TransportError(notPictureDeclaredAs: nil, isEmpty: data.isEmpty)
        }
        let file = TemporaryFile(in: directory)
        do {
            try file.append([UInt8](data))
            return DownloadedFile(
                file: try file.publish(as: FileName.sanitised(name), extension: format.fileExtension),
                byteCount: data.count, format: format, size: ImageSizeProbe.size(of: data, format: format), url: nil,
                mediaType: nil)
        } catch {
            file.discard()
            throw error
        }
    }

    private func fetch(
        _ request: HTTPRequest, _ addresses: AddressPolicy, into sink: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> Answer {
        let allowed = pipeline.deadline.remaining.map { min($0, policy.timeout) } ?? policy.timeout
        let deadline = Deadline(in: allowed, clock: pipeline.deadline.clock)
        var pipeline = pipeline
        pipeline.deadline = deadline
        var request = request
        // Where the transport cannot slow the server down, a slow disk must not make a legal download fail.
        request.bufferLimit = max(request.bufferLimit, policy.maximumBytes)
        return try await deadline.run { [pipeline, request, policy] in
            try await addresses.check(request.url)
            let response = try await pipeline.send(request, addresses: addresses)
            guard (200..<300).contains(response.status) else {
                throw try await HTTPStatusError(reading: response)
            }
            return try await Self.read(response, policy, into: sink)
        }
    }

    private static func read(
        _ response: HTTPResponse, _ policy: DownloadPolicy, into sink: ([UInt8]) throws -> Void
    ) async throws -> Answer {
        if let announced = response.headers["Content-Length"].flatMap({ Int($0) }), announced > policy.maximumBytes {
            throw policy.tooLarge
        }
        var head: [UInt8] = []
        var format: ImageFormat?
        var count = 0
        for try await chunk in response.body {
            // A body that is already here does not notice a cancellation by itself.
            try Task.checkCancellation()
            guard chunk.count <= policy.maximumBytes - count else { throw policy.tooLarge }
            count += chunk.count
            guard format == nil else {
                try sink(chunk)
                continue
            }
            head += chunk
            format = ImageFormat(signature: head)
            if format != nil {
                try sink(head)
                head = []
            } else if head.count >= ImageFormat.signatureLength {
                break
            }
        }
        try Task.checkCancellation()
        guard let format else { throw TransportError(notPictureDeclaredAs: response.mediaType, isEmpty: count == 0) }
        return Answer(response: response, format: format, byteCount: count)
    }
}

extension TransportError {
    /// What came in place of a picture.
    init(notPictureDeclaredAs declared: String?, isEmpty: Bool) {
        let found = isEmpty ? "it is empty" : declared.map { "the server calls it \($0.printable(limit: 60))" }
        self.init(
            .invalidResponse,
            "The answer is not a picture in a known format (\(found ?? "its bytes are something else")). The link may have expired.",
            reachedServer: true)
    }
}

extension DownloadPolicy {
    fileprivate var tooLarge: TransportError {
        TransportError(.responseTooLarge, "The picture is larger than \(maximumBytes) bytes.")
    }
}
