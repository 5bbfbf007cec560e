/// How an endpoint is called to make a picture: which of its parameters is the prompt, the seed and so on.
public struct GradioPlan: Sendable, Hashable {
    /// The endpoint.
    public let endpoint: GradioEndpoint
    /// What its parameters mean, one for each, in their order.
    public internal(set) var settings: [GradioSetting]

    /// Finds out what the parameters of an endpoint mean.
    /// - Parameters:
    ///   - endpoint: The endpoint.
    ///   - mapping: What the caller says of them; the rest follows from their names, labels and components.
    /// - Throws: `GenerationError` (`invalidRequest`) for a mapping that names what is not there.
    init(_ endpoint: GradioEndpoint, mapping: GradioMapping = [:]) throws {
        self.endpoint = endpoint
        for entry in mapping.entries where !endpoint.parameters.contains(where: { $0.isCalled(entry.name) }) {
            throw GenerationError(
                .invalidRequest,
                "The endpoint \(endpoint.label) has no parameter \(entry.name.printable(limit: 60)), which the mapping names. "
                    + "It has: \(endpoint.parameterTitles).")
        }
        settings = []
        let said = endpoint.parameters.map { mapping.setting(of: $0) }
        var meanings = Self.meanings(of: endpoint.parameters)
        for index in meanings.indices {
            // What the caller says of one parameter is nothing that another could mean as well.
            if said[index] != nil { meanings[index] = nil }
            if let meaning = meanings[index], !meaning.setting.isShared, said.contains(meaning.setting) {
                meanings[index] = nil
            }
        }
        settings = zip(said, meanings).map { $0 ?? $1?.setting ?? .option }
        settleRivals(meanings)
        settleSizes(said)
        settlePictures(said)
    }

    /// A plan that is said whole, in the order of the arguments.
    init(_ endpoint: GradioEndpoint, inOrder settings: [GradioSetting]) {
        self.endpoint = endpoint
        self.settings = settings
    }

    /// The first parameter with a meaning.
    func parameter(_ setting: GradioSetting) -> GradioParameter? {
        settings.firstIndex(of: setting).map { endpoint.parameters[$0] }
    }

    /// Whether a size can be chosen.
    var hasSize: Bool { settings.contains { [.width, .aspectRatio, .resolution].contains($0) } }

    /// How many input pictures it takes.
    var pictureCount: Int {
        if settings.contains(.inputImages) { return Self.galleryLimit }
        return settings.indices.count { index in
            settings[index] == .inputImage
                || (settings[index] == .mask && endpoint.parameters[index].component == "imageeditor")
        }
    }

    /// No model looks at more.
    static let galleryLimit = 100

    // MARK: Rules

    /// What each parameter means by itself. Labels come from the components, names from the function by position: where a
    /// function's parameters stand in another order, only the labels are true.
    private static func meanings(of parameters: [GradioParameter]) -> [GradioVocabulary.Meaning?] {
        let names = parameters.map { GradioVocabulary.meaning($0.name ?? "", of: $0.component) }
        let labels = parameters.map { GradioVocabulary.meaning($0.label, of: $0.component) }
        let isShifted = parameters.indices.contains { index in
            let (name, label) = (names[index], labels[index])
            if name.isKnown, name.fitting == nil { return !parameters[index].takesFiles }
            return name.fitting != nil && label.fitting != nil && name.fitting?.setting != label.fitting?.setting
        }
        return parameters.indices.map { index in
            let parameter = parameters[index]
            guard !parameter.isHidden, !parameter.isHistory else { return nil }
            // An editor is for nothing else.
            if parameter.component == "imageeditor" { return GradioVocabulary.Meaning(setting: .mask, rank: 0) }
            let label = labels[index]
            var found = label.fitting
            if found == nil, !label.isKnown, parameter.label.isEmpty || !isShifted { found = names[index].fitting }
            guard let found, parameter.canHold(found.setting) else { return nil }
            if GradioPhrase.isWeak(parameter.name), label.fitting == nil, !parameter.label.isEmpty { return nil }
            return found
        }
    }

