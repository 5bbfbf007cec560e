public import Foundation

/// One part of a multipart body, read whole.
public struct MultipartPart: Sendable {
    /// The part's header fields.
    public let headers: HTTPHeaders
    /// Its data.
    public let data: Data

    /// Makes a part.
    /// - Parameters:
    ///   - headers: The part's header fields.
    ///   - data: Its data.
    public init(headers: HTTPHeaders, data: Data) {
        self.headers = headers
        self.data = data
    }

    /// The name of the form's field, where the part has one.
    public var name: String? { disposition["name"] }
    /// The file's name, where the part has one; from a server it is only a label.
    public var fileName: String? { disposition["filename"] }
    /// The media type without parameters, in lower case, where the part has one.
    public var mediaType: String? {
        headers["Content-Type"].map { HeaderParameters($0).value }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private var disposition: HeaderParameters { HeaderParameters(headers["Content-Disposition"] ?? "") }
}

extension HTTPResponse {
    /// Reads the body as multipart, piece by piece.
    /// - Parameter limits: The limits that the body must keep.
    /// - Returns: The parts in order.
    /// - Throws: ``TransportError``: `invalidResponse` where the answer is not multipart or makes no sense,
    ///   `responseTooLarge`, `connectionLost` where it was cut short, and what reading throws; `CancellationError`.
    public func multipartParts(limits: MultipartLimits = MultipartLimits()) async throws -> [MultipartPart] {
        do {
            var reader = try MultipartReader(contentType: headers["Content-Type"] ?? "", limits: limits)
            var parts: [MultipartPart] = []
            var current: (headers: HTTPHeaders, data: Data) = ([:], Data())
            func take(_ event: MultipartEvent) {
                switch event {
                case .part(let headers): current = (headers, Data())
                case .bytes(let bytes): current.data.append(contentsOf: bytes)
                case .end: parts.append(MultipartPart(headers: current.headers, data: current.data))
                }
            }
            for try await chunk in body { try reader.append(chunk, take) }
            try reader.finish(take)
            return parts
        } catch {
            body.cancel()
            throw error
        }
    }
}
