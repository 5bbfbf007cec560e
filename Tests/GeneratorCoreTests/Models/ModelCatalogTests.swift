import Foundation
import GeneratorCore
import TestPace
import Testing

@Suite(.paced)
struct ModelCatalogTests {
    private func catalog(_ unknown: ModelCatalog.UnknownModelPolicy = .reject) -> ModelCatalog {
        ModelCatalog(
            ModelDescriptor("flux-dev", capabilities: ModelCapabilities(steps: 1...50)),
            [
                ModelDescriptor("janus-pro-7b", kinds: [.text, .vision]), ModelDescriptor("writer", kinds: [.text]),
                ModelDescriptor("janus-pro-7b-image"),
            ], aliases: ["flux": "flux-dev", "janus": "janus-pro-7b", "art": "flux-dev"], unknownModels: unknown)
    }

    static let known: [(String?, String, ModelResolution.Route)] = [
        (nil, "flux-dev", .byDefault), ("", "flux-dev", .byDefault), (" \n", "flux-dev", .byDefault),
        ("flux-dev", "flux-dev", .exact), (" flux-dev ", "flux-dev", .exact), ("flux", "flux-dev", .alias),
        ("janus", "janus-pro-7b", .alias), ("janus-pro-7b-image", "janus-pro-7b-image", .exact),
    ]

    @Test(arguments: known.indices) func names(_ index: Int) throws {
        let (name, id, route) = Self.known[index]
        for policy in [ModelCatalog.UnknownModelPolicy.reject, .passThrough, .useDefault] {
            let found = try catalog(policy).resolve(name)
            #expect(found.model.id == id)
            #expect(found.route == route)
            #expect(found.model.capabilities.steps == (id == "flux-dev" ? 1...50 : nil))
        }
    }

    @Test func unknownNames() throws {
        let passed = try catalog(.passThrough).resolve("sdxl")
        #expect(passed.model == ModelDescriptor("sdxl") && passed.route == .passedThrough)
        let replaced = try catalog(.useDefault).resolve("sdxl")
        #expect(replaced.model.id == "flux-dev" && replaced.route == .fallback)
    }

    @Test func passedThroughWithWhatItIsBelievedToTake() throws {
        var catalog = catalog(.passThrough)
        catalog.passedThrough = ModelCapabilities(seed: 0...9, negativePrompt: true)
        #expect(try catalog.resolve("sdxl").model.capabilities == catalog.passedThrough)
        #expect(try catalog.resolve("flux").model.capabilities.seed == nil)
        let made = ModelCatalog(
            ModelDescriptor("a"), unknownModels: .passThrough, passedThrough: ModelCapabilities(steps: 1...2))
        #expect(try made.resolve("b").model.capabilities.steps == 1...2)
    }

    @Test(arguments: [("flx", "flux"), ("Janus-Pro-7b", "janus-pro-7b"), ("janus-pro-7b-imag", "janus-pro-7b-image")])
    func rejectedWithTheNearest(_ name: String, _ nearest: String) throws {
        #expect {
            try catalog().resolve(name)
        } throws: {
            guard let error = $0 as? GenerationError, error.code == .unknownModel else { return false }
            let first = error.message.range(of: "Try ").map { error.message[$0.upperBound...] }
            return error.wasAccepted == false && first?.hasPrefix("\(nearest),") ?? false
        }
    }

    @Test func hostileNames() throws {
        let name = String(repeating: "\u{1B}[31mx", count: 10_000)
        #expect {
            try catalog().resolve(name)
        } throws: {
            let message = ($0 as? GenerationError)?.message
            return message.map { $0.count < 400 && !$0.contains("\u{1B}") } ?? false
        }
    }

    @Test func lists() {
        #expect(catalog().imageModels == ["flux-dev", "janus-pro-7b-image", "art", "flux"])
        #expect(catalog().textModels == ["janus-pro-7b", "writer", "janus"])
        #expect(catalog().visionModels == ["janus-pro-7b", "janus"])
        #expect(catalog().defaultModel == "flux-dev")
    }

    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("flux", "FLUX", 0), ("ab", "ba", 2),
        ("gumbo", "gambol", 2), ("fox", "foxes", 2), ("über", "uber", 1),
    ])
    func distances(_ left: String, _ right: String, _ distance: Int) {
        #expect(left.editDistance(to: right) == distance)
        #expect(right.editDistance(to: left) == distance)
    }

    @Test func longTextsAreCut() {
        let long = String(repeating: "a", count: 20_000)
        #expect(long.editDistance(to: long + "b") == 0)
        #expect("".editDistance(to: long) == 64)
    }
}
