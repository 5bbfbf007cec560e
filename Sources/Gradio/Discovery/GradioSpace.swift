public import Foundation

/// The name of a Space on the Hugging Face Hub: `owner/name`.
public struct GradioSpace: Sendable, Hashable, CustomStringConvertible {
    /// `owner/name`.
    public let description: String

    /// Reads a Space's name.
    /// - Parameter text: `owner/name`, of letters, digits, `_`, `.` and `-`; anything else is `nil` and may be a URL.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        for part in parts {
            let isName = part.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
            guard isName, !part.isEmpty, part.contains(where: { $0 != "." }) else { return nil }
        }
        description = text
    }

    /// Asks the Hub for the Space's host. (`GET /api/spaces/{owner}/{name}/host`)
    /// - Parameters:
    ///   - hub: The Hub's URL.
    ///   - http: Sends the request.
    ///   - headers: Credentials for the Hub.
    /// - Returns: The Space's URL.
    /// - Throws: `GenerationError`: `notFound`, `unauthorized` or `forbidden` for a Space that does not exist or is not
    ///   yours to see; `TransportError`.
    public func url(from hub: URL, using http: HTTPPipeline, headers: HTTPHeaders = [:]) async throws -> URL {
        let request = HTTPRequest(url: hub.appending(path: "api/spaces/\(description)/host"), headers: headers)
        let (response, body) = try await http.data(for: request)
        if let refusal = GenerationError(hubRefused: description, response) { throw refusal }
        guard (200..<300).contains(response.status) else { throw GenerationError(refusal: response, body) }
        guard let host = (try? JSONValue(parsing: body))?["host"]?.string, let url = URL(string: host),
            HTTPOrigin(url) != nil
        else { throw GenerationError(.invalidResponse, "The Hub did not say where the Space \(description) runs.") }
        return url
    }
}
