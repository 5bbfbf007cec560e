internal import Foundation

extension GeneratedImage: Equatable {
    /// Whether both are the same picture: the same bytes or the same place, and the same known about it.
    /// - Parameters:
    ///   - left: A picture.
    ///   - right: Another one.
    /// - Returns: `true` where all but ``id`` is equal.
    public static func == (left: GeneratedImage, right: GeneratedImage) -> Bool {
        let isSame =
            switch (left.source, right.source) {
            case (.data(let left), .data(let right)): left == right
            case (.remote(let left), .remote(let right)): left.request.url == right.request.url
            default: false
            }
        return isSame && left.seed == right.seed && left.size == right.size && left.mediaType == right.mediaType
            && left.metadata == right.metadata
    }
}

extension GeneratedImage: Codable {
    private enum CodingKeys: String, CodingKey { case id, url, data, seed, size, mediaType, metadata }

    /// Reads a picture. One that lies on a server is fetched as the default environment says.
    /// - Parameter decoder: The decoder.
    /// - Throws: What the decoder throws.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let source =
            if let data = try container.decodeIfPresent(Data.self, forKey: .data) {
                Source.data(data)
            } else {
                Source.remote(Remote(decoded: try container.decode(URL.self, forKey: .url)))
            }
        self.init(
            source: source, seed: try container.decodeIfPresent(Int.self, forKey: .seed),
            size: try container.decodeIfPresent(PixelSize.self, forKey: .size),
            mediaType: try container.decodeIfPresent(String.self, forKey: .mediaType),
            metadata: try container.decodeIfPresent([String: JSONValue].self, forKey: .metadata) ?? [:],
            id: try container.decodeIfPresent(UUID.self, forKey: .id) ?? .random())
    }

    /// Writes the picture.
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        switch source {
        case .data(let data): try container.encode(data, forKey: .data)
        case .remote(let remote): try container.encode(remote.request.url, forKey: .url)
        }
        try container.encodeIfPresent(seed, forKey: .seed)
        try container.encodeIfPresent(size, forKey: .size)
        try container.encodeIfPresent(mediaType, forKey: .mediaType)
        if !metadata.isEmpty { try container.encode(metadata, forKey: .metadata) }
    }
}

extension GeneratedImage.Remote {
    /// A picture whose provider is gone: whoever wrote the URL chooses neither an address of this network nor a header.
    fileprivate convenience init(decoded url: URL) {
        var environment = GenerationEnvironment()
        environment.credentials = GenerationCredentials()
        let pipeline = environment.pipeline(until: Deadline(in: nil), hiding: { $0 })
        self.init(
            request: HTTPRequest(url: url), addresses: AddressPolicy(configured: nil),
            downloader: Downloader(pipeline: pipeline), hiding: { $0 }, provider: nil)
    }
}
