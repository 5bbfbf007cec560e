import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import Gradio
import TestPace
import Testing

@Suite("Pictures of the embedded servers", .paced)
struct LoopbackPictureTests {
    private func decoded(_ width: Int, _ height: Int, finished: Double = 1) throws -> DecodedPNG {
        try DecodedPNG(
            LoopbackPicture(prompt: "a boat", seed: 7, width: width, height: height, finished: finished).gradient)
    }

    @Test(
        "gradients are valid PNGs of the size asked for",
        arguments: [(1, 1), (1, 70), (2, 3), (4, 2), (5, 1), (33, 257), (88, 9), (89, 9), (640, 610)])
    func sizes(width: Int, height: Int) throws {
        let picture = try decoded(width, height)
        #expect(picture.width == width && picture.height == height)
        // Each row has one colour, and the first is not the last.
        let rows = (0..<height).map { Array(picture.bytes[$0 * width * 3..<($0 + 1) * width * 3]) }
        let isPlain = rows.allSatisfy { row in row.indices.allSatisfy { row[$0] == row[$0 % 3] } }
        #expect(isPlain)
        if height > 8 { #expect(rows.first?.prefix(3) != rows.last?.prefix(3)) }
    }

    @Test("the same prompt, seed and size give the same bytes, today and on every platform; others give others")
    func isDeterministic() {
        func picture(_ prompt: String, _ seed: Int) -> Data {
            LoopbackPicture(prompt: prompt, seed: seed, width: 16, height: 16).gradient
        }
        #expect(
            FNV1a.hash(picture("a boat", 7)) == 0x180E_A937_CEC7_0FC3,
            "If the picture was changed on purpose, store the new hash.")
        let all = ["", "a boat", "a bout", "金色の山"].flatMap { prompt in [-1, 0, 1, .max].map { picture(prompt, $0) } }
        #expect(Set(all).count == all.count)
    }

    @Test("sizes are brought into 1...4096, and even the largest picture is small")
    func limits() {
        let picture = LoopbackPicture(prompt: "a boat", seed: 7, width: 0, height: .max)
        #expect(picture.width == 1 && picture.height == 4096)
        #expect(LoopbackPicture(prompt: "", seed: 1, width: 4096, height: 4096).gradient.count < 500_000)
    }

    @Test("previews come nearer and nearer to the picture")
    func previews() throws {
        let picture = try decoded(16, 16)
        let distances = try [0, 0.25, 0.5, 0.75, 1].map { finished in
            zip(try decoded(16, 16, finished: finished).bytes, picture.bytes).reduce(0) {
                $0 + abs(Int($1.0) - Int($1.1))
            }
        }
        #expect(distances == distances.sorted(by: >))
        #expect(Set(distances).count == 5)
        #expect(distances.last == 0)
    }

    @Test("a Space shows what a test's own painter makes, on the way and in the end")
    func painter() async throws {
        let wishes = Locked<[LoopbackPicture]>([])
        @Sendable func file(_ picture: LoopbackPicture) -> Data {
            LoopbackPicture(prompt: "mine", seed: picture.seed, width: picture.height, height: 8).gradient
        }
        let space = try LoopbackSpace(
            pace: .zero,
            painter: { picture in
                wishes.withLock { $0.append(picture) }
                return file(picture)
            })
        let provider = GradioProvider(url: space.url, endpoint: "/infer_1")
        let image = try await provider.image("a boat", size: .pixels(256, 320), seed: 7)
        let data = try await image.load().data
        let whole = LoopbackPicture(prompt: "a boat", seed: 7, width: 256, height: 320)
        #expect(data == file(whole))
        let asked = wishes.withLock { $0 }
        #expect(asked.last == whole)
        #expect(asked.contains { $0.finished < 1 && $0.prompt == "a boat" })
    }
}
