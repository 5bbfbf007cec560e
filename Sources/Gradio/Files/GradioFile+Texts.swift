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

    /// The pictures that links in a value lead to: texts that are nothing but a link with the ending of a picture; where there
    /// is none, the links that objects call their URL or their picture.
    static func all(linkedIn value: JSONValue) -> [GradioFile] {
        let called = all(in: value) { part in
            part.string.flatMap(GradioFile.init(link:)).flatMap { $0.isCalledPicture ? $0 : nil }
        }
        guard called.isEmpty else { return called }
        return all(in: value) { part in
            ["url", "image_url", "image"].lazy.compactMap { part[$0]?.string.flatMap(GradioFile.init(link:)) }.first
        }
    }

    private init?(link text: String) {
        guard text.utf8.count <= 8192, let url = URL(string: text), HTTPOrigin(url) != nil else { return nil }
        self.init(path: nil, url: text)
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
            // Not `data-src`, which a page may have for a script of its own.
            guard let name = tag.firstRange(of: #/\ssrc\s*=\s*/#.ignoresCase()),
                let mark = tag[name.upperBound...].first, mark == "\"" || mark == "'"
            else { continue }
            let source = tag[name.upperBound...].dropFirst().prefix { $0 != mark }
                .replacingOccurrences(of: "&amp;", with: "&")
            guard !source.isEmpty, !source.hasPrefix("//") else { continue }
            files.append(GradioFile(path: nil, url: source, isFromPage: true))
        }
        return files
    }
}
