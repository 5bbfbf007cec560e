internal import Foundation
internal import ImageGenerators

/// What a call came to: one value for each output, and the files among them.
struct SpaceOutput: Sendable {
    /// A file of the app.
    struct File: Sendable {
        let file: GradioFile
        /// Where the app has it; `nil` for one that came with the answer.
        let url: URL?
        /// Where it was saved.
        var saved: URL?

        /// The place to name.
        var place: String? { saved?.path ?? url?.absoluteString }
    }

    let values: [JSONValue]
    /// For each value, the files in it.
    var files: [[File]]
    /// For each value, what a person is shown of it beside the files; `nil` where it is made of nothing else.
    let texts: [String?]

    /// `hiding` takes credentials out of a text of the app. The place of a file stays as it is among the files, because
    /// nothing else leads to it.
    init(
        _ values: [JSONValue], of endpoint: GradioEndpoint, at app: GradioApp,
        hiding: @Sendable (String) -> String
    ) {
        let whole = endpoint.shown(values).map(\.value)
        let files = whole.map { value in
            GradioFile.all(in: value).map { file in
                let url = app.url(for: file)
                return File(file: file, url: url?.scheme == "data" ? nil : url)
            }
        }
        self.files = files
        // In the bytes of a picture nothing can be read, and nothing may be changed.
        let shown = whole.map { $0.mappingTexts { $0.hasPrefix("data:") ? $0 : hiding($0) } }
        self.values = shown
        texts = zip(shown, files).map { value, files in
            files.isEmpty || !value.isMadeOfFiles ? value.string ?? value.description : nil
        }
    }
}

extension JSONValue {
    /// The value with other texts and names.
    func mappingTexts(_ change: (String) -> String) -> JSONValue {
        switch self {
        case .string(let text): .string(change(text))
        case .array(let values): .array(values.map { $0.mappingTexts(change) })
        case .object(let members):
            .object(
                Dictionary(
                    members.map { (change($0), $1.mappingTexts(change)) }, uniquingKeysWith: { first, _ in first }))
        default: self
        }
    }
}

extension JSONValue {
    /// Whether it holds nothing but files and what they are called: a gallery, an editor's layers; no message with a file.
    fileprivate var isMadeOfFiles: Bool {
        switch self {
        case .null: true
        case .string(let text): text.hasPrefix("data:image/")
        case .array(let elements):
            // A picture and its caption.
            if elements.count == 2, elements[1].string != nil {
                elements[0].isMadeOfFiles
            } else {
                elements.allSatisfy(\.isMadeOfFiles)
            }
        case .object(let members):
            !GradioFile.all(in: self).isEmpty
                && (GradioFile(self)?.argument["path"] != nil && members["path"] != nil
                    || members.allSatisfy { Self.names.contains($0.key) || $0.value.isMadeOfFiles })
        default: false
        }
    }

    private static let names: Set<String> = ["caption", "label", "alt", "alt_text", "__type__", "visible"]
}
