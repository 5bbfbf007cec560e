internal import Foundation

/// A file as `multipart/form-data`, for `/upload`: every part is called `files` and needs a file name.
struct GradioUpload {
    let contentType: String
    let body: Data

    init(_ data: Data, name: String, mediaType: String) {
        // Drawn until it does not occur in the data, which takes one try.
        var boundary: String
        repeat { boundary = "image-generators-\(UUID().uuidString)" } while data.range(of: Data(boundary.utf8)) != nil
        // The name is only a label: the server drops directories and odd characters, and answers with its own path.
        let safe = name.printable(limit: 100).map { "\"\\/\r\n".contains($0) ? "_" : String($0) }.joined()
        var body = Data()
        body.append(contentsOf: "--\(boundary)\r\n".utf8)
        body.append(contentsOf: "Content-Disposition: form-data; name=\"files\"; filename=\"\(safe)\"\r\n".utf8)
        body.append(contentsOf: "Content-Type: \(mediaType)\r\n\r\n".utf8)
        body.append(data)
        body.append(contentsOf: "\r\n--\(boundary)--\r\n".utf8)
        self.body = body
        contentType = "multipart/form-data; boundary=\(boundary)"
    }
}
