internal import Foundation

/// A picture's file format, told by its first bytes and not by what a server calls it. More formats may be added.
public struct ImageFormat: Sendable, Hashable, CustomStringConvertible {
    /// The media type: `"image/jpeg"`.
    public let mediaType: String
    /// The usual extension of a file name, without a dot: `"jpg"`.
    public let fileExtension: String

    /// The media type.
    public var description: String { mediaType }

    /// Portable Network Graphics.
    public static let png = ImageFormat(mediaType: "image/png", fileExtension: "png")
    /// JPEG, in any of its containers.
    public static let jpeg = ImageFormat(mediaType: "image/jpeg", fileExtension: "jpg")
    /// WebP, lossy or lossless.
    public static let webp = ImageFormat(mediaType: "image/webp", fileExtension: "webp")
    /// GIF, still or animated.
    public static let gif = ImageFormat(mediaType: "image/gif", fileExtension: "gif")
    /// AVIF, still or a sequence.
    public static let avif = ImageFormat(mediaType: "image/avif", fileExtension: "avif")

    /// So many bytes are enough to tell: whatever is no picture by then is none.
    package static let signatureLength = 4096

    private init(mediaType: String, fileExtension: String) {
        self.mediaType = mediaType
        self.fileExtension = fileExtension
    }

    /// Tells the format from a picture's first bytes; `nil` where they are too few, or not those of a known format.
    ///
    /// Once there is an answer, more bytes do not change it.
    /// - Parameter bytes: The beginning of the picture, or all of it; the first 4096 bytes are looked at.
    public init?(signature bytes: some Collection<UInt8>) {
        let head = ByteView(Array(bytes.prefix(Self.signatureLength)))
        if head.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if head.bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if head.has("GIF87a", at: 0) || head.has("GIF89a", at: 0) {
            self = .gif
        } else if head.has("RIFF", at: 0), head.has("WEBP", at: 8) {
            self = .webp
        } else if Self.isAVIF(head) {
            self = .avif
        } else {
            return nil
        }
    }

    /// The brand stands in the first box, as the major one or in the list behind it.
    private static func isAVIF(_ head: ByteView) -> Bool {
        guard let box = head.box(at: 0, end: head.bytes.count), head.has("ftyp", at: 4) else { return false }
        let brands = stride(from: box.content.lowerBound, to: box.content.upperBound - 3, by: 4)
        return brands.contains { offset in
            let isVersion = offset == box.content.lowerBound + 4
            return !isVersion && (head.has("avif", at: offset) || head.has("avis", at: offset))
        }
    }
}
