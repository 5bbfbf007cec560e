/// The pixels being painted, as `0xRRGGBB`, rows from top to bottom.
///
/// A class around plain memory, because unoptimised builds pay dearly for array subscripts.
final class Canvas {
    let width: Int
    let height: Int
    let pixels: UnsafeMutablePointer<UInt32>

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = .allocate(capacity: width * height)
        pixels.initialize(repeating: 0, count: width * height)
    }

    deinit {
        pixels.deallocate()
    }

    /// Mixes two colours; `share` is 0 for `below` and 256 for `above`.
    static func blend(_ below: UInt32, _ above: UInt32, _ share: Int) -> UInt32 {
        let a = UInt32(truncatingIfNeeded: share)
        let b = 256 &- a
        let outer = ((below & 0xFF00FF) &* b &+ (above & 0xFF00FF) &* a &+ 0x800080) &>> 8
        let green = ((below & 0x00FF00) &* b &+ (above & 0x00FF00) &* a &+ 0x008000) &>> 8
        return (outer & 0xFF00FF) | (green & 0x00FF00)
    }

    /// Fills an outline with anti-aliased edges.
    ///
    /// - Parameters:
    ///   - outline: The shape, in pixels.
    ///   - color: The colour, at the top of the shape if there is a `lower` one.
    ///   - lower: The colour at the bottom.
    ///   - opacity: From 0 to 1.
    func fill(_ outline: Outline, _ color: RGB, to lower: RGB? = nil, opacity: Double = 1) {
        guard let bounds = outline.bounds else { return }
        let firstRow = max(0, Int(max(-1, bounds.top.rounded(.down))))
        let endRow = min(height, Int(min(Double(height), bounds.bottom.rounded(.up))))
        guard firstRow < endRow, bounds.right > 0, bounds.left < Double(width) else { return }
        let left = max(0, Int(bounds.left.rounded(.down)))
        let right = min(width - 1, Int(min(Double(width), bounds.right)))
        var coverage = Coverage(outline: outline, left: left, right: right)
        let alpha = Int(opacity * 256 + 0.5)
        let depth = bounds.bottom - bounds.top
        for row in firstRow..<endRow {
            var paint = color
            if let lower { paint = color.mixed(with: lower, (Double(row) + 0.5 - bounds.top) / depth) }
            coverage.scan(row: row)
            coverage.paint(pixels + row * width, paint.packed, alpha: alpha)
        }
    }

    /// The picture as bytes.
    func bitmap() -> Bitmap {
        let count = width * height
        let bytes = [UInt8](unsafeUninitializedCapacity: count * 3) { buffer, initializedCount in
            guard var target = buffer.baseAddress else { return }
            var source = pixels
            var left = count
            while left > 0 {
                let pixel = source.pointee
                target[0] = UInt8(truncatingIfNeeded: pixel &>> 16)
                target[1] = UInt8(truncatingIfNeeded: pixel &>> 8)
                target[2] = UInt8(truncatingIfNeeded: pixel)
                target += 3
                source += 1
                left &-= 1
            }
            initializedCount = count * 3
        }
        return Bitmap(width: width, height: height, bytes: bytes)
    }
}
