internal import ImageGenerators

/// How an app is called to make a picture: which endpoint, and what its parameters get; or why it cannot be.
struct SpaceMapping: Sendable {
    private enum Outcome {
        case plan(GradioPlan)
        case refusal(String)
    }

    private let outcome: Outcome
    /// Whether there is an input picture.
    private let hasPicture: Bool

    private init(_ outcome: Outcome, hasPicture: Bool = false) {
        self.outcome = outcome
        self.hasPicture = hasPicture
    }

    /// From a prompt alone, and where that leads to another endpoint or is the only way, with an input picture beside it.
    static func all(of app: GradioApp, endpoint: GradioEndpoint?) -> [SpaceMapping] {
        if let endpoint {
            guard endpoint.name != nil else {
                return [SpaceMapping(.refusal("An endpoint without a name is called with --data only."))]
            }
            guard endpoint.makesPictures || endpoint.mayMakePictures else {
                let name = endpoint.name?.printable(limit: 80) ?? ""
                return [SpaceMapping(.refusal("\(name) returns no picture, as far as the app tells."))]
            }
        }
        let edited = try? app.plan(endpoint: endpoint?.name, withPictures: true)
        let withPicture = edited.map { SpaceMapping(.plan($0), hasPicture: true) }
        do {
            let plan = try app.plan(endpoint: endpoint?.name)
            return [SpaceMapping(.plan(plan))]
                + (edited?.endpoint.id == plan.endpoint.id ? [] : [withPicture])
                .compactMap { $0 }
        } catch {
            let reason = GenerationError(wrapping: error).message.printable
            return [withPicture ?? SpaceMapping(.refusal("\(reason) \(Self.hint)"))]
        }
    }

    /// What the library calls otherwise.
    static let hint = "Here --endpoint NAME chooses an endpoint, and --option NAME=JSON gives a value."

    /// The object that `--json` writes.
    var object: JSONValue {
        switch outcome {
        case .refusal(let reason): return ["refusal": .string(reason)]
        case .plan(let plan):
            let parameters = plan.places.map { parameter, setting -> JSONValue in
                var members: [String: JSONValue] = [
                    "label": .string(parameter.label), "setting": .string(setting.name),
                ]
                members["name"] = parameter.name.map(JSONValue.string)
                members["default"] = parameter.defaultValue
                return .object(members)
            }
            var members: [String: JSONValue] = [
                "parameters": .array(parameters), "inputImage": .bool(hasPicture),
                "leftOut": .array(plan.leftOut.map { .string($0.name) }),
            ]
            members["endpoint"] = plan.endpoint.name.map(JSONValue.string)
            return .object(members)
        }
    }

    /// For people.
    var lines: [String] {
        switch outcome {
        case .refusal(let reason): return ["\nAs it is, no picture can be made with it. \(reason)\n"]
        case .plan(let plan):
            let rows = plan.places.enumerated().map { index, place in
                let title = (place.parameter.title ?? String(index + 1)).printable(limit: 40)
                return (title, plan.words(for: place.setting, of: place.parameter))
            }
            let width = rows.map(\.0.count).max() ?? 0
            let endpoint = plan.endpoint.name?.printable(limit: 80) ?? ""
            let beginning = hasPicture ? "With --image, a picture is made" : "A picture is made"
            let left = plan.leftOut.map(\.option)
            let rest = left.dropLast().joined(separator: ", ") + (left.count > 1 ? " or " : "") + (left.last ?? "")
            return ["\n\(beginning) with \(endpoint), which gets:\n"]
                + rows.map { "    \($0)\(String(repeating: " ", count: width - $0.count))  \($1)\n" }
                + (left.isEmpty ? [] : ["Nothing there takes \(rest).\n"])
        }
    }
}

extension GradioPlan {
    fileprivate typealias Place = (parameter: GradioParameter, setting: GradioSetting)

    /// The parameters that are for callers, and what they mean.
    fileprivate var places: [Place] {
        zip(endpoint.parameters, settings).filter { !$0.0.isHidden }.map { ($0, $1) }
    }

    /// What no parameter takes.
    fileprivate var leftOut: [(option: String, name: String)] {
        let all: [(option: String, name: String, [GradioSetting])] = [
            ("--width", "size", [.width, .aspectRatio, .resolution]), ("--seed", "seed", [.seed]),
            ("--steps", "steps", [.steps]), ("--guidance", "guidance", [.guidance]),
            ("--negative-prompt", "negativePrompt", [.negativePrompt]),
            ("--image", "inputImages", [.inputImage, .inputImages]), ("--mask", "mask", [.mask]),
            ("--model", "model", [.model]),
        ]
        let takesPicture = places.contains { $0.setting == .mask && $0.parameter.component == "imageeditor" }
        return all.filter { option, _, means in
            !means.contains { settings.contains($0) } && !(takesPicture && option == "--image")
        }.map { ($0.option, $0.name) }
    }

    /// What a parameter gets, in words.
    fileprivate func words(for setting: GradioSetting, of parameter: GradioParameter) -> String {
        let standard = parameter.defaultValue?.description.printable(limit: 40)
        let otherwise = standard.map { ", else \($0)" } ?? ""
        return switch setting {
        case .prompt: "the prompt"
        case .negativePrompt: "--negative-prompt" + otherwise
        case .usesNegativePrompt: "on with --negative-prompt" + otherwise
        case .seed: settings.contains(.randomizeSeed) ? "--seed" : "--seed, else a random one"
        case .randomizeSeed: "off with --seed, else on"
        case .width: "--width, or what --aspect-ratio comes to" + otherwise
        case .height: "--height, or what --aspect-ratio comes to" + otherwise
        case .aspectRatio, .resolution:
            "the choice nearest to --width and --height, or to --aspect-ratio" + otherwise
        case .steps: "--steps" + otherwise
        case .guidance: "--guidance" + otherwise
        case .inputImage: "--image" + otherwise
        case .inputImages: "every --image" + otherwise
        case .mask: parameter.component == "imageeditor" ? "--image, with --mask on it" : "--mask" + otherwise
        case .count: "1, because --count makes one call for each picture"
        case .model: "--model" + otherwise
        // What no setting means is an option of the app.
        case .option, .value:
            parameter.title.map { "--option \($0.printable(limit: 40).quoted)=JSON" + otherwise } ?? standard
                ?? "nothing"
        }
    }
}

extension GradioParameter {
    /// What it is called; `nil` where it has no name.
    fileprivate var title: String? { [name, label].compactMap { $0 }.first { !$0.printable.isEmpty } }
}

extension String {
    /// The text in quotes where it would be several words in a shell.
    fileprivate var quoted: String { contains(" ") ? "\"\(self)\"" : self }
}

extension GradioSetting {
    /// Its name in JSON.
    fileprivate var name: String {
        switch self {
        case .value: "value"
        default: String(describing: self)
        }
    }
}
