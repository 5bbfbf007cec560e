import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct ImageSizeProbeTests {
    /// Those whose size can be read.
    static let samples = SamplePictures.all.filter { ![.heic, .svg].contains($0.format) }
    static let formats: [ImageFormat] = [.png, .jpeg, .gif, .webp, .avif, .bmp, .tiff]

    @Test(arguments: samples) func realPictures(_ bytes: [UInt8], _ format: ImageFormat) {
        #expect(ImageSizeProbe.size(of: bytes, format: format) == PixelSize(width: 37, height: 21))
    }

    @Test(arguments: samples) func truncations(_ bytes: [UInt8], _ format: ImageFormat) {
        for count in bytes.indices {
            let size = ImageSizeProbe.size(of: bytes.prefix(count), format: format)
            #expect(size == nil || size == PixelSize(width: 37, height: 21), "\(count)")
        }
    }

    @Test(arguments: samples) func mutations(_ bytes: [UInt8], _ format: ImageFormat) {
        for index in bytes.indices {
            for value: UInt8 in [0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF] {
                var bytes = bytes
                bytes[index] = value
                if index + 1 < bytes.count, value > 2 { bytes[index + 1] = value }
                expectSane(bytes, format)
            }
        }
    }

    @Test(arguments: formats) func noise(_ format: ImageFormat) throws {
        var random = SplitMix(state: 0x1234_5678)
        let beginnings = Self.samples.filter { $0.1 == format }.map(\.0)
        for round in 0..<600 {
            let noise = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let beginning = try #require(beginnings.randomElement(using: &random))
            expectSane(noise, format)
            expectSane(beginning.prefix(Int.random(in: 2...64, using: &random)) + noise, format)
            // Bytes that formats give a meaning to.
            expectSane(beginning.prefix(2) + noise.map { [0, 0xFF, 0xC0, 0xD8, 1, $0][Int($0) % 6] }, format)
            if round % 100 == 0 { expectSane(Array(repeating: UInt8(round / 100), count: 300_000), format) }
        }
    }

    private func expectSane(_ bytes: [UInt8], _ format: ImageFormat) {
        _ = ImageFormat(signature: bytes)
        guard let size = ImageSizeProbe.size(of: bytes, format: format) else { return }
        #expect(size.width > 0 && size.height > 0)
    }

    @Test func whatIsCutWhenShownHasNoSizeToTell() {
        #expect(ImageSizeProbe.size(of: SamplePictures.heic, format: .heic) == nil)
        var whole = SamplePictures.heic
        // The same without the property that cuts it.
        if let place = Data(whole).range(of: Data("clap".utf8))?.lowerBound { whole[place] = UInt8(ascii: "x") }
        #expect(ImageSizeProbe.size(of: whole, format: .heic) == PixelSize(width: 64, height: 64))
    }

    @Test func bitmapsOfAllKinds() {
        var upright = SamplePictures.bmp
        upright.replaceSubrange(22..<26, with: [0xEB, 0xFF, 0xFF, 0xFF])  // -21: from the top down
        #expect(ImageSizeProbe.size(of: upright, format: .bmp) == PixelSize(width: 37, height: 21))
        let old = Array("BM".utf8) + Array(repeating: 0, count: 12) + [12, 0, 0, 0, 37, 0, 21, 0]
        #expect(ImageFormat(signature: old) == .bmp)
        #expect(ImageSizeProbe.size(of: old, format: .bmp) == PixelSize(width: 37, height: 21))
    }

    @Test func tiffWithItsMostSignificantBytesFirst() {
        let entries: [UInt8] = [1, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 37, 1, 1, 0, 3, 0, 0, 0, 1, 0, 21, 0, 0]
        let tiff = Array("MM\0*".utf8) + [0, 0, 0, 8, 0, 2] + entries
        #expect(ImageFormat(signature: tiff) == .tiff)
        #expect(ImageSizeProbe.size(of: tiff, format: .tiff) == PixelSize(width: 37, height: 21))
    }

    @Test func jpegSegmentsAreSkipped() {
        let segment: [UInt8] = [0xFF, 0xE1, 0xFF, 0xFF] + Array(repeating: 0xFF, count: 0xFFFD)
        let table: [UInt8] = [0xFF, 0xC4, 0, 5, 0xC0, 0xC0, 0xC0]
        let frame: [UInt8] = [0xFF, 0xFF, 0xFF, 0xC1, 0, 17, 8, 0x12, 0x34, 0x56, 0x78]
        let jpeg = [0xFF, 0xD8] + segment + segment + table + [0xFF, 0x01] + frame
        #expect(ImageSizeProbe.size(of: jpeg, format: .jpeg) == PixelSize(width: 0x5678, height: 0x1234))
    }

    @Test(
        arguments: [
            [0xFF, 0xD8, 0xFF, 0xE0, 0, 0], [0xFF, 0xD8, 0xFF, 0xE0, 0, 1], [0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF],
            [0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0xFF, 0xC0, 0, 17, 8, 0, 1, 0, 1],
            [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0, 0, 0, 1], [0xFF, 0xD8, 0x00, 0xC0, 0, 17, 8, 0, 1, 0, 1],
        ] as [[UInt8]])
    func senselessJPEG(_ bytes: [UInt8]) {
        #expect(ImageSizeProbe.size(of: bytes, format: .jpeg) == nil)
    }

    @Test func sizeBeyondTheHeaderIsUnknown() {
        let segment: [UInt8] = [0xFF, 0xE1, 0xFF, 0xFF] + Array(repeating: 0, count: 0xFFFD)
        let jpeg = [0xFF, 0xD8] + Array(repeatElement(segment, count: 5).joined()) + SamplePictures.jpeg.dropFirst(2)
        #expect(ImageSizeProbe.size(of: jpeg, format: .jpeg) == nil)
    }

    // MARK: AVIF

    private func box(_ type: String, _ content: [UInt8], size: [UInt8]? = nil) -> [UInt8] {
        let count = UInt32(content.count + 8)
        return (size ?? [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }) + Array(type.utf8) + content
    }

    private func avif(_ properties: [UInt8], metaSize: [UInt8]? = nil, ipcoSize: [UInt8]? = nil) -> [UInt8] {
        let ipco = box("iprp", box("ipco", properties, size: ipcoSize))
        return box("ftyp", Array("avif\0\0\0\0".utf8))
            + box("meta", [0, 0, 0, 0] + box("hdlr", [1, 2, 3]) + ipco, size: metaSize)
    }

    private func ispe(_ size: UInt8...) -> [UInt8] { box("ispe", [0, 0, 0, 0] + size) }

    @Test func largestSizeWins() {
        let tile = ispe(0, 0, 2, 0, 0, 0, 2, 0)
        let grid = ispe(0, 0, 4, 0, 0, 0, 3, 0)
        let wanted = PixelSize(width: 1024, height: 768)
        #expect(ImageSizeProbe.size(of: avif(tile + box("pixi", [1]) + grid + tile), format: .avif) == wanted)
        #expect(ImageSizeProbe.size(of: avif(grid, metaSize: [0, 0, 0, 0]), format: .avif) == wanted)
        #expect(ImageSizeProbe.size(of: avif(grid, metaSize: [255, 255, 255, 255]), format: .avif) == wanted)
        #expect(ImageSizeProbe.size(of: avif(grid, ipcoSize: [255, 255, 255, 255]), format: .avif) == wanted)
    }

    @Test func hostileSizesDoNotOverflow() {
        let huge = ispe(255, 255, 255, 255, 255, 255, 255, 255)
        let size = ImageSizeProbe.size(of: avif(huge + huge), format: .avif)
        #expect(size == PixelSize(width: 0xFFFF_FFFF, height: 0xFFFF_FFFF))
        #expect(ImageSizeProbe.size(of: avif(ispe(0, 0, 0, 0, 0, 0, 0, 1)), format: .avif) == nil)
        #expect(ImageSizeProbe.size(of: avif(ispe(0, 0, 0, 1)), format: .avif) == nil)
        #expect(ImageSizeProbe.size(of: avif(huge, ipcoSize: [0, 0, 0, 7]), format: .avif) == nil)
        for high: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
            let long = [0, 0, 0, 1] + Array("meta".utf8) + [high] + Array(repeating: 0xFF, count: 7) + [0, 0, 0, 0]
            _ = ImageSizeProbe.size(of: box("ftyp", Array("avif".utf8)) + long + huge, format: .avif)
        }
    }
}

/// A generator that repeats itself, so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
