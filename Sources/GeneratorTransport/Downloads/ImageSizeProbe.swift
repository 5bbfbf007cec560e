/// Reads a picture's width and height from its first bytes, without decoding it. The bytes may be anything.
package enum ImageSizeProbe {
    /// So many bytes are worth having: a JPEG may keep thumbnails and colour profiles before its size.
    package static let headerLength = 256 << 10

    /// Reads the size.
    /// - Parameters:
    ///   - bytes: The beginning of the picture, or all of it; only ``headerLength`` bytes are looked at.
    ///   - format: The picture's format.
    /// - Returns: `nil` where the size is not among those bytes, or they make no sense.
    package static func size(of bytes: some Collection<UInt8>, format: ImageFormat) -> PixelSize? {
        // What stands at a fixed place stands at the beginning.
        let isLong = [.jpeg, .avif, .heic, .tiff].contains(format)
        let view = ByteView(Array(bytes.prefix(isLong ? headerLength : 64)))
        let size: PixelSize? =
            switch format {
            case .png: png(view)
            case .jpeg: jpeg(view)
            case .gif: make(view.little(2, at: 6), view.little(2, at: 8))
            case .webp: webp(view)
            case .avif, .heic: media(view)
            case .bmp: bitmap(view)
            case .tiff: tiff(view)
            default: nil
            }
        guard let size, size.width > 0, size.height > 0 else { return nil }
        return size
    }

    private static func make(_ width: Int?, _ height: Int?) -> PixelSize? {
        guard let width, let height else { return nil }
        return PixelSize(width: width, height: height)
    }

    private static func png(_ view: ByteView) -> PixelSize? {
        view.has("IHDR", at: 12) ? make(view.big(4, at: 16), view.big(4, at: 20)) : nil
    }

    /// Walks over the segments up to the first frame header.
    private static func jpeg(_ view: ByteView) -> PixelSize? {
        var offset = 2
        while view[offset] == 0xFF, let marker = view[offset + 1] {
            switch marker {
            case 0xFF: offset += 1  // fill
            case 0x01, 0xD0...0xD8: offset += 2  // no content
            case 0xD9, 0xDA: return nil  // the picture itself
            case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(marker):
                return make(view.big(2, at: offset + 7), view.big(2, at: offset + 5))
            default:
                // Shorter than itself, it ends on a byte that begins no marker.
                guard let length = view.big(2, at: offset + 2) else { return nil }
                offset += 2 + length
            }
        }
        return nil
    }

    private static func webp(_ view: ByteView) -> PixelSize? {
        if view.has("VP8X", at: 12) {
            return make(view.little(3, at: 24).map { $0 + 1 }, view.little(3, at: 27).map { $0 + 1 })
        }
        if view.has("VP8L", at: 12), view[20] == 0x2F, let bits = view.little(4, at: 21) {
            return make((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        }
        // A key frame, and the three bytes that begin each.
        if view.has("VP8 ", at: 12), let tag = view[20], tag & 1 == 0, view.big(3, at: 23) == 0x9D012A {
            return make(view.little(2, at: 26).map { $0 & 0x3FFF }, view.little(2, at: 28).map { $0 & 0x3FFF })
        }
        return nil
    }

    /// The largest of the sizes noted: a grid is larger than its tiles, a picture larger than its thumbnail.
    private static func media(_ view: ByteView) -> PixelSize? {
        let file = 0..<view.bytes.count
        guard let meta = contents("meta", in: file, of: view).first,
            // Four bytes of version and flags come before the boxes inside.
            let properties = contents("iprp", in: meta.dropFirst(4), of: view).first,
            let container = contents("ipco", in: properties, of: view).first
        else { return nil }
        // What is turned or cut when it is shown has another size then.
        guard contents("irot", in: container, of: view).isEmpty, contents("clap", in: container, of: view).isEmpty
        else {
            return nil
        }
        let sizes = contents("ispe", in: container, of: view).compactMap { content in
            content.count < 12
                ? nil : make(view.big(4, at: content.lowerBound + 4), view.big(4, at: content.lowerBound + 8))
        }
        // As floating point: the product of two hostile sizes does not fit an integer.
        return sizes.max { Double($0.width) * Double($0.height) < Double($1.width) * Double($1.height) }
    }

    /// Of a height below zero the rows come from the top down.
    private static func bitmap(_ view: ByteView) -> PixelSize? {
        if view.little(4, at: 14) == 12 { return make(view.little(2, at: 18), view.little(2, at: 20)) }
        func side(at offset: Int) -> Int? {
            view.little(4, at: offset).flatMap { Int(exactly: Int32(truncatingIfNeeded: $0).magnitude) }
        }
        return make(side(at: 18), side(at: 22))
    }

    /// The size in the first directory, where that stands at the beginning of the file.
    private static func tiff(_ view: ByteView) -> PixelSize? {
        let number = view.has("II", at: 0) ? view.little : view.big
        guard number(2, 2) == 42, let directory = number(4, 4), directory < headerLength,
            let count = number(2, directory)
        else { return nil }
        func value(of tag: Int) -> Int? {
            let entries = stride(from: directory + 2, to: directory + 2 + 12 * count, by: 12)
            guard let entry = entries.first(where: { number(2, $0) == tag }) else { return nil }
            return number(number(2, entry + 2) == 3 ? 2 : 4, entry + 8)
        }
        return make(value(of: 256), value(of: 257))
    }

    private static func contents(_ type: StaticString, in range: Range<Int>, of view: ByteView) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var next: Int? = range.lowerBound
        while let offset = next, let box = view.box(at: offset, end: range.upperBound) {
            if view.has(type, at: offset + 4) { found.append(box.content) }
            next = box.next
        }
        return found
    }
}
