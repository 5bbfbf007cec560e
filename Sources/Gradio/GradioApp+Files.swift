public import Foundation
internal import GeneratorCore
package import GeneratorTransport

extension GradioApp {
    /// Uploads a file, to be used as an argument. (`POST /upload`)
    /// - Parameters:
    ///   - data: The content.
    ///   - name: A name for it; the server keeps its ending.
    ///   - mediaType: Its media type.
    /// - Returns: The file as the server knows it; ``GradioFile/argument`` is what a call takes.
    /// - Throws: `GenerationError`, `TransportError`.
    public func upload(_ data: Data, name: String, mediaType: String) async throws -> GradioFile {
        let (contentType, body) = Self.uploadForm(data, name: name, mediaType: mediaType).encoded()
        var request = try request(["upload"], method: "POST")
        request.body = body
        return try await send(request, contentType, size: data.count, mediaType: mediaType)
    }

    /// Uploads a file from this machine, to be used as an argument, without holding it in memory. (`POST /upload`)
    /// - Parameters:
    ///   - file: The file.
    ///   - mediaType: Its media type; for a picture in a known format its bytes tell, else `application/octet-stream`.
    /// - Returns: The file as the server knows it; ``GradioFile/argument`` is what a call takes.
    /// - Throws: `GenerationError` (`fileUnreadable` among others), `TransportError`.
    public func upload(_ file: URL, mediaType: String? = nil) async throws -> GradioFile {
        do {
            return try await upload(InputFile(file), mediaType: mediaType)
        } catch let error as TransportError where error.code == .fileUnreadable {
            throw GenerationError(wrapping: error)
        }
    }

    /// The same for a file that is open already.
    package func upload(_ file: InputFile, mediaType: String? = nil) async throws -> GradioFile {
        var type = mediaType
        if type == nil { type = ImageFormat(signature: try await file.head(ImageFormat.signatureLength))?.mediaType }
        let known = type ?? "application/octet-stream"
        let (contentType, form, size) = try await Self.spooled(file, mediaType: known)
        defer { form.discard() }
        var request = try request(["upload"], method: "POST")
        request.bodyFile = form.url
        return try await send(request, contentType, size: size, mediaType: known)
    }

    private static func spooled(
        _ file: InputFile, mediaType: String
    ) async throws -> (contentType: String, form: TemporaryFile, size: Int) {
        do {
            return try await uploadForm(Data(), name: file.name, mediaType: mediaType).spooled(with: file)
        } catch let error as TransportError where error.code == .fileUnwritable {
            throw GenerationError(
                .fileUnwritable, "There is no room for the upload among the temporary files.", underlying: error)
        }
    }

    /// A form for `/upload`: every part is called `files` and needs a file name.
    ///
    /// The name is only a label: the server drops odd characters and answers with its own path. It keeps the ending, so
    /// a long name loses its middle, and takes a file whose name begins with a dot but never hands it to the app.
    static func uploadForm(_ data: Data, name: String, mediaType: String) -> MultipartForm {
        var safe = name.split { "/\\".contains($0) }.last.map { String($0).printable(limit: 1000) } ?? ""
        safe.replace("\"", with: "_")
        if safe.isEmpty || safe.hasPrefix(".") { safe = "file" + safe }
        let ending = safe.lastIndex(of: ".").map { safe[$0...] }.flatMap { $0.count <= 10 ? $0 : nil } ?? ""
        let label = safe.dropLast(ending.count).prefix(100 - ending.count) + ending
        var form = MultipartForm()
        form.add(name: "files", fileName: String(label), mediaType: mediaType, data: data)
        return form
    }

    private func send(
        _ request: HTTPRequest, _ contentType: String, size: Int, mediaType: String
    ) async throws -> GradioFile {
        var request = request
        request.headers["Content-Type"] = contentType
        let (response, body) = try await data(for: request)
        guard response.status == 200 else { throw GenerationError(refusal: response, body).hiding(sent(with: request)) }
        guard let path = (try JSONValue.ifValid(body))?[0]?.string, !path.isEmpty else {
            throw GenerationError(.invalidResponse, "The app took the file without saying where it is.")
        }
        // By the name that the server made of it: releases differ in the characters that they take out, and functions see
        // the original name.
        let name = path.split { $0 == "/" || $0 == "\\" }.last.map(String.init)
        return GradioFile(path: path, url: nil, originalName: name, size: size, mediaType: mediaType)
    }

