/// The size a caller asks for: pixels, a ratio, or one side and a ratio.
public struct ImageSize: Sendable, Hashable, Codable {
    /// The width in pixels, 1 to 1,000,000, if asked for. What is outside of that ends a generation with `invalidRequest`.
    public var width: Int?
    /// The height in pixels, as the width, if asked for.
    public var height: Int?
    /// Width divided by height, 0.01 to 100, if asked for; counts where a side is missing.
    public var aspectRatio: Double?

    /// Makes a size. What is left out follows from the rest, or from the model's default.
    /// - Parameters:
    ///   - width: The width in pixels.
    ///   - height: The height in pixels.
    ///   - aspectRatio: Width divided by height.
    public init(width: Int? = nil, height: Int? = nil, aspectRatio: Double? = nil) {
        self.width = width
        self.height = height
        self.aspectRatio = aspectRatio
    }

    /// A size in pixels.
    /// - Parameters:
    ///   - width: Pixels from left to right.
    ///   - height: Pixels from top to bottom.
    /// - Returns: The size.
    public static func pixels(_ width: Int, _ height: Int) -> ImageSize { ImageSize(width: width, height: height) }

    /// A shape; the model's usual number of pixels is kept.
    /// - Parameters:
    ///   - width: The width, in any unit.
    ///   - height: The height, in the same unit.
    /// - Returns: The size.
    public static func aspectRatio(_ width: Double, _ height: Double) -> ImageSize {
        ImageSize(aspectRatio: width / height)
    }
}

/// The sizes that a model can make.
public struct ImageSizeRule: Sendable, Hashable {
    /// The range of the width in pixels.
    public var width: ClosedRange<Int>
    /// The range of the height in pixels.
    public var height: ClosedRange<Int>
    /// Each side is rounded down to a multiple of this.
    public var multiple: Int
    /// The size where none is asked for.
    public var standard: PixelSize

    /// Makes a rule.
    /// - Parameters:
    ///   - sides: The range of each side in pixels.
    ///   - multiple: Each side is rounded down to a multiple of this.
    ///   - standard: The size where none is asked for.
    public init(sides: ClosedRange<Int>, multiple: Int, standard: PixelSize) {
        width = sides
        height = sides
        self.multiple = Swift.max(1, multiple)
        self.standard = standard
    }

    /// The size that a wish leads to, before it is rounded.
    /// - Parameter wish: What the caller asked for.
    /// - Returns: Both sides.
    public func wished(_ wish: ImageSize?) -> PixelSize {
        guard let wish else { return standard }
        if let ratio = wish.aspectRatio, ratio.isFinite, ratio > 0 {
            // Enough for any picture, and far from what an integer cannot hold.
            func side(_ length: Double) -> Int { Int(Swift.min(Swift.max(length, 1), 1e6).rounded()) }
            if let width = wish.width {
                return PixelSize(width: width, height: wish.height ?? side(Double(width) / ratio))
            }
            if let height = wish.height { return PixelSize(width: side(Double(height) * ratio), height: height) }
            let area = Double(standard.width) * Double(standard.height)
            return PixelSize(width: side((area * ratio).squareRoot()), height: side((area / ratio).squareRoot()))
        }
        return PixelSize(width: wish.width ?? standard.width, height: wish.height ?? standard.height)
    }

    /// The nearest size that the model can make.
    /// - Parameter size: Any size.
    /// - Returns: Each side rounded down to the multiple and kept in its range.
    public func fitted(_ size: PixelSize) -> PixelSize {
        PixelSize(width: fitted(size.width, into: width), height: fitted(size.height, into: height))
    }

    private func fitted(_ side: Int, into range: ClosedRange<Int>) -> Int {
        // The range's own ends need not be multiples: a bound that is not one gives way inwards where it can.
        // Ranges and multiples may come from a server: no value of theirs may overflow, and no side be empty.
        let multiple = Swift.max(1, multiple)
        let lower = Swift.max(1, range.lowerBound), upper = Swift.max(lower, range.upperBound)
        let highest = upper - upper % multiple
        let (lowest, overflow) = (lower - 1).addingReportingOverflow(multiple - (lower - 1) % multiple)
        guard !overflow, lowest <= highest else { return Swift.min(Swift.max(side, lower), upper) }
        return Swift.min(Swift.max(side - side % multiple, lowest), highest)
    }
}
