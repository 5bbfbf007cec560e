public import Foundation

/// A picture in memory.
public struct DownloadedImage: Sendable {
    /// The picture's bytes as they came.
    public let data: Data
    /// The format that the bytes have, whatever the server calls it.
    public let format: ImageFormat
    /// Width and height; `nil` if they are not in the first 256 KiB of the file.
    public let size: PixelSize?
    /// The URL that answered, after redirects; `nil` for bytes that came with an answer.
    public let url: URL?
    /// The media type that the server declared, which need not be true.
    public let mediaType: String?

    init(data: Data, format: ImageFormat, url: URL?, mediaType: String?) {
        self.data = data
        self.format = format
        self.url = url
        self.mediaType = mediaType
        size = ImageSizeProbe.size(of: data, format: format)
    }

    /// Reads a picture from bytes that are already here.
    /// - Throws: ``TransportError`` (`invalidResponse`) for what is no picture.
    package init(data: Data) throws {
        guard let format = ImageFormat(signature: data) else {
            throw TransportError(notPictureDeclaredAs: nil, isEmpty: data.isEmpty)
        }
        self.init(data: data, format: format, url: nil, mediaType: nil)
    }
}
