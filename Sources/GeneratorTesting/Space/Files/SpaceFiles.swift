import Foundation
import GeneratorTransport

/// The files of an embedded Space: what it painted, and what was uploaded. All in memory; the oldest go first, as real
/// Spaces delete theirs.
final class SpaceFiles: Sendable {
    struct File: Sendable {
        let bytes: Data
        let type: String
        let date: Date
    }

    /// What is kept together, so that previews never push out a result.
    enum Shelf: Sendable, CaseIterable {
        case pictures, previews, uploads
    }

    /// So many bytes may an upload have.
    static let uploadLimit = 16 << 20
    /// So many files and bytes stay on a shelf.
    private static let countLimit = 64
    private static let byteLimit = 256 << 20

    private struct Content {
        var files: [String: File] = [:]
        var order: [Shelf: [String]] = [:]
        var size: [Shelf: Int] = [:]
    }

    private let content = Locked(Content())

    /// Keeps a file under a path that follows from its content.
    func keep(_ bytes: Data, name: String, on shelf: Shelf) -> String {
        let digits = String(FNV1a.hash(bytes), radix: 16)
        let path = "/tmp/gradio/\(String(repeating: "0", count: 64 - digits.count))\(digits)/\(name)"
        content.withLock { content in
            guard content.files[path] == nil else { return }
            content.files[path] = File(bytes: bytes, type: Self.type(of: name), date: Date())
            content.order[shelf, default: []].append(path)
            content.size[shelf, default: 0] += bytes.count
            while let order = content.order[shelf], order.count > 1,
                order.count > Self.countLimit || content.size[shelf, default: 0] > Self.byteLimit
            {
                content.order[shelf]?.removeFirst()
                let old = content.files.removeValue(forKey: order[0])
                content.size[shelf, default: 0] -= old?.bytes.count ?? 0
            }
        }
        return path
    }

    func file(at path: String) -> File? { content.withLock { $0.files[path] } }

    private static func type(of name: String) -> String {
        let ending = name.split(separator: ".").last ?? ""
        if let format = ImageFormat(promisedBy: ending) { return format.mediaType }
        return ending.lowercased() == "txt" ? "text/plain; charset=utf-8" : "application/octet-stream"
    }
}
