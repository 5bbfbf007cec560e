internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

/// A file as `multipart/form-data`, for `/upload`: every part is called `files` and needs a file name.
struct GradioUpload {
    private static let piece = 256 << 10

    /// Drawn at random: the chance that 122 random bits stand in a file is none.
    private let boundary = "image-generators-\(UUID().uuidString)"
    private let head: Data
    private let tail: Data

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    init(name: String, mediaType: String) {
        head = Data(
            """
            --\(boundary)\r
            Content-Disposition: form-data; name="files"; filename="\(Self.label(name))"\r
            Content-Type: \(mediaType.printable(limit: 100))\r
            \r\n
            """.utf8)
        tail = Data("\r\n--\(boundary)--\r\n".utf8)
    }

    func body(_ data: Data) -> Data { head + data + tail }

    /// Writes the form beside the system's other temporary files, piece by piece, so that it can be sent from there: a
    /// transport sends one file, and the form is more than the one it holds.
    /// - Returns: The form, which is gone when the value is dropped, and the size of the file in it.
    /// - Throws: `fileUnreadable`, `fileUnwritable`.
    func spool(_ file: InputFile) async throws -> (form: TemporaryFile, size: Int) {
        let form = TemporaryFile(in: FileManager.default.temporaryDirectory)
        var size = 0
        try append([UInt8](head), to: form)
        while true {
            let data = try await file.read(upTo: Self.piece)
            if data.isEmpty { break }
            size += data.count
            try append([UInt8](data), to: form)
            // Others may want this thread, and the caller may want no upload any more.
            await Task.yield()
            try Task.checkCancellation()
        }
        try append([UInt8](tail), to: form)
        return (form, size)
    }

    private func append(_ bytes: [UInt8], to form: TemporaryFile) throws {
        do {
            try form.append(bytes)
        } catch let error as TransportError {
            throw GenerationError(
                .fileUnwritable, "There is no room for the upload among the temporary files.", underlying: error)
        }
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
