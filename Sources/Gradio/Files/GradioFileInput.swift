package import Foundation
package import GeneratorCore

/// A file as people write it among the arguments of a call.
package enum GradioFileInput: Sendable, Hashable {
    /// By its path on this machine.
    case path(String)
    /// By where it is on the network.
    case url(URL)
    /// As the file itself: a `data:` URL, or the base64 text of a picture.
    case data(String)

    /// - Parameter text: What was written.
    package init(_ text: String) {
        let scheme = text.prefix(8).lowercased()
        if scheme.hasPrefix("data:") {
            self = .data(text)
        } else if scheme.hasPrefix("http://") || scheme == "https://", let url = URL(string: text) {
            self = .url(url)
        } else if text.isBase64Picture {
            self = .data("data:;base64," + text)
        } else {
            self = .path(text)
        }
    }
}

extension GradioParameter {
    /// A value with files of the app in place of what people write for them, at any depth: in an editor's layers, a
    /// gallery's entries, a message's attachments.
    ///
    /// Texts stand for files where the component wants some. Elsewhere only an object that is marked as a file does, as
    /// Gradio's own clients write it: `{"path": "boat.png", "meta": {"_type": "gradio.FileData"}}`.
    /// - Parameters:
    ///   - value: The value.
    ///   - release: The app's release: until Gradio 6 a video stood beside its subtitles.
    ///   - file: Makes the app's file.
    /// - Returns: The value to send.
    /// - Throws: What `file` threw.
    package func replacingFiles(
        in value: JSONValue, for release: GradioServerVersion, _ file: (GradioFileInput) async throws -> JSONValue
    ) async throws -> JSONValue {
        func texts(_ value: JSONValue) async throws -> JSONValue {
            switch value {
            case .string(let text): return try await file(GradioFileInput(text))
            case .array(let values):
                var files: [JSONValue] = []
                for value in values { files.append(try await texts(value)) }
                return .array(files)
            default: return try await Self.marked(value, file)
            }
        }
        switch (component, value) {
        case ("video", .string) where release < GradioServerVersion("6"): return ["video": try await texts(value)]
        case ("video", .object(var parts)) where parts["video"] != nil:
            for name in ["video", "subtitles"] {
                if let part = parts[name] { parts[name] = try await texts(part) }
            }
            return .object(parts)
        case ("image", _), ("audio", _), ("video", _), ("model3d", _), ("file", _), ("uploadbutton", _),
            ("downloadbutton", _), ("imageslider", _):
            return try await texts(value)
        case ("gallery", .string): return [["image": try await texts(value)]]
        case ("gallery", .array(let entries)):
            var gallery: [JSONValue] = []
            for entry in entries { gallery.append(try await Self.entry(entry, texts)) }
            return .array(gallery)
        // A picture to be edited, with nothing painted on it yet.
        case ("imageeditor", .string):
            let picture = try await texts(value)
            return ["background": picture, "layers": [], "composite": picture]
        case ("imageeditor", .object(var parts)):
            for name in ["background", "layers", "composite"] {
                if let part = parts[name] { parts[name] = try await texts(part) }
            }
            return .object(parts)
        case ("multimodaltextbox", .object(var message)):
            if let files = message["files"] { message["files"] = try await texts(files) }
            return .object(message)
        default: return try await Self.marked(value, file)
        }
    }

    /// A gallery's entry: a picture, a picture and its caption, or an object of both.
    private static func entry(
        _ entry: JSONValue, _ texts: (JSONValue) async throws -> JSONValue
    ) async throws -> JSONValue {
        switch entry {
        case .string: return ["image": try await texts(entry)]
        case .array(let pair) where pair.count == 2: return ["image": try await texts(pair[0]), "caption": pair[1]]
        case .object(var members) where members["image"] != nil || members["video"] != nil:
            for name in ["image", "video"] {
                if let file = members[name] { members[name] = try await texts(file) }
            }
            return .object(members)
        default: return try await texts(entry)
        }
    }

    /// Replaces what is marked as a file and is on this machine; what the app already has stays.
    private static func marked(
        _ value: JSONValue, _ file: (GradioFileInput) async throws -> JSONValue
    ) async throws -> JSONValue {
        switch value {
        case .array(let values):
            var replaced: [JSONValue] = []
            for value in values { replaced.append(try await marked(value, file)) }
            return .array(replaced)
        case .object(var members):
            if value["meta"]?["_type"]?.string == "gradio.FileData" {
                guard let path = value["path"]?.string, FileManager.default.fileExists(atPath: path) else {
                    return value
                }
                return try await file(.path(path))
            }
            for (name, member) in members { members[name] = try await marked(member, file) }
            return .object(members)
        default: return value
        }
    }
}
