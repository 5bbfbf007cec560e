internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

extension GradioFile {
    /// A picture that is a text: a `data:` URL, or its bytes as base64.
    init?(pictureIn text: String) {
        if text.hasPrefix("data:image/") {
            self.init(path: nil, url: text)
        } else if case .data(let url) = GradioFileInput(text), text.utf8.count >= 64 {
            self.init(path: nil, url: url)
        } else {
            return nil
        }
    }

    /// The pictures in a piece of a page: what its `<img>` show, as far as it comes from the app itself or is in the page. Any
    /// other place is the page's word alone.
    static func all(inPage text: String) -> [GradioFile] {
        var files: [GradioFile] = []
        var rest = text[...]
        while files.count < 100, let start = rest.range(of: "<img", options: .caseInsensitive) {
            rest = rest[start.upperBound...]
            let end = rest.firstIndex(of: ">") ?? rest.endIndex
            let tag = rest[..<end]
            rest = rest[end...]
            guard let name = tag.range(of: "src=", options: .caseInsensitive), let mark = tag[name.upperBound...].first,
                mark == "\"" || mark == "'"
            else { continue }
            let source = tag[name.upperBound...].dropFirst().prefix { $0 != mark }
                .replacingOccurrences(of: "&amp;", with: "&")
            guard !source.isEmpty, !source.hasPrefix("//") else { continue }
            files.append(GradioFile(path: nil, url: source, isFromPage: true))
        }
        return files
    }
}
