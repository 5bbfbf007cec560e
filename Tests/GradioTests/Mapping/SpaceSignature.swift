import Foundation
import GeneratorCore
import Testing

@testable import Gradio

/// A line of `Fixtures/spaces.txt`: what a Space offers, and what is to be made of it.
struct SpaceSignature: Sendable, CustomTestStringConvertible {
    let app: String
    let endpoint: GradioEndpoint
    /// One letter a parameter.
    let meanings: String
    let withoutPicture: String
    let withPicture: String

    var testDescription: String { app }

    static let all: [SpaceSignature] = {
        var file = URL(fileURLWithPath: #filePath)
        for _ in 1...4 { file.deleteLastPathComponent() }
        let text = (try? String(contentsOf: file.appendingPathComponent("Fixtures/spaces.txt"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap(SpaceSignature.init)
    }()

    init?(_ line: Substring) {
        let fields = line.components(separatedBy: " | ")
        guard fields.count == 7 else { return nil }
        app = fields[0]
        let outputs = fields[3].components(separatedBy: ", ").map { output in
            let words = output.split(separator: " ", maxSplits: 1).map(String.init)
            return (Self.component(words[0]), words.count > 1 ? words[1] : "")
        }
        endpoint = GradioEndpoint(
            name: fields[1], id: 0, parameters: Self.items(fields[2]).map(Self.parameter),
            returns: outputs.map(\.0), returnLabels: outputs.map(\.1), hiddenReturns: [], isGenerator: false,
            isListed: true, isQueued: true, trigger: nil)
        meanings = fields[4]
        withoutPicture = fields[5]
        withPicture = fields[6]
    }

    /// Split at commas, but not inside of brackets.
    private static func items(_ text: String) -> [String] {
        var items = [""], depth = 0
        for character in text {
            if "[{(\"".contains(character) { depth += character == "\"" ? 0 : 1 }
            if "]})".contains(character) { depth -= 1 }
            if character == ",", depth == 0 { items.append("") } else { items[items.count - 1].append(character) }
        }
        return items.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static let short = [
        "p": "prompt T! [Prompt]", "n": "negative_prompt T=\"\" [Negative prompt]",
        "n!": "negative_prompt T! [Negative prompt]", "s": "seed S=0 [Seed]",
        "r": "randomize_seed C=true [Randomize seed]",
        "w": "width S=1024 [Width]", "h": "height S=1024 [Height]", "g": "guidance_scale S=3.5 [Guidance scale]",
        "st": "num_inference_steps S=28 [Number of inference steps]",
    ]

    private static func parameter(_ item: String) -> GradioParameter {
        let text = short[item] ?? item
        let label = text.firstMatch(of: /\[([^\]]+)\](?: \{.*\})?$|\{[^}]*\} \[([^\]]+)\]$/)
        let choices = text.firstMatch(of: /\{([^}]*)\}/).map { $0.1.split(separator: "/").map(String.init) } ?? []
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        let kind = words.count > 1 ? words[1] : words[0]
        let standard = text.firstMatch(of: /^\w+ [A-Z]~?=("[^"]*"|\[\]|\S+)/)
            .flatMap { try? JSONValue(parsing: Data($0.1.utf8)) }
        let title = label.flatMap { $0.1 ?? $0.2 }.map(String.init)
        let component = component(String(kind.prefix { $0.isLetter }))
        var parameter = GradioParameter(
            name: words[0], label: title ?? words[0], component: component, defaultValue: standard, minimum: nil,
            maximum: nil, choices: choices.map { GradioChoice(label: $0, value: .string($0)) },
            strictness: .init(), isHidden: component == "state", filler: .null)
        parameter.isHistory = kind.contains("~")
        return parameter
    }

    private static func component(_ kind: String) -> String {
        let components = [
            "T": "textbox", "S": "slider", "N": "number", "C": "checkbox", "R": "radio", "D": "dropdown", "I": "image",
            "G": "gallery", "E": "imageeditor", "F": "file", "X": "imageslider", "M": "markdown", "J": "json",
            "B": "state", "A": "api", "Z": "multimodaltextbox",
        ]
        return components[String(kind.prefix(1))] ?? ""
    }
}

extension GradioSetting {
    /// The letter of `Fixtures/spaces.txt`.
    var letter: String {
        switch self {
        case .prompt: "p"
        case .negativePrompt: "n"
        case .usesNegativePrompt: "u"
        case .seed: "s"
        case .randomizeSeed: "r"
        case .width: "w"
        case .height: "h"
        case .aspectRatio: "a"
        case .resolution: "z"
        case .steps: "t"
        case .guidance: "g"
        case .inputImage: "i"
        case .inputImages: "I"
        case .mask: "m"
        case .count: "c"
        case .model: "M"
        case .option, .value: "."
        }
    }
}