    /// Of several parameters with one meaning the surest is it; where none is, no one is, and of prompts the caller decides.
    private mutating func settleRivals(_ meanings: [GradioVocabulary.Meaning?]) {
        let common = Set(meanings.compactMap { $0?.setting }).filter { !$0.isShared }
        for setting in common {
            let places = meanings.indices.filter { meanings[$0]?.setting == setting }
            guard places.count > 1, setting != .prompt else { continue }
            let best = places.compactMap { meanings[$0]?.rank }.min() ?? 0
            let surest = places.filter { meanings[$0]?.rank == best }
            for place in places where surest.count > 1 || place != surest[0] { settings[place] = .option }
        }
    }

    /// Width and height go together, and where both are numbers a choice of shapes stays as it is.
    private mutating func settleSizes(_ said: [GradioSetting?]) {
        let isPair = settings.contains(.width) && settings.contains(.height)
        for index in settings.indices where said[index] == nil {
            switch settings[index] {
            case .width, .height: if !isPair { settings[index] = .option }
            case .aspectRatio: if isPair || settings.contains(.resolution) { settings[index] = .option }
            case .resolution: if isPair { settings[index] = .option }
            default: break
            }
        }
    }

    /// Several pictures are several only where they are numbered; else the surest counts.
    private mutating func settlePictures(_ said: [GradioSetting?]) {
        let places = settings.indices.filter { settings[$0] == .inputImage && said[$0] == nil }
        guard places.count > 1, !isNumbered(places) else { return }
        let required = places.filter { !endpoint.parameters[$0].hasDefault }
        // Two that must be there are for the caller to tell apart.
        guard required.count <= 1 else { return }
        for place in places where place != required.first ?? places[0] { settings[place] = .option }
    }

    /// Whether parameters are a numbered family: `image_1`, `image_2`; first image, second image.
    func isNumbered(_ places: [Int]) -> Bool {
        let families = places.map { place -> String? in
            let parameter = endpoint.parameters[place]
            return GradioPhrase(parameter.label).numbered?.phrase
                ?? parameter.name.flatMap {
                    GradioPhrase($0).numbered?.phrase
                }
        }
        return places.count > 1 && families.allSatisfy { $0 != nil && $0 == families[0] }
    }
}

extension GradioSetting {
    /// Whether several parameters may mean it.
    fileprivate var isShared: Bool { self == .inputImage || !isCommon }
}

extension GradioPhrase {
    /// Whether a name says too little to be believed where the label says something else.
    static func isWeak(_ name: String?) -> Bool {
        name.map { ["scale", "scales", "step", "size", "description"].contains(GradioPhrase($0).description) } ?? false
    }
}

extension GradioParameter {
    /// Whether a call may leave it out.
    var hasDefault: Bool { standard != nil || isHidden || isHistory }

    /// What the app takes where nobody says anything: as it says itself, else what its page begins with where the app does
    /// not tell.
    var standard: JSONValue? {
        if let defaultValue { return defaultValue }
        guard name == nil, !filler.isNull else { return Optional.none }
        return filler
    }

    /// Whether it takes files. Apps call many kinds of pictures images.
    fileprivate var takesFiles: Bool {
        ["image", "gallery", "file", "imageeditor", "video", "audio"].contains(component)
    }

    /// Whether its choices can hold a setting; numbers and texts can.
    fileprivate func canHold(_ setting: GradioSetting) -> Bool {
        guard component == "radio" || component == "dropdown" else { return true }
        return switch setting {
        case .aspectRatio, .resolution: !sizeChoices.isEmpty
        case .steps: numberChoices.count == choices.count && !choices.isEmpty
        default: true
        }
    }
}

extension GradioEndpoint {
    /// The names of its parameters, for messages.
    var parameterTitles: String {
        parameters.filter { !$0.isHidden }.map(\.title).prefix(40).joined(separator: ", ")
    }
}
