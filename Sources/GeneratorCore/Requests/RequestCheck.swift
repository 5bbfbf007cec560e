/// Compares what was asked for with what a model takes. A pure function, so that no provider can forget it.
struct RequestCheck {
    let request: GenerationRequest
    let index: Int

    private(set) var settings = GenerationSettings()
    private(set) var warnings: [GenerationWarning] = []

    /// Values that no model could mean.
    static func validate(_ request: GenerationRequest) throws {
        func refuse(_ message: String) -> GenerationError { GenerationError(.invalidRequest, message) }
        guard (1...1000).contains(request.count) else { throw refuse("The count must be between 1 and 1000.") }
        if let seed = request.seed, seed < 0 { throw refuse("The seed must not be negative.") }
        if let timeout = request.timeout, timeout <= .zero { throw refuse("The time-out must be longer than nothing.") }
        if let steps = request.steps, steps < 1 { throw refuse("The number of steps must be at least 1.") }
        if let guidance = request.guidance, !guidance.isFinite || guidance < 0 {
            throw refuse("The guidance must be a number that is not negative.")
        }
        guard let size = request.size else { return }
        for side in [size.width, size.height].compactMap({ $0 }) where !(1...1_000_000).contains(side) {
            throw refuse("Width and height must be between 1 and 1000000 pixels.")
        }
        if let ratio = size.aspectRatio, !(0.01...100).contains(ratio) {
            throw refuse("The aspect ratio must be between 1:100 and 100:1.")
        }
    }

    /// Checks the settings for `count` pictures from number `index` on against `capabilities`.
    /// - Throws: `unsupportedSetting` where the request wants to fail rather than be warned.
    init(_ request: GenerationRequest, index: Int, count: Int = 1, capabilities: ModelCapabilities) throws {
        self.request = request
        self.index = index
        settings.count = count
        checkSize(capabilities.size)
        checkSeed(capabilities.seed)
        checkNumber("steps", request.steps, capabilities.steps, \.steps) { .integer($0) }
        checkNumber("guidance", request.guidance, capabilities.guidance, \.guidance) { .number($0) }
        if let negative = request.negativePrompt, !negative.trimmingWhitespace().isEmpty {
            if capabilities.negativePrompt { settings.negativePrompt = negative } else { unsupported("negativePrompt") }
        }
        let images = request.messages.flatMap(\.images) + request.inputImages
        // Of too many images the last ones count: they belong to the latest turn of a conversation.
        let allowed = Swift.max(0, capabilities.inputImages)
        settings.inputImages = images.suffix(allowed)
        if images.count > allowed {
            unsupported(
                "inputImages", requested: .integer(images.count), used: .integer(allowed),
                allowed == 0
                    ? "This model takes no input pictures."
                    : "This model takes \(allowed) input \(allowed == 1 ? "picture" : "pictures"); \(images.count) were given."
            )
        }
        guard request.unsupported == .fail else { return }
        // Only the seed differs between pictures, and it counts up: what the last one needs is refused before the first
        // is paid for.
        if index < request.count - 1 {
            _ = try RequestCheck(request, index: request.count - 1, capabilities: capabilities)
        }
        guard !warnings.isEmpty else { return }
        throw GenerationError(refusing: warnings)
    }

    private mutating func checkSize(_ rule: ImageSizeRule?) {
        guard let rule else {
            if request.size != nil { unsupported("size") }
            return
        }
        let wished = rule.wished(request.size), used = rule.fitted(wished)
        settings.size = used
        // A side that nobody named follows from a ratio or a default: fitting it changes no wish.
        if request.size?.width != nil { adjusted("width", .integer(wished.width), .integer(used.width)) }
        if request.size?.height != nil { adjusted("height", .integer(wished.height), .integer(used.height)) }
        guard let ratio = request.size?.aspectRatio, request.size?.width == nil || request.size?.height == nil else {
            return
        }
        // Rounding to the multiple is as near as the model comes; a side cut off at a bound is another shape.
        if abs(wished.width - used.width) >= rule.multiple || abs(wished.height - used.height) >= rule.multiple {
            adjusted("aspectRatio", .number(ratio), .number(Double(used.width) / Double(used.height)))
        }
    }

    private mutating func checkSeed(_ range: ClosedRange<Int>?) {
        guard let first = request.seed else { return }
        guard let range else { return unsupported("seed", requested: .integer(first)) }
        // Both are not negative, so their sum always fits.
        let wished = UInt(first) + UInt(index)
        if let exact = Int(exactly: wished), range.contains(exact) {
            settings.seed = exact
            return
        }
        // Folded into the range rather than cut off, so that different seeds stay different pictures.
        let lower = UInt(bitPattern: range.lowerBound)
        let (count, isEverything) = (UInt(bitPattern: range.upperBound) &- lower).addingReportingOverflow(1)
        let offset = wished &- lower
        let below = range.lowerBound > 0 && wished < lower
        let folded = isEverything ? offset : below ? (count - (lower - wished) % count) % count : offset % count
        let used = Int(bitPattern: lower &+ folded)
        settings.seed = used
        let limits = "\(range.lowerBound) to \(range.upperBound)"
        adjusted(
            "seed", .integer(Int(clamping: wished)), .integer(used),
            request.unsupported == .fail
                ? "The model takes seeds from \(limits), and not \(wished)."
                : "The seed \(wished) is outside of \(limits) and became \(used).")
    }

    private mutating func checkNumber<Number: Comparable>(
        _ name: String, _ wished: Number?, _ range: ClosedRange<Number>?,
        _ target: WritableKeyPath<GenerationSettings, Number?>, _ json: (Number) -> JSONValue
    ) {
        guard let wished else { return }
        guard let range else { return unsupported(name, requested: json(wished)) }
        let used = Swift.min(Swift.max(wished, range.lowerBound), range.upperBound)
        settings[keyPath: target] = used
        adjusted(name, json(wished), json(used))
    }

    private mutating func adjusted(
        _ name: String, _ requested: JSONValue, _ used: JSONValue, _ message: String? = nil
    ) {
        guard requested != used else { return }
        let noun = ["steps": "number of steps", "aspectRatio": "aspect ratio"][name] ?? name
        warnings.append(
            GenerationWarning(
                .adjusted, setting: name, requested: requested, used: used,
                message
                    ?? (request.unsupported == .fail
                        ? "The model does not take the \(noun) \(requested.plain); the nearest is \(used.plain)."
                        : "The \(noun) was changed from \(requested.plain) to \(used.plain), the nearest that the model "
                            + "takes.")
            ))
    }

    private mutating func unsupported(
        _ name: String, requested: JSONValue? = nil, used: JSONValue? = nil, _ message: String? = nil
    ) {
        let outcome = request.unsupported == .fail ? "" : "; it was left out"
        warnings.append(
            GenerationWarning(
                .unsupported, setting: name, requested: requested, used: used,
                message ?? "This model has no setting \(name)\(outcome)."))
    }
}

extension JSONValue {
    /// A number as people write it.
    fileprivate var plain: String {
        switch self {
        case .integer(let value): String(value)
        case .number(let value): String(value)
        default: ""
        }
    }
}
