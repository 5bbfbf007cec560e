package import GeneratorCore

/// What a result holds, found by what its components are wherever they stand, and never by their places alone.
package struct GradioResult: Sendable {
    private struct Output {
        let component: String
        let label: String
        let value: JSONValue
        /// Whether it is called a seed.
        let isSeed: Bool

        init(component: String, label: String, value: JSONValue) {
            self.component = component
            self.label = label
            self.value = value
            let name = Array(label.lowercased().utf8)
            isSeed = name.indices.contains { name[$0...].starts(with: "seed".utf8) }
        }

        /// Whether its label says that it is no result but something on the way there.
        var isOnTheWay: Bool {
            let phrase = GradioPhrase(label)
            let words = ["mask", "preprocessed", "preprocess", "input", "debug", "intermediate", "masked", "original"]
            return words.contains { phrase.contains($0) }
        }

        var isCalledResult: Bool {
            let phrase = GradioPhrase(label)
            return ["result", "results", "output", "outputs", "generated"].contains { phrase.contains($0) }
        }
    }

    private let outputs: [Output]

    /// - Parameters:
    ///   - values: One value for each output.
    ///   - endpoint: The endpoint that made them.
    package init(_ values: [JSONValue], of endpoint: GradioEndpoint) {
        let isWhole = values.count == endpoint.returns.count
        outputs = values.indices.filter { !isWhole || !endpoint.hiddenReturns.contains($0) }.map { index in
            let component = isWhole ? endpoint.returns[index] : ""
            let value = values[index].withoutUpdate
            return Output(
                component: component, label: isWhole ? endpoint.returnLabels[index] : "",
                // What a classifier is sure of stands beside how sure it is.
                value: component == "label" ? value["label"] ?? value : value)
        }
    }

    /// The pictures of the output that is the result: of several that are made for pictures the gallery, else the one that is
    /// called so; where there is none, of one that may hold files or links, first of all what is called a picture. A picture
    /// among the files beside it is the same in full.
    package var pictures: [GradioFile] {
        let made = outputs.filter { Self.pictureComponents.contains($0.component) }.map { ($0, Self.pictures(of: $0)) }
            .filter { !$0.1.isEmpty }
        // What a single one is called does not matter.
        let finished = made.count == 1 ? made : made.filter { !$0.0.isOnTheWay }
        let result =
            finished.first { $0.0.component == "gallery" || finished.count == 1 }
            ?? finished.first { $0.0.isCalledResult } ?? finished.first ?? made.first
        if let result {
            let files = outputs.filter { $0.component == "file" || $0.component == "downloadbutton" }
            return result.1
                + files.flatMap(Self.pictures).filter { file in
                    file.isCalledPicture && !result.1.contains { $0.path == file.path }
                }
        }
        let others = outputs.filter {
            !Self.pictureComponents.contains($0.component) && !Self.otherMedia.contains($0.component)
        }
        let found = others.map(Self.pictures) + others.map { GradioFile.all(linkedIn: $0.value) }
        return found.lazy.map { $0.filter(\.isCalledPicture) }.first { !$0.isEmpty } ?? found.first { !$0.isEmpty }
            ?? []
    }

    /// Whether an output is a list, as a gallery is.
    package var hasList: Bool { outputs.contains { $0.value.array != nil } }

    /// The seed as the app reports it: a number in an output that is called so, else in the only one that is a number.
    package var seed: JSONValue? {
        let named = outputs.first { $0.isSeed && $0.value.asNumber != nil }
        let numbers = outputs.filter { ["number", "slider"].contains($0.component) && $0.value.asNumber != nil }
        return (named ?? (numbers.count == 1 ? numbers.first : nil))?.value.asNumber
    }

    /// The seeds as the app reports them: one for each picture where it lists them, else the one there is. Also those that
    /// stand in a text or beside the picture in an object.
    var seeds: [JSONValue] {
        let lists = outputs.filter(\.isSeed).map(\.value.seedList)
        if let list = lists.first(where: { $0.count > 1 }) { return list }
        if let seed { return [seed] }
        if let single = lists.first(where: { !$0.isEmpty }) { return single }
        return outputs.lazy.compactMap { $0.value["seed"]?.asNumber }.first.map { [$0] } ?? []
    }

    /// The first text that is not empty.
    package var text: String? { outputs.lazy.compactMap(\.value.string).first { !$0.isEmpty } }

    /// What the app wrote beside its pictures: texts that are no seed and no picture.
    var words: String? {
        let links = pictures.compactMap(\.url)
        let texts = outputs.filter { $0.component == "textbox" && !$0.isSeed }
            .compactMap(\.value.string)
            .filter { text in
                !text.trimmingWhitespace().isEmpty && Double(text) == nil && GradioFile(pictureIn: text) == nil
                    && !links.contains(text)
            }
        return texts.isEmpty ? nil : texts.joined(separator: "\n")
    }

    private static let pictureComponents = ["image", "gallery", "imageslider", "annotatedimage", "imageeditor"]
    private static let otherMedia = ["audio", "video", "model3d"]

    private static func pictures(of output: Output) -> [GradioFile] {
        switch output.component {
        // Before and after: the app's work is the second, where there are two.
        case "imageslider": Array(GradioFile.all(inFilesOf: output.value).suffix(1))
        // The picture without the masks that lie on it, and the whole without its layers.
        case "annotatedimage": GradioFile.all(inFilesOf: output.value["image"] ?? output.value)
        case "imageeditor": GradioFile.all(inFilesOf: output.value["composite"] ?? output.value)
        case "image", "gallery", "file", "": GradioFile.all(inFilesOf: output.value)
        case "html": output.value.string.map(GradioFile.all(inPage:)) ?? []
        default:
            output.value.string.map { [GradioFile(pictureIn: $0)].compactMap { $0 } }
                ?? GradioFile.all(in: output.value)
        }
    }
}

