internal import Foundation

/// A file as `multipart/form-data`, for `/upload`: every part is called `files` and needs a file name.
struct GradioUpload {
    let contentType: String
    let body: Data

    init(_ data: Data, name: String, mediaType: String) {
        // Drawn until it does not occur in the data, which takes one try.
        var boundary: String
        repeat { boundary = "image-generators-\(UUID().uuidString)" } while data.range(of: Data(boundary.utf8)) != nil
        var body = Data()
        body.append(contentsOf: "--\(boundary)\r\n".utf8)
        body.append(
            contentsOf: "Content-Disposition: form-data; name=\"files\"; filename=\"\(Self.label(name))\"\r\n".utf8)
        body.append(contentsOf: "Content-Type: \(mediaType.printable(limit: 100))\r\n\r\n".utf8)
        body.append(data)
        body.append(contentsOf: "\r\n--\(boundary)--\r\n".utf8)
        self.body = body
        contentType = "multipart/form-data; boundary=\(boundary)"
    }

    /// The name is only a label: the server drops directories and odd characters, and answers with its own path. It
    /// keeps the ending, so a long name loses its middle.
    private static func label(_ name: String) -> String {
        let safe = name.printable(limit: 1000).map { "\"\\/".contains($0) ? "_" : String($0) }.joined()
        let ending = safe.lastIndex(of: ".").map { safe[$0...] }.flatMap { $0.count <= 10 ? $0 : nil } ?? ""
        let label = safe.dropLast(ending.count).prefix(100 - ending.count) + ending
        return label.isEmpty ? "file" : String(label)
    }
}
