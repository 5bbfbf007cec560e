/// Width and height of a picture, in pixels as stored (a rotation noted in its metadata is not applied).
public struct PixelSize: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Pixels from left to right, at least 1.
    public let width: Int
    /// Pixels from top to bottom, at least 1.
    public let height: Int

    /// Makes a size.
    /// - Parameters:
    ///   - width: Pixels from left to right.
    ///   - height: Pixels from top to bottom.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Width and height: `"1024x768"`.
    public var description: String { "\(width)x\(height)" }
}