/// What an app's page shows at a moment: a later value may leave out what stays as it is.
struct GradioPage: Sendable {
    private(set) var values: [JSONValue] = []

    /// Shows new values.
    /// - Parameter new: One value for each output; an update without a value changes only how the output looks.
    mutating func show(_ new: [JSONValue]) {
        values = new.indices.map { index in
            let isLook = new[index]["__type__"]?.string == "update" && new[index]["value"] == nil
            return isLook && values.indices.contains(index) ? values[index] : new[index]
        }
    }
}

extension JSONValue {
    /// The value in a component update; this value where it is none.
    fileprivate var withoutUpdate: JSONValue {
        self["__type__"]?.string == "update" ? self["value"] ?? .null : self
    }

    /// The integer that a text spells, however large; `nil` where it spells none.
    private init?(digits text: String) {
        if let small = Int(text) {
            self = .integer(small)
        } else if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            self = .largeNumber(String(text.drop { $0 == "0" }))
        } else {
            return nil
        }
    }

    /// This as a number, also where a text holds one.
    fileprivate var asNumber: JSONValue? {
        switch self {
        case .integer, .number: self
        // Digits alone: what has an exponent that no number has room for is no seed.
        case .largeNumber(let text): JSONValue(digits: text)
        case .string(let text): JSONValue(digits: text.trimmingWhitespace())
        default: nil
        }
    }

    /// The whole numbers of a text that is nothing but a list of them; of a list, and of a single number.
    fileprivate var seedList: [JSONValue] {
        if let number = asNumber { return [number] }
        if let values = array { return values.compactMap(\.asNumber) }
        guard let text = string, text.utf8.count <= 10_000, !text.contains(where: \.isLetter) else { return [] }
        return text.split { !$0.isNumber }.compactMap { Int($0) }.map(JSONValue.integer)
    }
}
