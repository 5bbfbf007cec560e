package import GeneratorCore
internal import GeneratorTransport

/// One call of a plan: its settings, the values that are sent, and the result. A class, because it is large, and every function
/// that waits for the result would keep copies.
package final class GradioPictureJob: Sendable {
    private let app: GradioApp
    private let plan: GradioPlan
    private let prompt: String
    private let model: String
    private let own: ModelCapabilities
    private let isOrdered: Bool
    private let defaults: GenerationSettings?
    private let draws: ClosedRange<Int>?
    private let arguments: GradioArgumentValues

    private init<Options: ProviderOptions>(
        _ task: GradioPictureTask, _ call: GenerationCall<Options>, _ app: GradioApp, _ arguments: GradioArgumentValues
    ) {
        self.app = app
        plan = arguments.plan
        prompt = call.prompt
        model = call.model.id
        own = call.model.capabilities
        isOrdered = task.isOrdered
        defaults = task.defaults
        draws = task.draws
        self.arguments = arguments
    }

    // MARK: Before

    /// Checks what was asked for with what the app takes, and brings the files to it.
    static func prepared<Options: ProviderOptions>(
        _ task: GradioPictureTask, _ plan: GradioPlan, of app: GradioApp, for call: GenerationCall<Options>,
        _ pictures: GradioPictures, _ options: [String: JSONValue], reporting warnings: [GenerationWarning],
        in context: GenerationContext
    ) async throws -> GradioPictureJob {
        // Some apps begin with sizes of their own, whatever the picture is: the result is to be as large as it.
        let takesSize =
            context.requestedSize == nil && call.model.capabilities == .whatAppsSay && plan.settings.contains(.width)
            && plan.pictureCount > 0
        let size = takesSize ? await pictures.firstSize() : nil
        let job = try checked(task, plan, app, call, size, pictures, warnings, in: context)
        let places = try plan.endpoint.places(of: options)
        let whole =
            places.isEmpty && pictures.isEmpty && !pictures.hasMask
            ? job : try await job.bringing(pictures, places, in: context)
        try whole.check()
        return whole
    }

    @inline(never)
    private static func checked<Options: ProviderOptions>(
        _ task: GradioPictureTask, _ plan: GradioPlan, _ app: GradioApp, _ call: GenerationCall<Options>,
        _ size: PixelSize?, _ pictures: GradioPictures, _ warnings: [GenerationWarning],
        in context: GenerationContext
    ) throws -> GradioPictureJob {
        let job = try GradioPictureJob(task, call, app, arguments(task, plan, call, size, in: context))
        try context.report(warnings + job.arguments.choiceWarnings(context) + plan.optionWarnings(pictures))
        return job
    }

    private static func arguments<Options: ProviderOptions>(
        _ task: GradioPictureTask, _ plan: GradioPlan, _ call: GenerationCall<Options>, _ size: PixelSize?,
        in context: GenerationContext
    ) throws -> GradioArgumentValues {
        let own = call.model.capabilities
        var capabilities = own.narrowed(to: plan)
        if let size, let rule = capabilities.size { capabilities.size?.standard = size.shrunk(into: rule) }
        let settings = try context.settings(within: capabilities)
        var arguments = GradioArgumentValues(plan: plan, prompt: call.prompt, settings: settings)
        arguments.capabilities = capabilities
        arguments.defaults = task.defaults
        arguments.count = settings.count
        arguments.wishedSize = context.requestedSize == nil ? nil : settings.size
        // A word of the caller that names no model of the catalogue is a choice of the app.
        if own == .whatAppsSay, let wish = call.requestedModel?.trimmingWhitespace(), !wish.isEmpty {
            arguments.model = wish
        }
        if settings.seed == nil, !plan.settings.contains(.randomizeSeed) {
            arguments.drawnSeed = plan.drawSeed(from: task.draws, in: capabilities.seed)
        }
        return arguments
    }

    /// The job with its files on the server.
    private func bringing(
        _ pictures: GradioPictures, _ options: [Int: JSONValue], in context: GenerationContext
    ) async throws -> GradioPictureJob {
        let files = try await pictures.upload(last: arguments.capabilities.inputImages, to: app, in: context)
        var values: [Int: JSONValue] = [:]
        for (place, value) in options {
            values[place] = try await app.replacingFiles(in: value, of: plan.endpoint.parameters[place], in: context)
        }
        return GradioPictureJob(self, pictures: files.pictures, mask: files.mask, options: values)
    }

    private init(_ job: GradioPictureJob, pictures: [JSONValue], mask: JSONValue?, options: [Int: JSONValue]) {
        (app, plan, prompt, model, own) = (job.app, job.plan, job.prompt, job.model, job.own)
        (isOrdered, defaults, draws) = (job.isOrdered, job.defaults, job.draws)
        var arguments = job.arguments
        (arguments.pictures, arguments.mask, arguments.options) = (pictures, mask, options)
        self.arguments = arguments
    }

    /// Refuses what the app is sure to refuse, before anything is told or submitted.
    @inline(never)
    private func check() throws { _ = try plan.endpoint.arguments(values()) }

    /// The values to send.
    func values() -> [JSONValue] { arguments.values() }

    // MARK: Meanwhile

    /// Runs the job.
    /// - Returns: One value for each output.
    func run(
        by route: GradioRoute, session: GradioSession?, headers: HTTPHeaders, in context: GenerationContext
    ) async throws -> [JSONValue] {
        try await app.generate(
            plan.endpoint, values(), route: route, session: session, headers: headers, in: context,
            preview: preview(in: context))
    }

    // MARK: After

    /// What the app returned, by the endpoint's outputs.
    func result(_ output: [JSONValue]) -> GradioResult { GradioResult(output, of: plan.endpoint) }

    /// Makes a preview of values on the way to the result.
    func preview(in context: GenerationContext) -> @Sendable ([JSONValue]) -> ImageResponse? {
        { [app, plan, prompt, name = answeringModel] values in
            let pictures = GradioResult(values, of: plan.endpoint).pictures.prefix(Self.pictureLimit)
            let images = pictures.compactMap { try? app.image($0, in: context) }
            return images.isEmpty ? nil : ImageResponse(images: images, alt: prompt, model: name)
        }
    }

    /// Makes the response of what the app returned.
    /// - Parameters:
    ///   - result: What it returned.
    ///   - context: Makes the pictures.
    /// - Returns: The response, also without pictures.
    /// - Throws: `GenerationError` (`responseTooLarge`), and as `GradioApp.image(_:in:seed:size:)`.
    package func response(to result: GradioResult, in context: GenerationContext) throws -> ImageResponse {
        let pictures = result.pictures
        guard pictures.count <= Self.pictureLimit else {
            throw GenerationError(.responseTooLarge, "The Space answered with \(pictures.count) pictures.")
        }
        let sent = arguments.settings.seed ?? arguments.drawnSeed
        // A provider that drew the seed itself knows it.
        let seeds = draws == nil ? result.seeds : []
        var refusal: (any Error)?
        let images = try pictures.enumerated().compactMap { index, picture in
            let told = seeds.count == pictures.count ? seeds[index] : seeds.first
            // What no integer holds stands beside the picture as it came.
            let metadata = told.flatMap { $0.integer == nil ? ["seed": $0] : nil } ?? [:]
            do {
                return try app.image(
                    picture, in: context, seed: told == nil ? sent : told?.integer, size: expectedSize,
                    metadata: metadata)
            } catch  where picture.isFromPage {
                // A page also shows signs and marks from elsewhere; they spoil nothing.
                refusal = refusal ?? error
                return nil
            }
        }
        if images.isEmpty, let refusal { throw refusal }
        var response = ImageResponse(images: images, alt: prompt, model: answeringModel)
        if !isOrdered { response.text = result.words }
        return response
    }

    /// The size that the app was told; a choice of shapes tells none.
    private var expectedSize: PixelSize? {
        plan.settings.contains(.width) ? arguments.settings.size ?? defaults?.size : nil
    }

    /// What it means that there is no picture.
    func lackOfPicture(in result: GradioResult) -> GenerationError {
        let words = isOrdered ? nil : result.text?.printable(limit: 300)
        return GenerationError(
            .noImage, "The Space finished without a picture." + (words.map { " It says: \($0)" } ?? ""))
    }

    /// What to say where the app says that it took another seed than it was told.
    func seedWarning(_ result: GradioResult) -> GenerationWarning? {
        guard !isOrdered, let wish = arguments.settings.seed, let told = result.seeds.first?.integer, told != wish
        else { return nil }
        return GenerationWarning(
            .adjusted, setting: "seed", requested: .integer(wish), used: .integer(told),
            "The app says that it took the seed \(told) in place of \(wish).")
    }

    /// The model by its catalogue's name, or the choice of the app that was taken: a default one changes the picture as well.
    private var answeringModel: String {
        guard own == .whatAppsSay, let parameter = plan.parameter(.model) else { return model }
        if let choice = arguments.modelChoice(of: parameter) { return choice.label }
        return parameter.fallback.string ?? model
    }

    /// No app shows more at once.
    private static let pictureLimit = 1000
}

