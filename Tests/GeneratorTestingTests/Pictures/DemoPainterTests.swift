import Foundation
import GeneratorTesting
import TestPace
import Testing

@testable import DemoPictures

@Suite("DemoPainter", .paced)
struct DemoPainterTests {
    @Test(
        "The same prompt, seed and size give the same bytes, today and on every platform",
        arguments: [
            ("A quiet harbour", UInt64(42), 160, 96, UInt64(0xD72E_0142_7487_75D3)),
            ("a red bicycle", UInt64(7), 96, 128, UInt64(0xCD7A_6F7D_20A0_7705)),
            ("金色の山", UInt64(3), 64, 64, UInt64(0x4C9D_9C94_3488_98C2)),
        ])
    func isDeterministic(prompt: String, seed: UInt64, width: Int, height: Int, hash: UInt64) {
        let painter = DemoPainter(prompt: prompt, seed: seed)
        let file = painter.png(width: width, height: height)
        #expect(file == DemoPainter(prompt: prompt, seed: seed).png(width: width, height: height))
        #expect(FNV1a.hash(file) == hash, "If the picture was changed on purpose, store the new hash.")
    }

    @Test(
        "Files are valid PNGs of the size asked for",
        arguments: [
            (1, 1), (2, 3), (1, 70), (70, 1), (32, 32), (257, 33), (33, 257), (256, 256), (640, 610),
        ])
    func filesAreValid(width: Int, height: Int) throws {
        for prompt in ["a boat in the harbour at night", "a fox in winter", "aurora", "neon city", ""] {
            let painter = DemoPainter(prompt: prompt, seed: 5)
            let picture = try DecodedPNG(painter.png(width: width, height: height))
            #expect(picture.width == width)
            #expect(picture.height == height)
            let isEqual = picture.bytes == painter.paint(width: width, height: height).bytes
            #expect(isEqual, "\(prompt)")
        }
    }

    @Test("Sizes are brought into 1...4096")
    func sizesAreLimited() {
        let painter = DemoPainter(prompt: "hills", seed: 1)
        #expect(painter.paint(width: 0, height: -3).bytes.count == 3)
        #expect(painter.paint(width: 9999, height: 1).width == 4096)
    }

    @Test(
        "Another seed gives another picture", arguments: ["A quiet harbour", "a red bicycle", "an otter in a ruff", ""])
    func seedsDiffer(prompt: String) {
        let pictures = (0..<6).map { DemoPainter(prompt: prompt, seed: $0).paint(width: 48, height: 48) }
        for (index, picture) in pictures.enumerated() {
            for other in pictures[..<index] { #expect(difference(picture, other) > 4) }
        }
    }

    @Test("Words choose the colours")
    func wordsMatter() {
        func mean(_ prompt: String) -> (red: Int, green: Int, blue: Int) {
            let bytes = DemoPainter(prompt: prompt, seed: 1).paint(width: 40, height: 40).bytes
            func sum(_ channel: Int) -> Int {
                stride(from: channel, to: bytes.count, by: 3).reduce(0) { $0 + Int(bytes[$1]) }
            }
            return (sum(0) / 1600, sum(1) / 1600, sum(2) / 1600)
        }
        let red = mean("everything is RED")
        #expect(red.red > red.blue + 40)
        let blue = mean("blue, only blue")
        #expect(blue.blue > blue.red + 20)
        let (night, day) = (mean("hills by night"), mean("hills at noon"))
        #expect(night.green + 60 < day.green)
    }

    @Test("A motif changes the picture, plural or not")
    func motifsAreDrawn() {
        let motifs = [
            "bicycle", "boat", "house", "tree", "cat", "fox", "lighthouse", "balloon",
        ]
        for motif in motifs {
            #expect(
                Scene(prompt: "Two \(motif)s at dusk!", seed: 1).motif == Scene(prompt: "A \(motif)", seed: 1).motif)
            #expect(Scene(prompt: "A \(motif)", seed: 1).motif != nil)
        }
        #expect(Scene(prompt: "an otter in a ruff", seed: 1).motif == nil)
        #expect(Scene(prompt: "a red bicycle", seed: 1).tint == RGB(0xC8322E))
        #expect(!Scene(prompt: "a cat by the sea", seed: 1).hasWater, "cats stay dry")
    }

    @Test("Previews come nearer and nearer to the picture")
    func previewsConverge() {
        let painter = DemoPainter(prompt: "mountains at sunset", seed: 11)
        let picture = painter.paint(width: 192, height: 160)
        let distances = [0, 0.25, 0.5, 0.75, 1].map { finished in
            difference(painter.paint(width: 192, height: 160, finished: finished), picture)
        }
        for (earlier, later) in zip(distances, distances.dropFirst()) { #expect(earlier > later) }
        #expect(distances[0] > 60, "mere noise")
        #expect(distances[3] < 20, "nearly done")
        #expect(distances[4] == 0)
        #expect(painter.paint(width: 1, height: 1, finished: -1).bytes.count == 3)
        #expect(painter.png(width: 64, height: 64, finished: 0.3) == painter.png(width: 64, height: 64, finished: 0.3))
    }

    @Test("Checksums have the published values")
    func checksums() {
        #expect(PNGEncoder.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(PNGEncoder.crc32(Array("IEND".utf8)) == 0xAE42_6082)
        #expect(FNV1a.hash("foobar".utf8) == 0x8594_4171_F739_67E8)
        var random = SplitMix64(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
    }

    @Test("Noise and flat pictures survive encoding too")
    func encoderIsLossless() throws {
        var random = SplitMix64(seed: 3)
        let noise = (0..<(61 * 47 * 3)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for bytes in [noise, [UInt8](repeating: 200, count: noise.count)] {
            let picture = try DecodedPNG(PNGEncoder().encode(Bitmap(width: 61, height: 47, bytes: bytes)))
            let isEqual = picture.bytes == bytes
            #expect(isEqual)
        }
    }

    /// The mean difference of the channels, from 0 to 255.
    private func difference(_ first: Bitmap, _ second: Bitmap) -> Double {
        var sum = 0
        for (one, other) in zip(first.bytes, second.bytes) { sum += abs(Int(one) - Int(other)) }
        return Double(sum) / Double(first.bytes.count)
    }
}
