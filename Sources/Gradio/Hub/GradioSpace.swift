public import Foundation
internal import GeneratorCore
internal import GeneratorTransport

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

    /// Reads a Space's name from its page, as people copy it from their browser: `https://huggingface.co/spaces/owner/name`,
    /// with more behind it or not, the short form `https://hf.co/spaces/owner/name`, or the same at another Hub.
    /// - Parameters:
    ///   - page: The page's URL; anything else is `nil`.
    ///   - hub: The Hub's URL. It is asked for the Space also where the page is one of huggingface.co.
    public init?(page: URL, of hub: URL) {
        guard let origin = HTTPOrigin(page) else { return nil }
        var parts = page.path.split(separator: "/")[...]
        if origin.scheme != "https" || !["huggingface.co", "hf.co"].contains(origin.host) {
            let base = hub.path.split(separator: "/")
            guard origin == HTTPOrigin(hub), parts.starts(with: base) else { return nil }
            parts = parts.dropFirst(base.count)
        }
        guard parts.popFirst() == "spaces", let owner = parts.popFirst(), let name = parts.popFirst() else {
            return nil
        }
        self.init("\(owner)/\(name)")
    }

    /// Asks the Hub for the Space's host. (`GET /api/spaces/{owner}/{name}/host`)
    /// - Parameters:
    ///   - hub: The Hub's URL.
    ///   - http: Sends the request.
    ///   - headers: Credentials for the Hub.
    /// - Returns: The Space's URL: at a public address and over `https`, unless the Hub itself runs on this machine.
    /// - Throws: `GenerationError`: `notFound`, `unauthorized` or `forbidden` for a Space that does not exist or is not
    ///   yours to see, `unsafeURL` where the Hub names a place that must not be asked, `connectionFailed` and the like;
    ///   `CancellationError`.
    public func url(from hub: URL, using http: HTTPPipeline, headers: HTTPHeaders = [:]) async throws -> URL {
        try await url(
            from: hub, using: http, headers: headers, addresses: AddressPolicy(configured: HTTPOrigin(hub)))
    }

    /// The same with another word on where an answer may lead.
    func url(
        from hub: URL, using http: HTTPPipeline, headers: HTTPHeaders, addresses: AddressPolicy
    ) async throws -> URL {
        do {
            return try await GenerationError.describing(at: hub) {
                try await ask(hub, using: http, headers: headers, addresses: addresses)
            }
        } catch let error as GenerationError {
            throw error.hiding(headers)
        }
    }

    private func ask(
        _ hub: URL, using http: HTTPPipeline, headers: HTTPHeaders, addresses: AddressPolicy
    ) async throws -> URL {
        let request = HTTPRequest(url: hub.appending(path: "api/spaces/\(description)/host"), headers: headers)
        let (response, body) = try await http.data(for: request)
        if let refusal = GenerationError(hubRefused: description, response) { throw refusal }
        guard (200..<300).contains(response.status) else {
            throw GenerationError(refusal: response, body)
        }
        guard let host = (try JSONValue.ifValid(body))?["host"]?.string, host.utf8.count <= 2000,
            let url = URL(string: host), let origin = HTTPOrigin(url)
        else { throw GenerationError(.invalidResponse, "The Hub did not say where the Space \(description) runs.") }
        // The answer decides where prompts and tokens go, so it is judged before anything is asked there.
        do {
            try await addresses.check(url)
        } catch let error as TransportError {
            throw GenerationError(.unsafeURL, saying(hub, error.message), underlying: error)
        }
        guard origin.scheme == "https" || HTTPOrigin(hub)?.isLoopback == true else {
            throw GenerationError(
                .unsafeURL, saying(hub, "\(origin.description.printable(limit: 100)) is not https; it was not asked."))
        }
        return url
    }

    private func saying(_ hub: URL, _ what: String) -> String {
        let place = HTTPOrigin(hub)?.description.printable(limit: 100) ?? "the Hub"
        return "This is the answer of the Hub \(place) to where the Space \(description) runs: \(what)"
    }
}

extension GenerationError {
    init(noSpace name: String) {
        let said = name.isEmpty ? "No Space is named." : "\(name.printable(limit: 100)) is no name of a Space."
        self.init(
            .invalidRequest,
            "\(said) Give its name, OWNER/NAME, or the whole URL of an app, such as http://127.0.0.1:7860.")
    }
}
