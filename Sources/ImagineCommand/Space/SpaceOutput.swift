internal import Foundation
internal import ImageGenerators

/// What a call came to: one value for each output, and the files among them.
struct SpaceOutput: Sendable {
    /// A file of the app.
    struct File: Sendable {
        let value: JSONValue
        /// Where the app has it; `nil` for one that came with the answer.
        let url: URL?
        /// Where it was saved.
        var saved: URL?

        /// The place to name.
        var place: String? { saved?.path ?? url?.absoluteString }
    }

    let values: [JSONValue]
    /// For each value, the files that it is made of; none where it is something else.
    var files: [[File]]

    /// `hiding` takes credentials out of a text of the app. The place of a file stays as it is among the files, because
    /// nothing else leads to it.
    init(
        _ values: [JSONValue], of endpoint: GradioEndpoint, at app: GradioApp,
        hiding: @Sendable (String) -> String
    ) {
        // State stays on the server: its place is always empty.
        let isWhole = values.count == endpoint.returns.count
        let whole = zip(values, isWhole ? endpoint.returns : values.map { _ in "" }).filter { $1 != "state" }.map(\.0)
        files = whole.map { value in
            (value.files ?? []).map { file in
                let url = GradioFile(file).flatMap(app.url)
                return File(value: file, url: url?.scheme == "data" ? nil : url)
            }
        }
        // In the bytes of a picture nothing can be read, and nothing may be changed.
        self.values = whole.map { $0.mappingTexts { $0.hasPrefix("data:") ? $0 : hiding($0) } }
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
    /// The files that a value is made of: one, or a list or gallery of them; `nil` where it is something else.
    fileprivate var files: [JSONValue]? {
        if isFile { return [self] }
        // A gallery's entry, and a video beside its subtitles.
        if let inner = self["image"] ?? self["video"], inner.isFile { return [inner] }
        guard let array, !array.isEmpty else { return nil }
        let files = array.compactMap(\.files)
        return files.count == array.count ? files.flatMap { $0 } : nil
    }

    /// Whether it is a file by the marks that every release of Gradio gives one; a name or a path alone is none.
    private var isFile: Bool {
        if let text = string { return text.hasPrefix("data:image/") }
        guard self["path"]?.string != nil || self["url"]?.string != nil || self["name"]?.string != nil else {
            return false
        }
        return self["meta"]?["_type"]?.string == "gradio.FileData" || self["is_file"]?.bool == true
            || (self["path"] != nil && self["orig_name"] != nil && self["mime_type"] != nil)
    }
}
