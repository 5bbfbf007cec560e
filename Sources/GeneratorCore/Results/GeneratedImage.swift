public import Foundation

/// A picture that a service made: its URL or its bytes, and what is known about it. ``load()`` and ``save(to:named:)``
/// download it.
///
/// It can be encoded and decoded. What is encoded is the bytes, or the URL if the bytes are not here yet. A decoded picture is
/// downloaded without the header fields and the proxy that its provider used, and only from public addresses. If it needs
/// them, ``load()`` it before you encode it.
public struct GeneratedImage: Sendable, Identifiable {
    /// A picture on a server, with everything that a download of it needs. It is much, and pictures are passed on often.
    final class Remote: Sendable {
        let request: HTTPRequest
        let addresses: AddressPolicy
        let downloader: Downloader
        /// Takes out of a server's words what no error may repeat.
        let hiding: @Sendable (String) -> String
        /// Who made it; `nil` for a picture that was decoded.
        let provider: ProviderID?

        init(
            request: HTTPRequest, addresses: AddressPolicy, downloader: Downloader,
            hiding: @escaping @Sendable (String) -> String, provider: ProviderID?
        ) {
            self.request = request
            self.addresses = addresses
            self.downloader = downloader
            self.hiding = hiding
            self.provider = provider
        }
    }

    enum Source: Sendable {
        case remote(Remote)
        case data(Data)
    }

    let source: Source
    /// Identifies this picture in a list, even beside one with the same bytes. It is encoded with the picture, and ignored when
    /// pictures are compared.
    public let id: UUID
    /// The seed that it was made from, where the service reports it.
    public let seed: Int?
    /// The size. If the bytes are already here, it is read from them. Otherwise it is the size that the service was asked for;
    /// ``load()`` returns the real one.
    public let size: PixelSize?
    /// The media type, where it is known without a download.
    public let mediaType: String?
    /// What else the service says about it.
    public let metadata: [String: JSONValue]

    init(
        source: Source, seed: Int?, size: PixelSize?, mediaType: String?, metadata: [String: JSONValue],
        id: UUID = .random()
    ) {
        self.source = source
        self.id = id
        // A service that says -1 says that it chose one.
        self.seed = seed.flatMap { $0 < 0 ? nil : $0 }
        self.size = size
        self.mediaType = mediaType
        self.metadata = metadata
    }

    /// Makes a picture of bytes that are already here.
    /// - Parameters:
    ///   - data: The bytes.
    ///   - seed: The seed that it was made from.
    ///   - metadata: What else is known about it.
    public init(data: Data, seed: Int? = nil, metadata: [String: JSONValue] = [:]) {
        let format = ImageFormat(signature: data)
        self.init(
            source: .data(data), seed: seed, size: format.flatMap { ImageSizeProbe.size(of: data, format: $0) },
            mediaType: format?.mediaType, metadata: metadata)
    }

    /// Where the picture is. A picture whose bytes came with the answer has a `data:` URL, made when asked for.
    ///
    /// Services delete their files after a while: ``load()`` or ``save(to:named:)`` soon.
    public var url: URL {
        switch source {
        case .remote(let remote): remote.request.url
        case .data(let data): DataURL(data: data, mediaType: mediaType ?? "application/octet-stream").url
        }
    }

    /// Whether the bytes are already here.
    public var isLocal: Bool { if case .data = source { true } else { false } }

    /// Downloads the picture into memory. You may call it again after a failure, because a download is never billed.
    ///
    /// A download has its own time-out, `DownloadPolicy.timeout`; that of the generation does not apply.
    /// - Returns: The bytes, the format and the size in pixels as the bytes tell them.
    /// - Throws: ``GenerationError``: what is no picture is `invalidResponse`, what is too large `responseTooLarge`;
    ///   `CancellationError`.
    public func load() async throws -> DownloadedImage {
        try await describingErrors {
            switch source {
            case .remote(let remote):
                try await remote.downloader.data(from: remote.request, addresses: remote.addresses)
            case .data(let data): try DownloadedImage(data: data)
            }
        }
    }

    /// Saves the picture to a folder, without holding it in memory.
    ///
    /// The file is complete when it appears, and has the extension of the format that its bytes have. It never replaces
    /// another file: if the name is taken, a number is added to it. Time-out and repetition are those of ``load()``.
    /// - Parameters:
    ///   - directory: The folder; made where it does not exist.
    ///   - name: The file's name without an extension; what no file may be called is replaced.
    /// - Returns: The file, its format and its size in pixels.
    /// - Throws: ``GenerationError``: `fileUnwritable` where the folder does not take it; else as ``load()``.
    public func save(to directory: URL, named name: String = "image") async throws -> DownloadedFile {
        try await describingErrors {
            switch source {
            case .remote(let remote):
                try await remote.downloader.file(
                    from: remote.request, addresses: remote.addresses, directory: directory, name: name)
            case .data(let data): try Downloader.write(data, directory: directory, name: name)
            }
        }
    }

    private func describingErrors<Success>(_ work: () async throws -> Success) async throws -> Success {
        do {
            return try await work()
        } catch {
            if error is CancellationError { throw error }
            var described = GenerationError(downloading: error)
            if case .remote(let remote) = source {
                described.message = remote.hiding(described.message)
                described.provider = remote.provider
                described.origin = HTTPOrigin(remote.request.url).flatMap {
                    remote.hiding($0.description) == $0.description ? $0 : nil
                }
            }
            throw described
        }
    }
}
