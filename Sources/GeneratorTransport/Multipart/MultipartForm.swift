public import Foundation

/// A form as `multipart/form-data`.
///
/// ```swift
/// var form = MultipartForm()
/// form.add(name: "job", fileName: "job.json", mediaType: "application/json", data: json)
/// form.add(name: "input", fileName: "input.png", mediaType: "image/png", data: png)
/// let (contentType, body) = form.encoded()
/// ```
public struct MultipartForm: Sendable {
    /// How much of a file is read at a time.
    private static let piece = 256 << 10

    /// Drawn at random: the chance that 122 random bits stand in a file is none.
    private let boundary = "image-generators-\(UUID().uuidString)"
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
            --\(boundary)\r
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
        var body = Data()
        body.reserveCapacity(parts.reduce(100) { $0 + $1.data.count + $1.head.utf8.count + 100 })
        for part in parts {
            body.append(contentsOf: part.head.utf8)
            body.append(part.data)
            body.append(contentsOf: "\r\n".utf8)
        }
        body.append(contentsOf: "--\(boundary)--\r\n".utf8)
        return ("multipart/form-data; boundary=\(boundary)", body)
    }

    /// Writes the form with the content of a file behind its last part, piece by piece, beside the system's other temporary
    /// files, so that it can be sent from there: a transport sends one file, and the form is more than the one it holds.
    /// - Parameter file: The file.
    /// - Returns: The value of `Content-Type`, the form, which is gone when the value is dropped, and the file's size.
    /// - Throws: ``TransportError``: `fileUnreadable`, `fileUnwritable`; `CancellationError`.
    package func spooled(
        with file: InputFile
    ) async throws -> (contentType: String, form: TemporaryFile, size: Int) {
        let (contentType, body) = encoded()
        let tail = "\r\n--\(boundary)--\r\n".utf8
        let form = TemporaryFile(in: FileManager.default.temporaryDirectory)
        var size = 0
        try form.append([UInt8](body.dropLast(tail.count)))
        while true {
            let data = try await file.read(upTo: Self.piece)
            if data.isEmpty { break }
            size += data.count
            try form.append([UInt8](data))
            // Others may want this thread, and the caller may want no upload any more.
            await Task.yield()
            try Task.checkCancellation()
        }
        try form.append([UInt8](tail))
        return (contentType, form, size)
    }

    /// What would end the quoted text or the line, as browsers write it.
    private static func escaped(_ text: String) -> String {
        text.replacing("\r\n", with: "%0D%0A").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
            .replacing("\"", with: "%22")
    }
}
