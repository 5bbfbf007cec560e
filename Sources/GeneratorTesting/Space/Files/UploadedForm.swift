import Foundation

/// A body of `multipart/form-data`, taken apart.
struct UploadedForm: Sendable {
    struct Part: Sendable, Equatable {
        let name: String
        /// `nil` for a plain field.
        let fileName: String?
        let content: Data
    }

    let parts: [Part]

    /// - Returns: `nil` where the type is another one or names no boundary.
    init?(_ body: Data, contentType: String?) {
        guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data"),
            let start = contentType.range(of: "boundary=", options: .caseInsensitive)
        else { return nil }
        let boundary = contentType[start.upperBound...].prefix { $0 != ";" }
            .trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
        guard !boundary.isEmpty else { return nil }
        let delimiter = Data("\r\n--\(boundary)".utf8)
        // The first delimiter has no line end of its own before it.
        var rest = (Data("\r\n".utf8) + body)[...]
        var parts: [Part] = []
        guard let first = rest.range(of: delimiter) else {
            self.parts = []
            return
        }
        rest = rest[first.upperBound...]
        while rest.starts(with: Data("\r\n".utf8)), let end = rest.range(of: delimiter) {
            if let part = Part(rest[rest.startIndex + 2..<end.lowerBound]) { parts.append(part) }
            rest = rest[end.upperBound...]
        }
        self.parts = parts
    }
}

extension UploadedForm.Part {
    fileprivate init?(_ bytes: Data) {
        guard let blank = bytes.range(of: Data("\r\n\r\n".utf8)) else { return nil }
        let fields = String(decoding: bytes[..<blank.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let disposition = fields.first(where: { $0.lowercased().hasPrefix("content-disposition:") }),
            let name = Self.parameter("name", in: disposition)
        else { return nil }
        self.name = name
        fileName = Self.parameter("filename", in: disposition)
        content = Data(bytes[blank.upperBound...])
    }

    private static func parameter(_ name: String, in field: String) -> String? {
        guard let start = field.range(of: "; \(name)=\"") else { return nil }
        var value = "", isEscaped = false
        for character in field[start.upperBound...] {
            if isEscaped {
                value.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                return value.replacing("%22", with: "\"")
            } else {
                value.append(character)
            }
        }
        return nil
    }
}
