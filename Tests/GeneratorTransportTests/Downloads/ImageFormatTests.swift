import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct ImageFormatTests {
    @Test(arguments: SamplePictures.all + [(Array("GIF89a".utf8), .gif)])
    func realPictures(_ bytes: [UInt8], _ format: ImageFormat) {
        #expect(ImageFormat(signature: bytes) == format)
        #expect(ImageFormat(signature: Data([0]) + bytes) == nil)
        #expect(ImageFormat(signature: (Data([0, 0]) + bytes).dropFirst(2)) == format)
    }

    @Test(arguments: SamplePictures.all + [([0, 0, 0, 24] + ftyp + Array("mif1\0\0\0\0heicavif".utf8), .heic)])
    func moreBytesDoNotChangeAnAnswer(_ bytes: [UInt8], _ format: ImageFormat) {
        for count in bytes.indices {
            let early = ImageFormat(signature: bytes.prefix(count))
            #expect(early == nil || early == format, "\(count)")
        }
    }

    @Test(arguments: [
        "<svg/>", "<svg>", " \n<svg viewBox='0 0 1 1'>", "<svg:svg xmlns:svg='http://www.w3.org/2000/svg'>",
        "<!DOCTYPE svg><svg>", "<!-- a --><!-- <html> --><svg>", "<?xml version='1.0'?><svg>",
    ])
    func vectorGraphics(_ text: String) { #expect(ImageFormat(signature: text.utf8) == .svg) }

    @Test(arguments: [
        "<svg", "<svgs/>", "svg", "<html><svg/></html>", "<!DOCTYPE html><svg/>", "<!-- <svg/>", "<?xml <svg/>",
        "<body><!-- --><svg/>", "&lt;svg&gt;", "<!DOCTYPE svg", "<?xml version='1.0'?><rss><svg/></rss>",
        "<p>no</p><svg></svg>",
    ])
    func pagesWithVectorGraphicsAreNone(_ text: String) { #expect(ImageFormat(signature: text.utf8) == nil) }

    @Test func whatEndingsPromise() {
        for (_, format) in SamplePictures.all {
            #expect(ImageFormat(promisedBy: format.fileExtension) == format)
            #expect(ImageFormat.listing.contains(format.fileExtension))
        }
        for (ending, format) in [
            ("JPEG", ImageFormat.jpeg), ("jfif", .jpeg), ("tif", .tiff), ("Heif", .heic), ("dib", .bmp),
        ] { #expect(ImageFormat(promisedBy: ending) == format) }
        for ending in ["", "html", "p", "mp4", "tmp", "ico"] { #expect(ImageFormat(promisedBy: ending) == nil) }
    }

    @Test func noOtherPlaceKnowsTheEndingsOfPictures() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
        let files =
            FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" } ?? []
        #expect(files.count > 100)
        let knowing = try files.filter { file in
            let text = try String(contentsOf: file, encoding: .utf8)
            return ["\"webp\"", "\"jpg\"", "\"avif\""].contains { text.contains($0) }
        }
        #expect(knowing.map(\.lastPathComponent) == ["ImageFormat.swift"])
    }

    @Test func names() {
        #expect(ImageFormat.jpeg.fileExtension == "jpg")
        #expect(ImageFormat.jpeg.mediaType == "image/jpeg")
        #expect(
            [ImageFormat.png, .webp, .gif, .avif].allSatisfy {
                $0.mediaType == "image/" + $0.fileExtension && $0.description == $0.mediaType
            })
    }

    static let ftyp = Array("ftyp".utf8)

    @Test(arguments: [
        [0, 0, 0, 20] + ftyp + Array("avis\0\0\0\0mif1".utf8),
        [0, 0, 0, 24] + ftyp + Array("mif1\0\0\0\0miafavif".utf8),
        [0, 0, 0, 24] + ftyp + Array("msf1\0\0\0\0miafavis".utf8),
        // Up to the end of the file, and with a 64-bit size.
        [0, 0, 0, 0] + ftyp + Array("mif1\0\0\0\0avif".utf8),
        [0, 0, 0, 1] + ftyp + [0, 0, 0, 0, 0, 0, 0, 28] + Array("mif1\0\0\0\0avif".utf8),
        [0, 0, 0, 1] + ftyp + [255, 255, 255, 255, 255, 255, 255, 255] + Array("avif".utf8),
        // A box larger than what is there so far.
        [0xFF, 0xFF, 0xFF, 0xFF] + ftyp + Array("avif".utf8),
    ])
    func brands(_ bytes: [UInt8]) {
        #expect(ImageFormat(signature: bytes) == .avif)
    }

    @Test(arguments: [
        // The brand stands behind the box, in the place of the version, or off the grid.
        [0, 0, 0, 20] + ftyp + Array("mif1\0\0\0\0miafavif".utf8),
        [0, 0, 0, 20] + ftyp + Array("mif1avifmiaf".utf8),
        [0, 0, 0, 24] + ftyp + Array("mif1\0\0\0\0  avif  ".utf8),
        [0, 0, 0, 4] + ftyp + Array("avif".utf8), [0, 0, 0, 8] + ftyp + Array("avif".utf8),
        [0, 0, 0, 1] + ftyp + [0, 0, 0, 0, 0, 0, 0, 15] + Array("avif".utf8),
        [0, 0, 0, 1] + ftyp, [0, 0, 0, 0] + ftyp,
        Array("<!DOCTYPE html><html>avif</html>".utf8), Array("<html>".utf8), Array("{\"error\":\"x\"}".utf8),
        Array("Not Found".utf8), [], [0],
        [0xFF, 0xD8], [0x89, 0x50, 0x4E, 0x47], Array("GIF88a".utf8), Array("RIFF\0\0\0\0WAVE".utf8),
        Array("\u{FEFF}<html>".utf8), Array("BM".utf8), Array("BM, a make of car, is no bitmap".utf8),
        Array("II*".utf8), Array("%PDF-1.7".utf8), [0x1F, 0x8B, 8, 0],
    ])
    func noPictures(_ bytes: [UInt8]) {
        #expect(ImageFormat(signature: bytes) == nil)
    }
}
