import Foundation
import GeneratorTransport
import TestPace
import Testing

@testable import GeneratorCore

@Suite(.paced)
struct RequestCheckTests {
    typealias Change = @Sendable (inout GenerationRequest) -> Void

    private let capabilities = ModelCapabilities(
        size: ImageSizeRule(sides: 256...1024, multiple: 8, standard: PixelSize(width: 768, height: 512)),
        seed: 10...19, steps: 1...4, guidance: 1...10, negativePrompt: true, inputImages: 2)

    private func check(
        _ capabilities: ModelCapabilities, index: Int = 0, _ change: Change
    ) throws -> RequestCheck {
        var request = GenerationRequest(prompt: "A fox")
        change(&request)
        return try RequestCheck(request, index: index, capabilities: capabilities)
    }

    // MARK: Values that no model could mean

    static let senseless: [(String, Change)] = [
        ("count 0", { $0.count = 0 }), ("count -1", { $0.count = -1 }), ("count 1001", { $0.count = 1001 }),
        ("count max", { $0.count = .max }), ("seed -1", { $0.seed = -1 }), ("seed min", { $0.seed = .min }),
        ("steps 0", { $0.steps = 0 }), ("steps min", { $0.steps = .min }), ("guidance -1", { $0.guidance = -1 }),
        ("guidance nan", { $0.guidance = .nan }), ("guidance inf", { $0.guidance = .infinity }),
        ("width 0", { $0.size = .pixels(0, 512) }), ("height -8", { $0.size = .pixels(512, -8) }),
        ("width huge", { $0.size = .pixels(.max, 512) }), ("height huge", { $0.size = .pixels(512, 1_000_001) }),
        ("ratio 0", { $0.size = .aspectRatio(0, 1) }), ("ratio nan", { $0.size = .aspectRatio(0, 0) }),
        ("ratio inf", { $0.size = .aspectRatio(1, 0) }), ("ratio -1", { $0.size = .aspectRatio(-1, 1) }),
        ("ratio flat", { $0.size = .aspectRatio(101, 1) }), ("ratio thin", { $0.size = .aspectRatio(1, 101) }),
    ]

