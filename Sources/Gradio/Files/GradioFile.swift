internal import Foundation
internal import GeneratorTransport

/// A file of a Gradio app: one that it returned, or one that was uploaded to it. (`gradio.FileData`)
public struct GradioFile: Sendable, Hashable {
    /// Where the server keeps it. The only field to trust: up to Gradio 5.22 ``url`` is often wrong.
    public let path: String?
    /// The URL that the server itself gives for the file. Up to Gradio 5.22 it is often wrong; use ``GradioApp/url(for:)``.
    public let url: String?
    /// The name that the file had when it was uploaded.
    public let originalName: String?
    /// Its size in bytes.
    public let size: Int?
    /// Its media type.
    public let mediaType: String?
    /// Whether a page of the app names it: then it must lie at the app itself.
    var isFromPage = false

    /// Reads a file from a result.
    /// - Parameter value: The object that the server sent; for Gradio 3 a `data:` URL, or an object with `name`; a
    ///   gallery's entry that holds the file under `image` or `video`, for Gradio 3 a list of the file and its caption.
    ///   Anything else is `nil`.
    public init?(_ value: JSONValue) {
        if let text = value.string {
            guard text.hasPrefix("data:") else { return nil }
            self.init(path: nil, url: text)
            return
        }
        // A component update wraps its value.
        if value["__type__"]?.string == "update", let inner = value["value"] {
            self.init(inner)
            return
        }
        if let pair = value.array {
            guard pair.count == 2, pair[0].object != nil, pair[1].string != nil || pair[1].isNull else { return nil }
            self.init(pair[0])
            return
        }
        if let inner = value["image"] ?? value["video"] {
            self.init(inner)
            return
        }
        let path = value["path"]?.string ?? value["name"]?.string
        let url = value["url"]?.string ?? value["data"]?.string
        guard path?.isEmpty == false || url?.isEmpty == false else { return nil }
        self.init(
            path: path, url: url, originalName: value["orig_name"]?.string, size: value["size"]?.integer,
            mediaType: value["mime_type"]?.string)
    }

    /// The files in a value of a result, at any depth and in order: of a component update, an editor's layers, a chat's
    /// messages, a gallery. Objects count as files by the marks that every release of Gradio gives them; of texts only
    /// those that hold a picture.
    /// - Parameter value: What the server sent for an output.
    /// - Returns: The files.
    public static func all(in value: JSONValue) -> [GradioFile] { all(in: value) { $0.isFile ? GradioFile($0) : nil } }

    /// The same where the component is known to hold files: an object with a path or a URL is one.
    static func all(inFilesOf value: JSONValue) -> [GradioFile] {
        all(in: value) { part in
            let isFile =
                part.isFile || part.string?.hasPrefix("data:") == true
                || ["path", "url", "name"].contains { part[$0]?.string?.isEmpty == false }
            return isFile ? GradioFile(part) : nil
        }
    }

    /// What the texts and objects in a value are, at any depth and in order.
    static func all(in value: JSONValue, _ file: (JSONValue) -> GradioFile?) -> [GradioFile] {
        var files: [GradioFile] = []
        // The rest of the value, the next part last: a server may nest deep.
        var rest = [value]
        while let part = rest.popLast() {
            switch part {
            case .string: files += [file(part)].compactMap { $0 }
            case .array(let elements): rest += elements.reversed()
            case .object(let members):
                if let file = file(part) {
                    files.append(file)
                } else {
                    rest += members.sorted { $0.key < $1.key }.reversed().map(\.value)
                }
            default: break
            }
        }
        return files
    }

    /// The `data:` URL that holds it, where there is no path.
    var dataURL: String? {
        guard path?.isEmpty != false, let url, url.prefix(5).lowercased() == "data:" else { return nil }
        return url
    }

    /// Its name without the ending, and the ending; `hiding` takes out what no name may repeat.
    func nameAndEnding(_ hiding: (String) -> String) -> (name: String, ending: String?) {
        let link = dataURL == nil ? url.flatMap { URL(string: $0)?.path } : nil
        let names = [originalName, path, link].compactMap { $0?.split(separator: "/").last }.map { hiding(String($0)) }
        let name = names.first ?? "file"
        let ending = names.lazy.compactMap(FileName.ending).first
        guard let own = FileName.ending(of: name) else { return (name, ending) }
        return (String(name.dropLast(own.count + 1)), ending)
    }

    /// Whether the app calls it a picture. What it is only its bytes tell.
    package var isCalledPicture: Bool {
        dataURL != nil || mediaType?.hasPrefix("image/") == true
            || nameAndEnding { $0 }.ending.map { ImageFormat(promisedBy: $0) != nil } == true
    }

    init(
        path: String?, url: String?, originalName: String? = nil, size: Int? = nil, mediaType: String? = nil,
        isFromPage: Bool = false
    ) {
        self.isFromPage = isFromPage
        self.path = path
        self.url = url
        self.originalName = originalName
        self.size = size
        self.mediaType = mediaType
    }

    /// The file as an argument of a call.
    public var argument: JSONValue {
        var members: [String: JSONValue] = ["meta": ["_type": "gradio.FileData"]]
        members["path"] = path.map(JSONValue.string)
        members["url"] = url.map(JSONValue.string)
        members["orig_name"] = originalName.map(JSONValue.string)
        members["size"] = size.map(JSONValue.integer)
        members["mime_type"] = mediaType.map(JSONValue.string)
        return .object(members)
    }
}

extension JSONValue {
    /// Whether it is a file by the marks that every release of Gradio gives one; a name or a path alone is none.
    fileprivate var isFile: Bool {
        if let text = string { return text.hasPrefix("data:image/") }
        guard self["path"]?.string != nil || self["url"]?.string != nil || self["name"]?.string != nil else {
            return false
        }
        return self["meta"]?["_type"]?.string == "gradio.FileData" || self["is_file"]?.bool == true
            || (self["path"] != nil && self["orig_name"] != nil && self["mime_type"] != nil)
    }
}
