import GeneratorCore
import TestPace
import Testing

@testable import Gradio

@Suite("What is made of real Spaces", .paced)
struct SpaceSignatureTests {
    @Test("the fixture is there, and every line of it is read")
    func fixture() {
        #expect(SpaceSignature.all.count == 63)
        #expect(SpaceSignature.all.allSatisfy { $0.meanings.count == $0.endpoint.parameters.count })
    }

    @Test("every parameter gets the meaning that it has", arguments: SpaceSignature.all)
    func meanings(_ space: SpaceSignature) throws {
        let plan = try GradioPlan(space.endpoint)
        #expect(plan.settings.map(\.letter).joined() == space.meanings)
    }

    @Test("what suits is taken, and what cannot be decided is refused with the reason", arguments: SpaceSignature.all)
    func verdicts(_ space: SpaceSignature) throws {
        for (withPictures, verdict) in [(false, space.withoutPicture), (true, space.withPicture)] {
            let choice = GradioEndpointChoice(endpoints: [space.endpoint], withPictures: withPictures)
            do {
                let plan = try choice.plan()
                #expect(verdict == (withPictures && plan.pictureCount == 0 ? "no" : "yes"), "pictures: \(withPictures)")
            } catch let error as GenerationError {
                #expect(error.code == .invalidRequest)
                #expect(error.message.lowercased().contains(verdict.lowercased()), "\(error.message)")
                // Who reads it can act on it.
                #expect(error.message.contains("mapping") && error.message.contains("endpoint"))
            }
        }
    }

    @Test("with names alone or with labels alone nothing means anything else", arguments: SpaceSignature.all)
    func halves(_ space: SpaceSignature) throws {
        for keepsNames in [true, false] {
            var endpoint = space.endpoint
            for index in endpoint.parameters.indices where !keepsNames { endpoint.parameters[index].name = nil }
            if keepsNames { endpoint = endpoint.withoutLabels }
            let settings = try GradioPlan(endpoint).settings
            for (setting, letter) in zip(settings, space.meanings) where setting.isCommon && letter != "." {
                // The names of some functions stand in another order than their parameters.
                if keepsNames, space.app.hasPrefix("PixArt-DMD") { continue }
                #expect(setting.letter == String(letter))
            }
        }
    }
}

extension GradioEndpoint {
    fileprivate var withoutLabels: GradioEndpoint {
        var copy = self
        copy.parameters = parameters.map { parameter in
            var bare = GradioParameter(
                name: parameter.name, label: "", component: parameter.component, defaultValue: parameter.defaultValue,
                minimum: nil, maximum: nil, choices: parameter.choices, strictness: .init(),
                isHidden: parameter.isHidden, filler: .null)
            bare.isHistory = parameter.isHistory
            return bare
        }
        return copy
    }
}
