public import Foundation

/// Downloads pictures, into memory or straight to disk, and other files to disk.
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
    /// An answer, and what its first bytes are.
    private struct Answer<Kind: Sendable>: Sendable {
        let response: HTTPResponse
        let kind: Kind
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
        let answer = try await fetch(request, addresses, as: Self.picture) { chunk in
            bytes.withLock { $0.append(contentsOf: chunk) }
        }
        let data = bytes.withLock { $0 }
        return DownloadedImage(
            data: data, format: answer.kind, url: answer.response.url, mediaType: answer.mediaType)
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
            let answer = try await fetch(request, addresses, as: Self.picture) { try file.append($0) }
            // From here on nothing waits: a cancellation comes either before, and there is no file, or too late.
            let header = try file.prefix(ImageSizeProbe.headerLength)
            return DownloadedFile(
                file: try file.publish(as: FileName.sanitised(name), extension: answer.kind.fileExtension),
                byteCount: answer.byteCount, format: answer.kind,
                size: ImageSizeProbe.size(of: header, format: answer.kind), url: answer.response.url,
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

    /// Downloads a file of any kind to disk, under the rules of ``file(from:addresses:directory:name:)``. A picture gets the
    /// ending of its bytes, anything else that of its name.
    /// - Parameters:
    ///   - request: The request; its headers go to the first origin only.
    ///   - addresses: Where the link and its redirects may lead.
    ///   - directory: The directory; created where it is missing.
    ///   - name: The file's name, from anywhere, without its ending.
    ///   - ending: The ending that the server gives it; one of a picture must be true.
    /// - Returns: The file.
    /// - Throws: As ``file(from:addresses:directory:name:)``; `invalidResponse` also for a web page where none was to come.
    package func anyFile(
        from request: HTTPRequest, addresses: AddressPolicy, directory: URL, name: String, ending: String?
    ) async throws -> URL {
        let file = TemporaryFile(in: directory)
        do {
            let answer = try await fetch(request, addresses) { format, response, isEmpty in
                try Self.ending(of: format, named: ending, response.mediaType, isEmpty: isEmpty)
            } into: {
                try file.append($0)
            }
            return try file.publish(as: FileName.sanitised(name), extension: answer.kind)
        } catch {
            file.discard()
            throw error
        }
    }

    /// Writes a file of any kind that is already there, under the rules of
    /// ``anyFile(from:addresses:directory:name:ending:)``.
    package static func writeAny(_ data: Data, directory: URL, name: String, ending: String?) throws -> URL {
        let suffix = try Self.ending(of: ImageFormat(signature: data), named: ending, nil, isEmpty: data.isEmpty)
        let file = TemporaryFile(in: directory)
        do {
            try file.append([UInt8](data))
            return try file.publish(as: FileName.sanitised(name), extension: suffix)
        } catch {
            file.discard()
            throw error
        }
    }

    private static func picture(
        _ format: ImageFormat?, _ response: HTTPResponse, isEmpty: Bool
    ) throws -> ImageFormat {
        guard let format else { throw TransportError(notPictureDeclaredAs: response.mediaType, isEmpty: isEmpty) }
        return format
    }

    /// The ending that a file deserves.
    private static func ending(
        of format: ImageFormat?, named ending: String?, _ declared: String?, isEmpty: Bool
    ) throws -> String {
        if let format { return format.fileExtension }
        guard let ending else {
            if declared == "text/html" { throw TransportError.page }
            return "bin"
        }
        guard ImageFormat(promisedBy: ending) == nil else {
            throw TransportError(notPictureDeclaredAs: declared, isEmpty: isEmpty)
        }
        guard declared != "text/html" || ["html", "htm"].contains(ending) else { throw TransportError.page }
        return ending
    }

    // `judge` is asked once what an answer of such first bytes is, and throws where that is not wanted; from then on `sink`
    // takes the bytes.
    private func fetch<Kind: Sendable>(
        _ request: HTTPRequest, _ addresses: AddressPolicy,
        as judge: @escaping @Sendable (ImageFormat?, HTTPResponse, _ isEmpty: Bool) throws -> Kind,
        into sink: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> Answer<Kind> {
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
            return try await Self.read(response, policy, as: judge, into: sink)
        }
    }

    private static func read<Kind: Sendable>(
        _ response: HTTPResponse, _ policy: DownloadPolicy,
        as judge: (ImageFormat?, HTTPResponse, _ isEmpty: Bool) throws -> Kind, into sink: ([UInt8]) throws -> Void
    ) async throws -> Answer<Kind> {
        if let announced = response.headers["Content-Length"].flatMap({ Int($0) }), announced > policy.maximumBytes {
            throw policy.tooLarge
        }
        var head: [UInt8] = []
        var kind: Kind?
        var count = 0
        for try await chunk in response.body {
            // A body that is already here does not notice a cancellation by itself.
            try Task.checkCancellation()
            guard chunk.count <= policy.maximumBytes - count else { throw policy.tooLarge }
            count += chunk.count
            guard kind == nil else {
                try sink(chunk)
                continue
            }
            head += chunk
            let format = ImageFormat(signature: head)
            guard format != nil || head.count >= ImageFormat.signatureLength else { continue }
            kind = try judge(format, response, false)
            try sink(head)
            head = []
        }
        try Task.checkCancellation()
        if let kind { return Answer(response: response, kind: kind, byteCount: count) }
        let found = try judge(nil, response, count == 0)
        try sink(head)
        return Answer(response: response, kind: found, byteCount: count)
    }
}

extension TransportError {
    /// What came in place of a file.
    fileprivate static let page = TransportError(
        .invalidResponse, "A web page came in place of a file. The link may have expired.", reachedServer: true)

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
    /// What is said about a file that is larger.
    package var tooLarge: TransportError {
        TransportError(
            .responseTooLarge,
            """
            The file is larger than \(maximumBytes) bytes, which is the limit of downloads \
            (DownloadPolicy.maximumBytes; --max-download in the command).
            """,
            reachedServer: true)
    }
}