    /// Uploads an input picture from memory, under the name that its bytes deserve.
    package func upload(_ picture: DownloadedImage) async throws -> GradioFile {
        try await upload(
            picture.data, name: "image.\(picture.format.fileExtension)", mediaType: picture.format.mediaType)
    }

    /// Downloads a file of this app, of any kind, piece by piece.
    ///
    /// It is complete when it appears, and replaces nothing: a number is added to a name that is taken. A picture gets the
    /// ending of its bytes whatever the app calls it, anything else the ending that the app gives it; `bin` where that is none.
    /// - Parameters:
    ///   - file: The file, as ``GradioFile/all(in:)`` finds it in a result.
    ///   - directory: The folder; made where it does not exist.
    ///   - name: The file's name without an ending; by default the one that it has at the app. It never becomes a path.
    ///   - policy: How large it may be, and how long it may take.
    /// - Returns: The file.
    /// - Throws: `GenerationError`: `invalidResponse` for a file at no possible place, for what is called a picture and is
    ///   none, and for a web page that comes in place of a file; `responseTooLarge`; `unsafeURL` for a link into a private
    ///   network; `fileUnwritable`; `notFound`, `connectionLost` and the like; `CancellationError`.
    public func download(
        _ file: GradioFile, to directory: URL, named name: String? = nil, policy: DownloadPolicy = DownloadPolicy()
    ) async throws -> URL {
        try await download(file, to: directory, named: name, policy: policy) { [secrets = headers(for: url)] text in
            text.hidingSecrets(secrets.credentials)
        }
    }

    /// The same, with another word on what no name may repeat.
    package func download(
        _ file: GradioFile, to directory: URL, named name: String?, policy: DownloadPolicy,
        hiding: (String) -> String
    ) async throws -> URL {
        let (own, ending) = file.nameAndEnding(hiding)
        do {
            if let text = file.dataURL {
                let data = try DataURL(text, limit: policy.maximumBytes).data
                return try Downloader.writeAny(data, directory: directory, name: name ?? own, ending: ending)
            }
            guard let target = url(for: file) else {
                throw GenerationError(.invalidResponse, "The app names its file by a path or link that cannot be one.")
            }
            return try await Downloader(pipeline: http, policy: policy).anyFile(
                from: HTTPRequest(url: target, headers: headers(for: target)),
                addresses: AddressPolicy(configured: HTTPOrigin(url)), directory: directory, name: name ?? own,
                ending: ending)
        } catch {
            if error is CancellationError { throw error }
            var described = GenerationError(downloading: error)
            described.origin = described.origin ?? HTTPOrigin(url)
            throw described.hiding(headers(for: url))
        }
    }

    /// Where a file of this app can be fetched.
    ///
    /// It is built from the path, as the official client does: the URL that the server sends is wrong on many versions
    /// and behind many proxies. Only a file without a path is fetched from its URL.
    /// - Parameter file: The file.
    /// - Returns: The URL; `nil` where the file has neither, or one that can be none: no system has a path of more than 4,096
    ///   bytes, and a path with `..` in it would lead to another route of the server.
    public func url(for file: GradioFile) -> URL? {
        if let path = file.path, !path.isEmpty {
            let isStraight = path.utf8.split(separator: UInt8(ascii: "/")).allSatisfy { part in
                part.count > 2 || !part.allSatisfy { $0 == UInt8(ascii: ".") }
            }
            guard path.utf8.count <= 4096, isStraight, !path.utf8.contains(0) else { return nil }
            if path.hasPrefix("http://") || path.hasPrefix("https://") { return URL(string: path) }
            return url(path: ["file=" + path], isFile: true)
        }
        guard let text = file.url, !text.isEmpty, text.utf8.count <= 8192 || file.dataURL != nil else { return nil }
        return URL(string: text, relativeTo: url)?.absoluteURL
    }
}
