internal import Foundation
internal import GeneratorCore
internal import GeneratorTesting
internal import GeneratorTransport

extension Fault {
    /// Results that are none, that lead elsewhere, and pictures that are none.
    static let result: [Fault] = links + pictures

    private static let links: [Fault] = [
        link("no output", [.noImage, .invalidResponse, .generationFailed]) { _ in nil },
        link("an empty link") { _ in "" },
        link("a path with ../") { _ in "../../../../etc/passwd" },
        link("a path with NUL") { _ in "/tmp/a\0b.png" },
        link("a path of 4 KB") { _ in "/tmp/" + String(repeating: "x", count: 4096) },
        link("a path with a line end") { _ in "/tmp/a\r\nx: y" },
        link("a path in another script") { _ in "/tmp/картина 🦊.png" },
        link("a path with mark-up for terminals") { _ in "/tmp/\u{1B}[31m\u{9B}2J\u{202E}.png" },
        link("a link with name and password") { server in
            server.service.absoluteString.replacing("://", with: "://user:word@") + "/x.png"
        },
        link("a link to a file:") { _ in "file:///etc/passwd" },
        link("a link to a private address") { _ in "http://10.255.255.1/x.png" },
        link("a link to a private address, in octal") { _ in "http://012.0377.0377.01/x.png" },
        link("a link to a private address, as a number") { _ in "http://2852039166/x.png" },
        link("a link to a private address, mapped into IPv6") { _ in "http://[::ffff:10.255.255.1]/x.png" },
        link("a link to a port that is closed", [.connectionFailed]) { _ in "http://127.0.0.1:1/x.png" },
        link("a link to port 0") { _ in "http://127.0.0.1:0/x.png" },
        link("a link to port 99999") { _ in "http://127.0.0.1:99999/x.png" },
        link("a link to a name that there is not", [.connectionFailed]) { _ in "http://nowhere.invalid/x.png" },
        link("a link to another origin") { $0.stranger.absoluteString + "/x.png" },
        link("a link to https where there is none", [.tlsFailed, .connectionFailed]) {
            $0.stranger.absoluteString.replacing("http:", with: "https:") + "/x.png"
        },
        link("a data: URL that is none") { _ in "data:image/png;base64,@@@@" },
        link("a data: URL that is no picture") { _ in "data:image/png;base64,AAAA" },
        link("a data: URL that is a page") { _ in "data:text/html,<html>" },
        link("a list for a link") { _ in 7 },
    ]

    private static func link(
        _ name: String, _ errors: Set<GenerationError.Code> = [],
        _ link: @escaping @Sendable (FaultyServer.Addresses) -> Any?
    ) -> Fault {
        let errors = errors.union([
            .invalidResponse, .unsafeURL, .noImage, .notFound, .generationFailed, .connectionLost, .connectionFailed,
            .unauthorized, .serviceError, .forbidden,
        ])
        return Fault(.result, name, in: [.create, .stream, .poll], errors, recovers: true) { exchange in
            var answer = await exchange.genuine()
            let value = link(exchange.server)
            let text = String(decoding: answer.body, as: UTF8.self)
            answer.body = Data(
                text.components(separatedBy: "\n").map { line in
                    let prefix = line.hasPrefix("data: ") ? "data: " : ""
                    guard
                        let json = try? JSONSerialization.jsonObject(
                            with: Data(line.dropFirst(prefix.count).utf8)),
                        json is [Any] || json is [String: Any],
                        let data = try? JSONSerialization.data(withJSONObject: relinked(json, value))
                    else { return line }
                    return prefix + String(decoding: data, as: UTF8.self)
                }.joined(separator: "\n").utf8)
            try await exchange.send(answer)
        }
    }

    /// The same value with every place that names a picture naming another.
    private static func relinked(_ json: Any, _ value: Any?) -> Any {
        if let list = json as? [Any] {
            // The outputs of a job of Prodia's.
            if list.first as? String == "image.png" { return value.map { [$0] } ?? [] }
            return list.map { relinked($0, value) }
        }
        guard var object = json as? [String: Any] else { return json }
        for (key, member) in object {
            switch key {
            case "path": object[key] = value ?? NSNull()
            case "url": object[key] = nil
            case "imageUrl": object[key] = value
            default: object[key] = relinked(member, value)
            }
        }
        return object
    }

    private static let pictures: [Fault] = [
        picture("no bytes") { _ in Data() },
        picture("a web page") { _ in Data("<!doctype html><html><script>alert(1)</script></html>".utf8) },
        picture("text") { _ in Data("not a picture".utf8) },
        picture("a ZIP archive") { _ in Data([0x50, 0x4B, 3, 4, 0, 0, 0, 0]) },
        picture("a GIF that says it is a PNG") { _ in Data("GIF89a\u{1}\0\u{1}\0\0\0\0;".utf8) },
        picture("a picture that is cut") { $0.prefix($0.count / 2) },
        picture("the first eight bytes of a picture") { $0.prefix(8) },
        picture("a picture of 2³² by 2³² pixels") { data in
            data.prefix(16) + Data(repeating: 0xFF, count: 8) + data.dropFirst(24)
        },
    ]

    private static func picture(_ name: String, _ change: @escaping @Sendable (Data) -> Data) -> Fault {
        changed(name, .result, in: FaultPhase.downloads, [.invalidResponse]) { $0.body = change($0.body) }
    }
}
