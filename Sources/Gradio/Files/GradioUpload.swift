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

    /// The name is only a label: the server drops odd characters and answers with its own path. It keeps the ending, so
    /// a long name loses its middle, and takes a file whose name begins with a dot but never hands it to the app.
    private static func label(_ name: String) -> String {
        var safe = name.split { "/\\".contains($0) }.last.map { String($0).printable(limit: 1000) } ?? ""
        safe.replace("\"", with: "_")
        if safe.isEmpty || safe.hasPrefix(".") { safe = "file" + safe }
        let ending = safe.lastIndex(of: ".").map { safe[$0...] }.flatMap { $0.count <= 10 ? $0 : nil } ?? ""
        let label = safe.dropLast(ending.count).prefix(100 - ending.count) + ending
        return String(label)
    }
}
