/// A function of the embedded Space: its name and number, what it takes, what it makes.
struct SpaceEndpoint: Sendable {
    /// The number (`fn_index`).
    let id: Int
    let name: String
    /// Whether it has no public name and is called by its number.
    var isHidden = false
    /// Whether it yields values on the way to its result.
    var isGenerator = false
    /// The components whose events call it, with the events.
    let triggers: [(component: Int, event: String)]
    let parameters: [SpaceParameter]
    let returns: [SpaceParameter]
    /// What it does with its arguments.
    let work: @Sendable (SpaceArguments, SpaceStudio) throws -> SpacePlan

    /// All of them, with the numbers and triggers that they have in the Spaces they stand for.
    static let all: [SpaceEndpoint] = [
        SpaceEndpoint(
            id: 2, name: "infer", triggers: promptEvents,
            parameters: [prompt, seed, randomize, width, height, steps(4)], returns: [result, seed]
        ) { arguments, studio in
            try studio.picture(arguments, steps: arguments.whole("num_inference_steps"))
        },
        SpaceEndpoint(
            id: 3, name: "generate", isHidden: true, triggers: [(10, "click")],
            parameters: [
                .text("prompt", "Prompt"), seed, .slider("width", "Width", 32...2048, step: 8, value: 1024),
                .slider("height", "Height", 32...2048, step: 8, value: 1024), .checkbox("option", "Option"),
                .slider("steps", "Steps", 1...4, value: 1),
            ], returns: [result, seed]
        ) { arguments, studio in
            try studio.picture(arguments, steps: arguments.whole("steps"))
        },
        SpaceEndpoint(
            id: 4, name: "infer_1", isGenerator: true, triggers: promptEvents,
            parameters: [
                prompt, seed, randomize, width, height,
                .slider("guidance_scale", "Guidance Scale", 1...15, step: 0.1, value: 3.5), steps(28),
            ], returns: [result, seed]
        ) { arguments, studio in
            try studio.picture(arguments, steps: arguments.whole("num_inference_steps"), previews: 4, waitsForGPU: true)
        },
        SpaceEndpoint(
            id: 5, name: "multimodal_understanding", triggers: [(10, "click")],
            parameters: [
                .image("image", "Image"), .text("question", "Question"),
                .number("seed", "Seed", value: 42), .slider("top_p", "top_p", 0...1, step: 0.05, value: 0.95),
                .slider("temperature", "temperature", 0...1, step: 0.05, value: 0.1),
            ], returns: [.text("response", "Response")]
        ) { arguments, studio in
            try studio.answer(arguments)
        },
        SpaceEndpoint(
            id: 6, name: "generate_image", triggers: [(20, "click")],
            parameters: [
                .text("prompt", "Prompt"), .number("seed", "Seed (Optional)", value: 12345),
                .slider("guidance", "CFG Weight", 1...10, step: 0.5, value: 5),
                .slider("t2i_temperature", "temperature", 0...1, step: 0.05, value: 1),
            ], returns: [.gallery("gallery", "Generated Images")]
        ) { arguments, studio in
            try studio.gallery(arguments)
        },
        SpaceEndpoint(
            id: 7, name: "remember", triggers: [(30, "click")],
            parameters: [.state("history"), .text("prompt", "Prompt")],
            returns: [.state("history"), .text("answer", "Answer")]
        ) { arguments, studio in
            try studio.remember(arguments)
        },
    ]

    /// The prompt box and the button beside it.
    private static let promptEvents = [(component: 5, event: "click"), (component: 4, event: "submit")]
    private static let prompt = SpaceParameter.text("prompt", "Prompt", component: 4)
    private static let seed = SpaceParameter.slider("seed", "Seed", 0...2_147_483_647, value: 0)
    private static let randomize = SpaceParameter.checkbox("randomize_seed", "Randomize seed")
    private static let width = SpaceParameter.slider("width", "Width", 256...2048, step: 32, value: 1024)
    private static let height = SpaceParameter.slider("height", "Height", 256...2048, step: 32, value: 1024)
    private static let result = SpaceParameter.image("result", "Result")

    private static func steps(_ count: Double) -> SpaceParameter {
        .slider("num_inference_steps", "Number of inference steps", 1...50, value: count)
    }

    /// How many of its arguments a caller never gives.
    var stateCount: Int { parameters.filter { $0.kind == .state }.count }
}
