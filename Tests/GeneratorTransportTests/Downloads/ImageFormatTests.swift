import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct ImageFormatTests {
    @Test(arguments: [
        (SamplePictures.png, ImageFormat.png), (SamplePictures.jpeg, .jpeg), (SamplePictures.progressiveJPEG, .jpeg),
        (SamplePictures.gif, .gif), (Array("GIF89a".utf8), .gif), (SamplePictures.lossyWebP, .webp),
        (SamplePictures.losslessWebP, .webp), (SamplePictures.extendedWebP, .webp), (SamplePictures.avif, .avif),
    ])
    func realPictures(_ bytes: [UInt8], _ format: ImageFormat) {
        #expect(ImageFormat(signature: bytes) == format)
        #expect(ImageFormat(signature: Data([0]) + bytes) == nil)
        #expect(ImageFormat(signature: (Data([0, 0]) + bytes).dropFirst(2)) == format)
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
        [0, 0, 0, 24] + ftyp + Array("heic\0\0\0\0mif1heic".utf8),
        // The brand stands behind the box, in the place of the version, or off the grid.
        [0, 0, 0, 20] + ftyp + Array("mif1\0\0\0\0miafavif".utf8),
        [0, 0, 0, 20] + ftyp + Array("mif1avifmiaf".utf8),
        [0, 0, 0, 24] + ftyp + Array("mif1\0\0\0\0  avif  ".utf8),
        [0, 0, 0, 4] + ftyp + Array("avif".utf8), [0, 0, 0, 8] + ftyp + Array("avif".utf8),
        [0, 0, 0, 1] + ftyp + [0, 0, 0, 0, 0, 0, 0, 15] + Array("avif".utf8),
        [0, 0, 0, 1] + ftyp, [0, 0, 0, 0] + ftyp,
        Array("<!DOCTYPE html><html>avif</html>".utf8), Array("<html>".utf8), Array("{\"error\":\"x\"}".utf8),
        Array("Not Found".utf8), Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8), [], [0],
        [0xFF, 0xD8], [0x89, 0x50, 0x4E, 0x47], Array("GIF88a".utf8), Array("RIFF\0\0\0\0WAVE".utf8),
        Array("\u{FEFF}<html>".utf8), Array("BM".utf8), Array("%PDF-1.7".utf8), [0x1F, 0x8B, 8, 0],
    ])
    func noPictures(_ bytes: [UInt8]) {
        #expect(ImageFormat(signature: bytes) == nil)
    }
}
