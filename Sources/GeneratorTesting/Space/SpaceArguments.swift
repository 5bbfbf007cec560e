internal import Gradio

/// The arguments of `/infer`: prompt, seed, randomize_seed, width, height, num_inference_steps.
struct SpaceArguments: Sendable {
    static let parameters:
        [(name: String, label: String, component: String, range: ClosedRange<Int>?, value: JSONValue)] = [
            ("prompt", "Prompt", "textbox", nil, nil),
            ("seed", "Seed", "slider", 0...2_147_483_647, 0),
            ("randomize_seed", "Randomize seed", "checkbox", nil, true),
            ("width", "Width", "slider", 256...2048, 1024),
            ("height", "Height", "slider", 256...2048, 1024),
            ("num_inference_steps", "Number of inference steps", "slider", 1...50, 4),
        ]

    let prompt: String
    let seed: Int
    let width: Int
    let height: Int

    /// - Throws: ``SpaceFailure`` as Gradio words it.
    init(_ values: [JSONValue], release: GradioRelease) throws {
        let needed = Self.parameters.count
        guard values.count >= needed else {
            throw SpaceFailure.crash(
                "An event handler (infer) didn't receive enough input values (needed: \(needed), got: \(values.count))."
            )
        }
        if release.checksRanges {
            for (value, parameter) in zip(values, Self.parameters) {
                guard let range = parameter.range else { continue }
                guard let number = value.double else {
                    throw SpaceFailure.crash("Could not preprocess input component (a `slider` component).")
                }
                let text = value.integer.map(String.init) ?? String(number)
                if number < Double(range.lowerBound) {
                    throw SpaceFailure.error("Value \(text) is less than minimum value \(range.lowerBound).")
                }
                if number > Double(range.upperBound) {
                    throw SpaceFailure.error("Value \(text) is greater than maximum value \(range.upperBound).")
                }
            }
        }
        prompt = values[0].string ?? ""
        let isRandom = values[2].bool ?? true
        seed = isRandom ? Int.random(in: 0...2_147_483_647) : values[1].integer ?? 0
        width = min(4096, max(1, values[3].integer ?? 1024))
        height = min(4096, max(1, values[4].integer ?? 1024))
    }
}

/// How a job of the embedded Space fails.
enum SpaceFailure: Error {
    /// The app raised an error that is meant to be read.
    case error(String)
    /// The app broke.
    case crash(String)
}
