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
    /// HEIC, as telephones take pictures, and HEIF with other contents.
    public static let heic = ImageFormat(mediaType: "image/heic", fileExtension: "heic")
    /// The bitmap of Windows.
    public static let bmp = ImageFormat(mediaType: "image/bmp", fileExtension: "bmp")
    /// TIFF, of either order of bytes, BigTIFF too.
    public static let tiff = ImageFormat(mediaType: "image/tiff", fileExtension: "tiff")
    /// Scalable Vector Graphics, as text.
    public static let svg = ImageFormat(mediaType: "image/svg+xml", fileExtension: "svg")

    /// So many bytes are enough to tell: whatever is no picture by then is none.
    package static let signatureLength = 4096

    /// All formats: the other endings that their files go by, and how their first bytes are told. Nothing else in the package
    /// knows an ending.
    private static let table: [(format: ImageFormat, otherEndings: [String], begins: @Sendable (ByteView) -> Bool)] = [
        (.png, ["apng"], { $0.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) }),
        (.jpeg, ["jpeg", "jpe", "jfif"], { $0.bytes.starts(with: [0xFF, 0xD8, 0xFF]) }),
        (.gif, [], { $0.has("GIF87a", at: 0) || $0.has("GIF89a", at: 0) }),
        (.webp, [], { $0.has("RIFF", at: 0) && $0.has("WEBP", at: 8) }),
        (.avif, ["avifs"], { $0.isMedia(of: ["avif", "avis"]) }),
        (.heic, ["heif", "heics", "hif"], { $0.isMedia(of: ["heic", "heix", "heim", "heis", "hevc", "hevx"]) }),
        (.bmp, ["dib"], \.isBitmap),
        (
            .tiff, ["tif"],
            { view in ["II*\0", "MM\0*", "II+\0", "MM\0+"].contains { view.bytes.starts(with: $0.utf8) } }
        ),
        (.svg, [], \.isVectorGraphics),
    ]

    /// The endings of all formats between commas, for people.
    package static let listing = table.map(\.format.fileExtension).joined(separator: ", ")

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
        guard let found = Self.table.first(where: { $0.begins(head) }) else { return nil }
        self = found.format
    }

    /// The format that a file's ending promises. What the file is only its bytes tell.
    /// - Parameter ending: The ending without a dot, in any case.
    package init?(promisedBy ending: some StringProtocol) {
        let ending = ending.lowercased()
        guard
            let found = Self.table.first(where: {
                $0.format.fileExtension == ending || $0.otherEndings.contains(ending)
            })
        else { return nil }
        self = found.format
    }
}

extension ByteView {
    /// Whether these are an ISO media file of one of some brands: the first in it that says what it holds.
    fileprivate func isMedia(of brands: [StaticString]) -> Bool {
        guard let box = box(at: 0, end: bytes.count), has("ftyp", at: 4) else { return false }
        let known: [StaticString] = ["avif", "avis", "heic", "heix", "heim", "heis", "hevc", "hevx"]
        // The major one comes first, then a version, then the list.
        let places = stride(from: box.content.lowerBound, to: box.content.upperBound - 3, by: 4)
        let place = places.first { place in
            place != box.content.lowerBound + 4 && known.contains { has($0, at: place) }
        }
        return place.map { place in brands.contains { has($0, at: place) } } ?? false
    }

    /// Two letters would be little to go by: the length of the header behind them is one of a few as well.
    fileprivate var isBitmap: Bool {
        has("BM", at: 0) && little(4, at: 14).map([12, 40, 52, 56, 64, 108, 124].contains) == true
    }

    /// Whether the first element of a text is `svg`: behind a prologue, comments and a document type, and never within a
    /// page of HTML.
    fileprivate var isVectorGraphics: Bool {
        var rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        func begins(_ text: StaticString) -> Bool { has(text, at: rest.startIndex) }
        func skip(to end: StaticString) -> Bool {
            guard let place = rest.indices.first(where: { has(end, at: $0) }) else { return false }
            rest = rest[place...].dropFirst(end.utf8CodeUnitCount)
            return true
        }
        while true {
            rest = rest.drop { " \n\r\t".utf8.contains($0) }
            if begins("<?xml") {
                guard skip(to: "?>") else { return false }
            } else if begins("<!--") {
                guard skip(to: "-->") else { return false }
            } else if begins("<!DOCTYPE svg") {
                // With declarations of its own it ends behind them.
                let end = rest.first { "[>".utf8.contains($0) }
                guard skip(to: end == UInt8(ascii: "[") ? "]>" : ">") else { return false }
            } else {
                let name: StaticString = begins("<svg:svg") ? "<svg:svg" : "<svg"
                guard begins(name), let next = rest.dropFirst(name.utf8CodeUnitCount).first else { return false }
                return " \n\r\t/>".utf8.contains(next)
            }
        }
    }
}
