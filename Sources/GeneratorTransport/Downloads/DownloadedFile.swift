public import Foundation

/// A picture that was saved to disk.
public struct DownloadedFile: Sendable {
    /// The file. Its extension is that of the format that its bytes have.
    public let file: URL
    /// The file's size in bytes.
    public let byteCount: Int
    /// The format that the bytes have, whatever the server calls it.
    public let format: ImageFormat
    /// Width and height; `nil` if they are not in the first 256 KiB of the file.
    public let size: PixelSize?
    /// The URL that answered, after redirects; `nil` for bytes that were already there.
    public let url: URL?
    /// The media type that the server declared, which need not be true; `nil` for bytes that were already there.
    public let mediaType: String?
}
