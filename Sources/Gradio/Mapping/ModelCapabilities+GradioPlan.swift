internal import Foundation
public import GeneratorCore
internal import GeneratorTransport

extension ModelCapabilities {
    /// What a model is believed to take of which nothing is known but what its app will say.
    static let whatAppsSay = ModelCapabilities(
        size: ImageSizeRule(sides: 1...1_000_000, multiple: 1, standard: PixelSize(width: 1024, height: 1024)),
        seed: 0...Int.max, steps: 1...Int.max, guidance: 0...Double.greatestFiniteMagnitude, negativePrompt: true,
        inputImages: GradioPlan.galleryLimit)

    /// These capabilities within what an endpoint can be told, for a provider that calls the app itself; a ``GradioPictureTask``
    /// does it for its own.
    /// - Parameter plan: How the endpoint is called: `GradioApp/plan(endpoint:mapping:withPictures:options:)`.
    /// - Returns: What is left of the ranges; a setting that no parameter means is taken no more.
    public func narrowed(to plan: GradioPlan) -> ModelCapabilities {
        func narrowed<Number>(_ own: ClosedRange<Number>, _ theirs: ClosedRange<Number>?) -> ClosedRange<Number> {
            theirs.map { own.overlaps($0) ? own.clamped(to: $0) : $0 } ?? own
        }
        var result = self
        result.seed = plan.parameter(.seed).flatMap { parameter in seed.map { narrowed($0, parameter.seedRange) } }
        result.steps = plan.parameter(.steps).flatMap { parameter in steps.map { narrowed($0, parameter.integerRange) }
        }
        result.guidance = plan.parameter(.guidance).flatMap { parameter in
            guidance.map { narrowed($0, parameter.range) }
        }
        result.negativePrompt = negativePrompt && plan.settings.contains(.negativePrompt)
        result.inputImages = min(inputImages, plan.pictureCount)
        guard let rule = size, plan.hasSize else {
            result.size = nil
            return result
        }
        if let width = plan.parameter(.width), let height = plan.parameter(.height) {
            result.size?.width = narrowed(rule.width, width.integerRange)
            result.size?.height = narrowed(rule.height, height.integerRange)
            if rule == Self.whatAppsSay.size {
                result.size?.multiple = [width, height].compactMap(\.multiple).max() ?? 1
                result.size?.standard = PixelSize(
                    width: width.standard?.integer ?? 1024, height: height.standard?.integer ?? 1024)
            }
        }
        return result
    }
}

extension GradioParameter {
    /// The seeds that it takes: one that means "a random one" is none.
    var seedRange: ClosedRange<Int> {
        let usual = 0...Int(Int32.max)
        let range = integerRange.flatMap { $0.upperBound < 0 ? nil : max(0, $0.lowerBound)...$0.upperBound } ?? usual
        return randomSeed == 0 && range.lowerBound == 0 && range.upperBound > 0 ? 1...range.upperBound : range
    }

    /// The seed by which the app means that it draws one itself, as its label says it or its default shows.
    var randomSeed: Int? {
        let text = label.lowercased()
        if text.contains("random") {
            if text.contains("-1") { return -1 }
            let words = text.split { !$0.isLetter && !$0.isNumber }
            if let place = words.firstIndex(of: "0"), words[place...].contains("random") { return 0 }
        }
        let first = standard?.integer ?? standard?.string.flatMap { Int($0) }
        return first == -1 ? -1 : nil
    }

    /// What sides are multiples of, where the ends of the range and the default are.
    fileprivate var multiple: Int? {
        guard let step, let multiple = Int(exactly: step), multiple > 1 else { return nil }
        let fits = [minimum, standard?.double].compactMap { $0 }.allSatisfy {
            $0.truncatingRemainder(dividingBy: step) == 0
        }
        return fits ? multiple : nil
    }
}