    @Test(arguments: senseless.indices) func refused(_ index: Int) throws {
        var request = GenerationRequest(prompt: "A fox")
        Self.senseless[index].1(&request)
        #expect(Self.senseless[index].0.isEmpty == false)
        #expect {
            try RequestCheck.validate(request)
        } throws: {
            ($0 as? GenerationError)?.code == .invalidRequest && ($0 as? GenerationError)?.wasAccepted == false
        }
    }

    static let sensible: [Change] = [
        { $0.count = 1000 }, { $0.seed = 0 }, { $0.seed = .max }, { $0.steps = 1 }, { $0.steps = .max },
        { $0.guidance = 0 }, { $0.guidance = 1e300 }, { $0.size = .pixels(1, 1_000_000) },
        { $0.size = .aspectRatio(16, 9) }, { $0.size = .aspectRatio(1, 100) }, { $0.size = ImageSize() },
    ]

    @Test(arguments: sensible.indices) func accepted(_ index: Int) throws {
        var request = GenerationRequest(prompt: "A fox")
        Self.sensible[index](&request)
        try RequestCheck.validate(request)
        // And no check of any of them overflows, whatever the model takes.
        for seeds in [0...0, 0...Int.max, Int.min...Int.max, Int.min...(-1), Int.max...Int.max, -5...5] {
            var capabilities = capabilities
            capabilities.seed = seeds
            for picture in [0, 1, 999] {
                let check = try RequestCheck(request, index: picture, capabilities: capabilities)
                if let seed = check.settings.seed { #expect(seeds.contains(seed)) }
            }
        }
    }

    // MARK: What a model takes

    static let adjusted: [(Change, String, JSONValue, JSONValue)] = [
        ({ $0.size = ImageSize(width: 1001) }, "width", 1001, 1000),
        ({ $0.size = ImageSize(width: 4000) }, "width", 4000, 1024),
        ({ $0.size = ImageSize(height: 1) }, "height", 1, 256),
        ({ $0.seed = 20 }, "seed", 20, 10), ({ $0.seed = 9 }, "seed", 9, 19), ({ $0.seed = 47 }, "seed", 47, 17),
        ({ $0.steps = 5 }, "steps", 5, 4), ({ $0.steps = .max }, "steps", .integer(.max), 4),
        ({ $0.guidance = 0.5 }, "guidance", 0.5, 1.0), ({ $0.guidance = 11 }, "guidance", 11.0, 10.0),
        ({ $0.size = .aspectRatio(100, 1) }, "aspectRatio", 100.0, 4.0),
        ({ $0.size = ImageSize(width: 1024, aspectRatio: 8) }, "aspectRatio", 8.0, 4.0),
    ]

    @Test(arguments: adjusted.indices) func adjustments(_ index: Int) throws {
        let (change, setting, requested, used) = Self.adjusted[index]
        let check = try check(capabilities, change)
        let warning = try #require(check.warnings.first)
        #expect(check.warnings.count == 1)
        #expect(warning.kind == .adjusted)
        #expect(warning.setting == setting)
        #expect(warning.requested == requested)
        #expect(warning.used == used)
        #expect(throws: GenerationError.self) {
            try self.check(capabilities) {
                change(&$0)
                $0.unsupported = .fail
            }
        }
    }

    @Test func severalAtOnce() throws {
        let check = try check(capabilities) {
            $0.size = .pixels(100, 2000)
            $0.steps = 9
        }
        #expect(check.warnings.map(\.setting) == ["width", "height", "steps"])
        #expect(check.settings.size == PixelSize(width: 256, height: 1024))
    }

    static let honoured: [Change] = [
        { _ in }, { $0.size = .pixels(1024, 256) }, { $0.size = .aspectRatio(3, 2) }, { $0.size = .aspectRatio(16, 9) },
        { $0.size = ImageSize(width: 512, aspectRatio: 1.3) }, { $0.seed = 10 }, { $0.seed = 19 }, { $0.steps = 4 },
        { $0.guidance = 1 }, { $0.negativePrompt = "blur" }, { $0.negativePrompt = " " },
        { $0.inputImages = [.data(Data()), .data(Data())] },
    ]

    @Test(arguments: honoured.indices) func nothingToSay(_ index: Int) throws {
        let check = try check(capabilities) {
            Self.honoured[index](&$0)
            $0.unsupported = .fail
        }
        #expect(check.warnings.isEmpty)
    }

    static let settings: [(Change, String)] = [
        ({ $0.size = .pixels(512, 512) }, "size"), ({ $0.size = .aspectRatio(1, 1) }, "size"),
        ({ $0.seed = 1 }, "seed"), ({ $0.steps = 1 }, "steps"), ({ $0.guidance = 1 }, "guidance"),
        ({ $0.negativePrompt = "blur" }, "negativePrompt"), ({ $0.inputImages = [.data(Data())] }, "inputImages"),
        ({ $0.messages = [ChatMessage(role: .user, parts: [.image(.data(Data()))])] }, "inputImages"),
    ]

    @Test(arguments: settings.indices) func unsupported(_ index: Int) throws {
        let (change, setting) = Self.settings[index]
        let check = try check(ModelCapabilities(), change)
        #expect(check.warnings.map(\.kind) == [.unsupported])
        #expect(check.warnings.map(\.setting) == [setting])
        #expect(check.settings == GenerationSettings())
        #expect(throws: GenerationError.self) {
            try self.check(ModelCapabilities()) {
                change(&$0)
                $0.unsupported = .fail
            }
        }
    }

    @Test func theLastInputImagesCount() throws {
        let images = (0..<4).map { ImageInput.data(Data([$0])) }
        let check = try check(capabilities) {
            $0.messages = [ChatMessage(role: .user, parts: [.image(images[0]), .image(images[1])])]
            $0.inputImages = [images[2], images[3]]
        }
        #expect(check.settings.inputImages == [images[2], images[3]])
        #expect(check.warnings.map(\.setting) == ["inputImages"])
        #expect(check.warnings.map(\.requested) == [4])
        #expect(check.warnings.map(\.used) == [2])
        let none = try self.check(ModelCapabilities(inputImages: -1)) { $0.inputImages = images }
        #expect(none.settings.inputImages.isEmpty)
    }

    @Test func theStandardSizeIsFittedInSilence() throws {
        var odd = capabilities
        odd.size?.standard = PixelSize(width: 5000, height: 5)
        let check = try check(odd) { _ in }
        #expect(check.settings.size == PixelSize(width: 1024, height: 256))
        #expect(check.warnings.isEmpty)
    }

    /// Different seeds stay different pictures as long as the range has room.
    @Test(arguments: [0...9, 10...19, -10...(-1), Int.max - 9...Int.max, -1009 ... -1000])
    func foldedSeedsStayDifferent(_ range: ClosedRange<Int>) throws {
        for first in [0, 5, 1_000_003, Int.max - 3] {
            let seeds = try (0..<10).map { index in
                try check(ModelCapabilities(seed: range), index: index) { $0.seed = first }.settings.seed
            }
            #expect(Set(seeds).count == 10, "\(first) in \(range): \(seeds)")
            #expect(seeds.allSatisfy { $0.map(range.contains) ?? false })
        }
    }
}
