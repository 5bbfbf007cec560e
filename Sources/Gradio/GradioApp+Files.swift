public import Foundation
internal import GeneratorCore
internal import GeneratorTransport

extension GradioApp {
    /// Uploads a file, to be used as an argument. (`POST /upload`)
    /// - Parameters:
    ///   - data: The content.
    ///   - name: A name for it; the server keeps its ending.
    ///   - mediaType: Its media type.
    /// - Returns: The file as the server knows it; ``GradioFile/argument`` is what a call takes.
    /// - Throws: `GenerationError`, `TransportError`.
    public func upload(_ data: Data, name: String, mediaType: String) async throws -> GradioFile {
        let upload = GradioUpload(data, name: name, mediaType: mediaType)
        var request = try request(["upload"], method: "POST")
        request.headers["Content-Type"] = upload.contentType
        request.body = upload.body
        let (response, body) = try await http.data(for: request)
        guard response.status == 200 else { throw GenerationError(refusal: response, body) }
        guard let path = (try? JSONValue(parsing: body))?[0]?.string, !path.isEmpty else {
            throw GenerationError(.invalidResponse, "The app took the file without saying where it is.")
        }
        return GradioFile(path: path, url: nil, originalName: name, size: data.count, mediaType: mediaType)
    }

    /// Where a file of this app can be fetched.
    ///
    /// It is built from the path, as the official client does: the URL that the server sends is wrong on many versions
    /// and behind many proxies. Only a file without a path is fetched from its URL.
    /// - Parameter file: The file.
    /// - Returns: The URL; `nil` where the file has neither.
    public func url(for file: GradioFile) -> URL? {
        if let path = file.path, !path.isEmpty {
            if path.hasPrefix("http://") || path.hasPrefix("https://") { return URL(string: path) }
            return url(path: ["file=" + path], allowed: .gradioFilePath)
        }
        guard let text = file.url, !text.isEmpty else { return nil }
        return URL(string: text, relativeTo: url)?.absoluteURL
    }
}
