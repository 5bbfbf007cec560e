/// A picture as rows of pixels, each pixel three bytes: red, green, blue.
package struct Bitmap: Equatable, Sendable {
    /// Pixels in a row, at least 1.
    package let width: Int
    /// Rows, at least 1.
    package let height: Int
    /// `width * height * 3` bytes, rows from top to bottom.
    package let bytes: [UInt8]

    /// Wraps bytes as a picture.
    ///
    /// - Parameters:
    ///   - width: Pixels in a row, at least 1.
    ///   - height: Rows, at least 1.
    ///   - bytes: Exactly `width * height * 3` bytes.
    package init(width: Int, height: Int, bytes: [UInt8]) {
        precondition(width > 0 && height > 0 && bytes.count == width * height * 3, "the bytes must fill the picture")
        self.width = width
        self.height = height
        self.bytes = bytes
    }
}
