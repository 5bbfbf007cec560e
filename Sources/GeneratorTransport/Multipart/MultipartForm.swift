public import Foundation

/// A form as `multipart/form-data`, made in memory.
///
/// ```swift
/// var form = MultipartForm()
/// form.add(name: "job", fileName: "job.json", mediaType: "application/json", data: json)
/// form.add(name: "input", fileName: "input.png", mediaType: "image/png", data: picture)
/// let (contentType, body) = form.encoded()
/// ```
public struct MultipartForm: Sendable {
    private var parts: [(head: String, data: Data)] = []
    private var fileNames: Set<String> = []

    /// Makes an empty form.
    public init() {}

    /// Adds a file.
    /// - Parameters:
    ///   - name: The field's name.
    ///   - fileName: The file's name; a number is added where another file of the form has it.
    ///   - mediaType: Its media type.
    ///   - data: Its content.
    /// - Returns: The file's name as it is sent.
    @discardableResult
    public mutating func add(name: String, fileName: String, mediaType: String, data: Data) -> String {
        let dot = fileName.lastIndex(of: ".") ?? fileName.endIndex
        var distinct = fileName, number = 1
        while !fileNames.insert(distinct).inserted {
            number += 1
            distinct = "\(fileName[..<dot])-\(number)\(fileName[dot...])"
        }
        let head = """
            Content-Disposition: form-data; name="\(Self.escaped(name))"; filename="\(Self.escaped(distinct))"\r
            Content-Type: \(mediaType.printable(limit: 200))\r
            \r

            """
        parts.append((head, data))
        return distinct
    }

    /// The form as it is sent.
    /// - Returns: The value of `Content-Type`, and the body.
    public func encoded() -> (contentType: String, body: Data) {
        // Drawn until it does not occur in the data, which takes one try.
        var boundary: String
        repeat {
            boundary = "image-generators-\(UUID().uuidString)"
        } while parts.contains { $0.data.range(of: Data(boundary.utf8)) != nil }
        var body = Data()
        body.reserveCapacity(parts.reduce(100) { $0 + $1.data.count + $1.head.utf8.count + 100 })
        for part in parts {
            body.append(contentsOf: "--\(boundary)\r\n\(part.head)".utf8)
            body.append(part.data)
            body.append(contentsOf: "\r\n".utf8)
        }
        body.append(contentsOf: "--\(boundary)--\r\n".utf8)
        return ("multipart/form-data; boundary=\(boundary)", body)
    }

    /// What would end the quoted text or the line, as browsers write it.
    private static func escaped(_ text: String) -> String {
        text.replacing("\r\n", with: "%0D%0A").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
            .replacing("\"", with: "%22")
    }
}
