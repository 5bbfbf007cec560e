internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

/// The values of one call, made of a plan and of what was asked for. Pure: files are on the server already.
struct GradioArgumentValues {
    let plan: GradioPlan
    let prompt: String
    /// What the app takes of what was asked for.
    let settings: GenerationSettings
    /// What the caller asked for where the app only offers choices; `nil` where nobody asked for a size.
    var wishedSize: PixelSize?
    /// The model that was asked for by name.
    var model: String?
    var capabilities = ModelCapabilities()
    /// What a provider of its own sends where nobody asked for anything; `nil` for what the app itself would take.
    var defaults: GenerationSettings?
    /// A seed to send where nobody asked for one and the app draws none itself.
    var drawnSeed: Int?
    /// How many pictures one call makes.
    var count = 1
    var pictures: [JSONValue] = []
    var mask: JSONValue?
    /// The values that the caller gives for single parameters, by their places.
    var options: [Int: JSONValue] = [:]

    /// The values in the order of the parameters.
    func values() -> [JSONValue] {
        var rest = pictures[...]
        return plan.settings.indices.map { index in
            // Few need it, and a copy is large.
            var parameter: GradioParameter { plan.endpoint.parameters[index] }
            if let given = options[index] { return given }
            switch plan.settings[index] {
            case .inputImage: return rest.popFirst() ?? .null
            case .inputImages:
                defer { rest = [] }
                return .array(rest.map { ["image": $0, "caption": nil] })
            case .mask where parameter.component == "imageeditor":
                guard let picture = rest.popFirst() else { return parameter.standard ?? .null }
                return [
                    "background": picture, "layers": .array([mask].compactMap { $0 }),
                    "composite": mask == nil ? picture : nil,
                ]
            case .mask: return mask ?? parameter.standard ?? .null
            case .prompt: return .string(prompt)
            default: return value(plan.settings[index], of: parameter)
            }
        }
    }

    private func value(_ setting: GradioSetting, of parameter: GradioParameter) -> JSONValue {
        let standard = parameter.standard
        let size = settings.size ?? defaults?.size ?? PixelSize(width: 1024, height: 1024)
        switch setting {
        case .negativePrompt: return .string(settings.negativePrompt ?? standard?.string ?? "")
        case .usesNegativePrompt:
            return settings.negativePrompt == nil ? standard ?? .bool(false) : .bool(true)
        // The app draws another where it can; else one was drawn here.
        case .seed: return seed(of: parameter, defaults == nil ? standard : nil)
        // The caller's seed wins.
        case .randomizeSeed: return .bool(settings.seed == nil)
        case .width: return .integer(size.width)
        case .height: return .integer(size.height)
        case .aspectRatio, .resolution: return sizeChoice(of: parameter)?.value ?? parameter.fallback
        case .steps:
            let wish = settings.steps ?? defaults?.steps?.within(capabilities.steps)
            guard !parameter.choices.isEmpty else {
                return wish.map(JSONValue.integer) ?? standard ?? .integer(1.within(capabilities.steps))
            }
            return parameter.numberChoices.first { $0.number == wish }?.value ?? parameter.fallback
        case .guidance:
            let wish = settings.guidance ?? defaults?.guidance?.within(capabilities.guidance)
            return wish.map(JSONValue.init(plain:)) ?? standard ?? JSONValue(plain: 1.0.within(capabilities.guidance))
        case .count: return .integer(count.within(parameter.integerRange))
        case .model: return modelChoice(of: parameter)?.value ?? parameter.fallback
        case .value(let value): return value
        case .option, .prompt, .inputImage, .inputImages, .mask: return parameter.isHistory ? [] : parameter.fallback
        }
    }

    private func seed(of parameter: GradioParameter, _ standard: JSONValue?) -> JSONValue {
        func sent(_ seed: Int) -> JSONValue {
            parameter.component == "textbox" ? .string(String(seed)) : .integer(seed)
        }
        if let seed = settings.seed { return sent(seed) }
        if plan.settings.contains(.randomizeSeed) { return standard ?? sent(0.within(capabilities.seed)) }
        return sent(drawnSeed ?? parameter.randomSeed ?? 0.within(capabilities.seed))
    }

    /// The choice that comes nearest to the size that was asked for; `nil` where nobody asked.
    func sizeChoice(of parameter: GradioParameter) -> GradioSizeChoice? {
        wishedSize.flatMap { GradioSizeChoice.nearest(to: $0, among: parameter.sizeChoices) }
    }

    /// The choice that is the model which was asked for.
    func modelChoice(of parameter: GradioParameter) -> GradioChoice? {
        guard let model = model?.lowercased() else { return nil }
        return parameter.choices.first { $0.label.lowercased() == model || $0.value.string?.lowercased() == model }
    }
}

extension GradioParameter {
    /// What is sent where nobody says anything.
    var fallback: JSONValue { standard ?? filler }
}

extension Comparable {
    func within(_ range: ClosedRange<Self>?) -> Self {
        range.map { Swift.min(Swift.max(self, $0.lowerBound), $0.upperBound) } ?? self
    }
}