extension GradioSizeChoice {
    /// Whether it has a shape, but for what sizes are rounded to.
    fileprivate func hasShape(of size: PixelSize) -> Bool {
        abs(ratio - Double(size.width) / Double(size.height)) < 0.02 * ratio
    }
}

extension PixelSize {
    /// The largest size of the same shape that fits.
    fileprivate func shrunk(into rule: ImageSizeRule) -> PixelSize {
        let scale = min(
            1, Double(rule.width.upperBound) / Double(width), Double(rule.height.upperBound) / Double(height))
        return PixelSize(width: Int(Double(width) * scale), height: Int(Double(height) * scale))
    }
}

extension JSONValue {
    /// A choice as people read it.
    fileprivate var plainText: String { (string ?? description).printable(limit: 100) }
}

extension GradioEndpoint {
    /// The places of the parameters that values are given for.
    /// - Throws: `GenerationError` (`invalidRequest`) for a name that no parameter has.
    fileprivate func places(of options: [String: JSONValue]) throws -> [Int: JSONValue] {
        var places: [Int: JSONValue] = [:]
        for (name, value) in options {
            guard let place = parameters.firstIndex(where: { !$0.isHidden && $0.isCalled(name) }) else {
                throw GenerationError(
                    .invalidRequest,
                    "The endpoint \(label) has no parameter \(name.printable(limit: 60)). It has: \(parameterTitles).")
            }
            places[place] = value
        }
        return places
    }
}

