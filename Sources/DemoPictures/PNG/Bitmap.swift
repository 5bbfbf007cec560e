/// A picture as rows of pixels, each pixel three bytes: red, green, blue.
struct Bitmap: Equatable, Sendable {
    /// Pixels in a row, at least 1.
    let width: Int
    /// Rows, at least 1.
    let height: Int
    /// `width * height * 3` bytes, rows from top to bottom.
    let bytes: [UInt8]

    /// Wraps bytes as a picture.
    ///
    /// - Parameters:
    ///   - width: Pixels in a row, at least 1.
    ///   - height: Rows, at least 1.
    ///   - bytes: Exactly `width * height * 3` bytes.
    init(width: Int, height: Int, bytes: [UInt8]) {
        self.width = width
        self.height = height
        self.bytes = bytes
    }
}
