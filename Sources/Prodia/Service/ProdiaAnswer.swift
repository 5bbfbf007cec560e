internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

/// The answer to a job of the current interface, in whichever shape it came: several parts, bare bytes, or JSON.
struct ProdiaAnswer: Sendable {
    /// An output that is a picture.
    struct Picture: Sendable {
        let data: Data
        let fileName: String?
    }

    /// The job document, where there is one.
    private(set) var document: Data?
    /// The whole answer, where it is neither parts nor a picture.
    private(set) var body = Data()
    private(set) var pictures: [Picture] = []
    private(set) var texts: [String] = []
    /// The types of the other outputs.
    private(set) var found = ""

    init(reading response: HTTPResponse, limit: Int) async throws {
        guard response.mediaType?.hasPrefix("multipart/") == true else {
            let data = try await response.body.collect(upTo: limit)
            if ImageFormat(signature: data) != nil {
                pictures = [Picture(data: data, fileName: nil)]
            } else {
                body = data
                document = try ProdiaJobDocument(data) == nil ? nil : data
                let isPage = data.first { !" \r\n\t".utf8.contains($0) } == UInt8(ascii: "<")
                if document == nil { found = isPage ? "a web page" : response.mediaType ?? "something else" }
            }
            return
        }
        for part in try await response.multipartParts(limits: MultipartLimits(maximumBytes: limit)) {
            if part.name == "job" {
                document = part.data
            } else if part.name == "output" {
                take(part)
            }
        }
    }

    private mutating func take(_ part: MultipartPart) {
        if ImageFormat(signature: part.data) != nil {
            pictures.append(Picture(data: part.data, fileName: part.fileName))
        } else if part.mediaType == "text/plain" {
            texts.append(String(decoding: part.data, as: UTF8.self))
        } else {
            let type = (part.mediaType ?? "something else").printable(limit: 60)
            found += found.isEmpty ? type : ", \(type)"
        }
    }

    /// The names in a list of outputs: texts, or objects with a name.
    static func outputNames(_ list: Data) throws -> [String] {
        guard let entries = try JSONValue.ifValid(list)?.array else {
            throw GenerationError(.invalidResponse, "Prodia's list of outputs is none.", wasAccepted: true)
        }
        return entries.compactMap { $0.string ?? $0["name"]?.string ?? $0["filename"]?.string }
    }

    /// Whether a name's ending is that of a picture.
    static func isPicture(_ name: String) -> Bool {
        FileName.ending(of: name).map { ImageFormat(promisedBy: $0) != nil } ?? false
    }
}