extension GradioPlan {
    /// A seed to send where the app draws none itself.
    fileprivate func drawSeed(from draws: ClosedRange<Int>?, in range: ClosedRange<Int>?) -> Int? {
        guard let parameter = parameter(.seed), draws != nil || parameter.randomSeed == nil else { return nil }
        let own = draws ?? 0...Int(Int32.max)
        guard let range else { return .random(in: own) }
        return .random(in: own.overlaps(range) ? own.clamped(to: range) : range)
    }

    fileprivate func optionWarnings(_ pictures: GradioPictures) -> [GenerationWarning] {
        var warnings: [GenerationWarning] = []
        if pictures.hasMask, !settings.contains(.mask) {
            warnings.append(GenerationWarning(.unsupported, setting: "mask", "The app takes no mask."))
        }
        if !settings.contains(.prompt) {
            warnings.append(
                GenerationWarning(
                    .unsupported, setting: "prompt", "The endpoint \(endpoint.label) takes no prompt."))
        }
        return warnings
    }
}

extension GradioArgumentValues {
    /// What becomes of wishes for which the app only has choices.
    fileprivate func choiceWarnings(_ context: GenerationContext) throws -> [GenerationWarning] {
        var warnings: [GenerationWarning] = []
        if let wish = wishedSize,
            let parameter = plan.parameter(.resolution) ?? plan.parameter(.aspectRatio),
            let choice = sizeChoice(of: parameter)
        {
            let isShape = context.requestedSize?.width == nil && context.requestedSize?.height == nil
            let isKept = isShape ? choice.hasShape(of: wish) : choice.size == wish
            if !isKept {
                warnings.append(
                    GenerationWarning(
                        .adjusted, setting: "size", requested: .string(wish.description), used: choice.value,
                        "The app offers sizes to choose from; the nearest to \(wish) is \(choice.value.plainText)."))
            }
        }
        if let parameter = plan.parameter(.steps), !parameter.choices.isEmpty, let steps = settings.steps,
            !parameter.numberChoices.contains(where: { $0.number == steps })
        {
            let offered = parameter.numberChoices.map { String($0.number) }.joined(separator: ", ")
            warnings.append(
                GenerationWarning(
                    .unsupported, setting: "steps", requested: .integer(steps),
                    "The app does not offer \(steps) steps, only \(offered)."))
        }
        guard let model else { return warnings }
        guard let parameter = plan.parameter(.model) else {
            throw GenerationError(.unknownModel, "The app has no choice of models. Leave the model out.")
        }
        guard modelChoice(of: parameter) != nil else {
            let offered = parameter.choices.map(\.label).prefix(20).joined(separator: ", ").printable(limit: 500)
            throw GenerationError(
                .unknownModel, "The app has no model \(model.printable(limit: 80)). It has: \(offered).")
        }
        return warnings
    }
}
