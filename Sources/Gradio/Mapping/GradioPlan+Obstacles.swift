extension GradioPlan {
    /// Why a call would not do what its caller wants.
    /// - Parameters:
    ///   - withPictures: Whether the caller gives input pictures.
    ///   - options: Values for single parameters that the caller gives.
    ///   - isChosen: Whether the caller chose the endpoint, and so knows what it does.
    /// - Returns: The reason in words behind the endpoint's name; `nil` where there is none.
    func obstacle(withPictures: Bool, options: [String: JSONValue] = [:], isChosen: Bool = false) -> String? {
        let parameters = endpoint.parameters
        func isGiven(_ index: Int) -> Bool { options.keys.contains { parameters[index].isCalled($0) } }
        func titles(_ places: [Int]) -> String { places.map { parameters[$0].title }.joined(separator: ", ") }
        if !isChosen, parameters.contains(where: { $0.component == "api" || $0.component.isEmpty }) {
            return "says nothing of the kinds of its parameters"
        }
        let prompts = settings.indices.filter { settings[$0] == .prompt && !isGiven($0) }
        if prompts.count > 1 { return "has several parameters that may be the prompt: \(titles(prompts))" }
        let unknown = parameters.indices.filter {
            settings[$0] == .option && !parameters[$0].hasDefault && !isGiven($0)
        }
        if !unknown.isEmpty { return "needs values that no common setting means: \(titles(unknown))" }
        if !settings.contains(.prompt), !(isChosen && (withPictures || !options.isEmpty)) {
            return "has no parameter that means the prompt"
        }
        let pictures = settings.indices.filter { settings[$0].isPicture && !isGiven($0) }
        let required = pictures.filter { !isOptional($0) }
        let single = required.filter { settings[$0] == .inputImage }
        if single.count > 1, !isNumbered(single) {
            return "needs several pictures with different meanings: \(titles(single))"
        }
        if !withPictures, !required.isEmpty { return "needs an input picture: \(titles(required))" }
        guard !isChosen else { return nil }
        if parameters.contains(where: \.isState) {
            return "keeps something between calls that may have to be chosen first in the app's page"
        }
        let enlarges = parameters.contains { parameter in
            [parameter.name ?? "", parameter.label].map(GradioPhrase.init).contains {
                $0.contains("upscale") || $0.contains("tile")
            }
        }
        return enlarges ? "seems to enlarge pictures" : nil
    }

    /// Whether a picture may be left out: the app has a default or says so, and makes pictures of any size without one. Of
    /// numbered pictures no app needs all.
    private func isOptional(_ index: Int) -> Bool {
        let parameter = endpoint.parameters[index]
        guard hasSize, settings[index] != .mask else { return false }
        // A side that begins at its minimum is one that nobody chose: it follows the picture.
        if let width = self.parameter(.width), let standard = width.standard?.double, standard == width.minimum {
            return false
        }
        if parameter.hasDefault || parameter.label.lowercased().contains("optional") { return true }
        return isNumbered(settings.indices.filter { settings[$0] == .inputImage })
    }

    /// How well it suits, to be compared: common settings that have a place.
    var score: Int { Set(settings.filter(\.isCommon)).count }
}
