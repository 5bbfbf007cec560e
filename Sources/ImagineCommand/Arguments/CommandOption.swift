/// An option of the command: how it is written, what it takes, and its line in the help.
struct CommandOption: Sendable {
    let name: String
    /// What stands behind it in the help; `nil` for a switch.
    let placeholder: String?
    let help: String
    /// Whether it may be given more than once; a switch always may.
    let isRepeatable: Bool

    init(_ name: String, _ placeholder: String?, _ help: String, isRepeatable: Bool = false) {
        self.name = name
        self.placeholder = placeholder
        self.help = help
        self.isRepeatable = isRepeatable
    }

    static let all = generation + space + output + service + serve + common

    static let generation: [CommandOption] = [
        CommandOption("--provider", "ID", "who makes it (default flux1-schnell); A,B falls back from A to B"),
        CommandOption("--space", "OWNER/NAME", "any Space that makes pictures, or an app's URL, as provider"),
        CommandOption("--endpoint", "NAME", "the Space's endpoint that makes it (default: the one that suits)"),
        CommandOption("--model", "NAME", "a model or an alias (see `imagine models`)"),
        CommandOption("--width", "PIXELS", "the width"),
        CommandOption("--height", "PIXELS", "the height"),
        CommandOption("--aspect-ratio", "W:H", "the shape, for example 16:9"),
        CommandOption("--steps", "N", "how many steps the model takes"),
        CommandOption("--guidance", "X", "how closely the picture follows the prompt"),
        CommandOption("--seed", "N", "the seed; the same seed makes the same picture"),
        CommandOption("--negative-prompt", "TEXT", "what the picture should not show"),
        CommandOption("--sampler", "NAME", "the sampler, for example \"DPM++ 2M Karras\" (Prodia's legacy and v1)"),
        CommandOption("--count", "N", "how many pictures (default 1); with --seed K their seeds are K, K+1, …"),
        CommandOption("--concurrency", "N", "how many pictures are made at a time (default: as the service likes)"),
        CommandOption("--image", "FILE|URL", "an input picture; also a data: URL (repeatable)", isRepeatable: true),
        CommandOption("--mask", "FILE|URL", "where the input picture may change: painted there, else transparent"),
        CommandOption(
            "--option", "KEY=JSON", "a provider's own option (see `imagine models`; repeatable)", isRepeatable: true),
        CommandOption("--unsupported", "warn|fail", "what to do when a setting cannot be honoured (default warn)"),
    ]

    static let space: [CommandOption] = [
        CommandOption("--endpoint", "NAME", "the endpoint, by its name or number (default: the only one)"),
        CommandOption("--data", "JSON|-", "call it: [...] by position, {...} by name, - from standard input"),
    ]

    static let output: [CommandOption] = [
        CommandOption("--output", "DIR", "where the files go (default: here)"),
        CommandOption("--no-save", nil, "print the files' URLs instead of saving them"),
        CommandOption("--json", nil, "one JSON object a line on standard output"),
        CommandOption("--quiet", nil, "no progress, no warnings (--json always has both)"),
        CommandOption("--verbose", nil, "also every request and its answer, and each job's ticket"),
    ]

    static let service: [CommandOption] = [
        CommandOption(
            "--base-url", "URL", "the provider's URL; ROLE=URL, repeated, where it has several", isRepeatable: true),
        CommandOption("--hub-url", "URL", "the Hub in place of https://huggingface.co"),
        CommandOption("--api-key-env", "NAME", "the variable that holds the service's key, or a ZeroGPU token"),
        CommandOption(
            "--hub-token-env", "NAME", "the variable that holds the Hub's token (default HF_TOKEN or its file)"),
        CommandOption("--cookie-file", "FILE", "the Hub's cookies of a person who is signed in there"),
        CommandOption("--username", "NAME", "the name for a Space that wants a login"),
        CommandOption("--password-env", "NAME", "the variable that holds the password for it"),
        CommandOption("--proxy", "URL", "a proxy for every request (default http_proxy and the like)"),
        CommandOption("--transport", "NAME", "what sends the requests: urlsession, or curl (default on Linux)"),
        CommandOption("--timeout", "SECONDS", "how long one picture or call may take (default 300)"),
        CommandOption("--retries", "N", "how often a request is sent again where that is safe (default 2)"),
        CommandOption("--max-download", "BYTES", "the largest file that is downloaded (default 67108864)"),
        CommandOption("--route", "WAY", "the way into a Space: automatic, queue, call or run"),
        CommandOption("--wait-for-space", nil, "wait for a Space that sleeps or starts, up to --timeout"),
        CommandOption("--api", "NAME", "Prodia's interface: legacy, v1, v2 (default) or v2-async"),
    ]

    static let serve: [CommandOption] = [
        CommandOption("--port", "N", "the port of the Space (default: any free one)")
    ]

    static let common: [CommandOption] = [
        CommandOption("--help", nil, "show this help (also -h)"),
        CommandOption("--version", nil, "show the version"),
    ]
}
