public import Foundation
internal import GeneratorTransport

/// A picture that goes into a request.
public enum ImageInput: Sendable, Hashable, Codable {
    /// Bytes that are already there.
    case data(Data)
    /// A file on this machine, read when the request is sent.
    case file(URL)
    /// A picture elsewhere, fetched by the service or, where it cannot, by this machine; also a `data:` URL. No credential goes
    /// along, and no private address is asked but the service's own.
    case remote(URL)

    /// Reads what people write for a picture: an `http` or `https` URL, a `data:` URL, the bytes in base64, or else the path of
    /// a file.
    /// - Parameter text: What was written.
    /// - Throws: ``GenerationError`` (`invalidRequest`) for a URL that is none, and for base64 that is damaged.
    public init(_ text: String) throws {
        let scheme = text.prefix(8).lowercased()
        if scheme.hasPrefix("data:") || text.isBase64Picture {
            do {
                self = .data(try DataURL(scheme.hasPrefix("data:") ? text : "data:;base64," + text, limit: .max).data)
            } catch {
                throw GenerationError(
                    .invalidRequest, "The input picture is written as a data: URL or in base64, and cannot be read.")
            }
        } else if scheme.hasPrefix("http://") || scheme == "https://" {
            guard let url = URL(string: text), HTTPOrigin(url) != nil else {
                throw GenerationError(.invalidRequest, "The URL of the input picture is none.")
            }
            self = .remote(url)
        } else {
            self = .file(URL(fileURLWithPath: text))
        }
    }
}

extension String {
    /// Whether it is a picture as base64, and not a name: pictures are long, and their bytes say what they are.
    package var isBase64Picture: Bool {
        guard utf8.count >= 64, !contains(".") else { return false }
        return Data(base64Encoded: String(prefix(64))).map { ImageFormat(signature: $0) != nil } ?? false
    }
}

extension GenerationContext {
    /// Fetches an input picture that the caller named by its URL, or decodes it.
    ///
    /// No credential goes along. Neither the URL nor where it leads to may be a private address, but for the service's own.
    /// - Parameters:
    ///   - url: An `http`, `https` or `data:` URL.
    ///   - origin: The configured origin of the service: the only private address that is asked.
    /// - Returns: The picture.
    /// - Throws: ``GenerationError``: `invalidRequest` for a URL that is none or that leads into a private network, `unsafeURL`
    ///   where a redirect does, `invalidResponse` for what is no picture, `responseTooLarge` past the limit of
    ///   ``GenerationEnvironment/downloads``; `CancellationError`. Nothing was submitted.
    public func inputPicture(at url: URL, origin: HTTPOrigin?) async throws -> DownloadedImage {
        let policy = environment.downloads
        do {
            if url.scheme?.lowercased() == "data" {
                return try DownloadedImage(data: DataURL(url.absoluteString, limit: policy.maximumBytes).data)
            }
            let addresses = AddressPolicy(configured: origin)
            do {
                try await addresses.check(url)
            } catch let error as TransportError where error.code == .unsafeURL {
                throw GenerationError(
                    .invalidRequest,
                    """
                    The URL of the input picture is not fetched: it must be http or https, without a name and a password, \
                    and lead to a public address or to the service itself. Download the picture, and give its file.
                    """, underlying: error)
            }
            return try await Downloader(pipeline: http, policy: policy).data(
                from: HTTPRequest(url: url), addresses: addresses)
        } catch {
            if error is CancellationError { throw error }
            var described = GenerationError(wrapping: error)
            described.wasAccepted = false
            if !(error is GenerationError) {
                described.message = "The input picture cannot be had. \(described.message)"
            }
            throw described
        }
    }
}
