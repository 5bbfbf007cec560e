import Foundation

extension SpaceRoutes {
    /// `GET file={path}`
    func sendFile(_ path: String, _ responder: LoopbackResponder) async throws {
        guard let file = files.file(at: path) else {
            throw SpaceRefusal(status: 403, detail: "File not allowed: \(path).")
        }
        let parts = path.split(separator: "/").map(String.init)
        let name = parts.last?.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let isPlain = parts.last?.allSatisfy { $0.isASCII && $0 != "\"" } ?? false
        try await responder.respond(
            headers: [
                ("content-type", file.type), ("accept-ranges", "bytes"),
                (
                    "content-disposition",
                    isPlain ? "inline; filename=\"\(parts.last ?? "")\"" : "inline; filename*=utf-8''\(name)"
                ), ("last-modified", Self.httpDate(file.date)),
                ("etag", "\"\(parts.dropLast().last?.suffix(32) ?? "")\""),
            ], body: file.bytes)
    }

    /// `POST upload`
    func upload(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        guard let form = UploadedForm(request.body, contentType: request.header("Content-Type")) else {
            throw SpaceRefusal(status: 400, detail: "Invalid content type.")
        }
        if form.parts.isEmpty, release.prefix.isEmpty { throw SpaceInternalError(exception: "") }
        let parts = form.parts.filter { $0.name == "files" }
        guard parts.allSatisfy({ $0.fileName != nil }) else {
            throw SpaceInternalError(exception: "TypeError: File is not an instance of GradioUploadFile")
        }
        guard parts.allSatisfy({ $0.content.count <= SpaceFiles.uploadLimit }) else {
            return try await responder.respond(
                status: 413,
                body: "File size exceeded maximum allowed size of \(SpaceFiles.uploadLimit) bytes.")
        }
        let paths = parts.map { part -> OrderedJSON in
            .string(files.keep(part.content, name: storedName(part.fileName ?? ""), on: .uploads))
        }
        try await responder.respond(json: OrderedJSON.array(paths).compact)
    }

    /// The name under which a file of that name is kept.
    private func storedName(_ name: String) -> String {
        let last = name.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        let kept = last.filter { character in
            if release.keepsFileNames { return !"\\:*?\"<>|".contains(character) && !character.isNewline }
            return character.isLetter || character.isNumber || "._-, ".contains(character)
        }
        return kept.isEmpty || kept == "." || kept == ".."
            ? "tmp\(UUID().uuidString.filter { $0 != "-" }.prefix(10).lowercased())" : kept
    }

    private static func httpDate(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: date)
    }
}
