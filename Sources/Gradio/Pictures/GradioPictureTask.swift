package import Foundation
package import GeneratorCore
internal import GeneratorTransport

/// A Space that makes a picture from a prompt at one endpoint: what the providers of that kind have in common.
package struct GradioPictureTask: Sendable {
    /// Where the Space runs.
    package let url: URL
    /// Its name on the Hub, where it is known.
    package let space: String?
    /// The Hub, whose token the Space may get.
    package let hub: URL
    /// What the provider remembers of it.
    package let cache: GradioConfigCache
    /// The endpoint's name, and its number where the app hides the name.
    package let endpoint: (name: String, id: Int?)
    /// The arguments in order.
    package let arguments: [GradioSetting]
    /// What is sent where nobody asked for anything, as near as the Space's ranges allow.
    package let defaults: GenerationSettings
    /// The way to the app.
    package let route: GradioRoute
    /// Sent with the submission only.
    package let headers: HTTPHeaders

    package init(
        url: URL, space: String? = nil, hub: URL, cache: GradioConfigCache, endpoint: (name: String, id: Int?),
        arguments: [GradioSetting],
        defaults: GenerationSettings, route: GradioRoute, headers: HTTPHeaders = [:]
    ) {
        self.url = url
        self.space = space
        self.hub = hub
        self.cache = cache
        self.endpoint = endpoint
        self.arguments = arguments
        self.defaults = defaults
        self.route = route
        self.headers = headers
    }

    /// Makes the picture of a call, and yields what happens on the way.
    /// - Returns: The result, which the caller yields.
    package func run<Options: ProviderOptions>(
        _ call: GenerationCall<Options>, in context: GenerationContext
    ) async throws -> ImageResponse {
        try await GradioApp.with(url, space: space, hub: hub, in: context, remembering: cache) { app in
            try await make(call, with: app, in: context)
        }
    }

    private func make<Options: ProviderOptions>(
        _ call: GenerationCall<Options>, with app: GradioApp, in context: GenerationContext
    ) async throws -> ImageResponse {
        let endpoint = try app.endpoint(endpoint.name, orID: endpoint.id, taking: arguments.count)
        guard endpoint.parameters.count == arguments.count else {
            throw GenerationError(
                .invalidResponse, "The Space's endpoint \(endpoint.label) takes other arguments than it used to.")
        }
        let capabilities = call.model.capabilities.narrowed(to: endpoint, arguments)
        let settings = try context.settings(within: capabilities)
        let values = arguments.map { $0.value(prompt: call.prompt, settings, defaults, capabilities) }
        // The direct route tells nothing on the way.
        if route == .run { try await context.status("Generating") }
        let output = try await app.generate(
            endpoint, values, route: route, headers: headers, in: context,
            preview: { values in
                let pictures = GradioResult(values, of: endpoint).pictures.prefix(Self.pictureLimit)
                let images = pictures.compactMap { try? app.image($0, in: context) }
                return images.isEmpty ? nil : ImageResponse(images: images, alt: call.prompt, model: call.model.id)
            })
        let result = GradioResult(output, of: endpoint)
        guard result.pictures.count <= Self.pictureLimit else {
            throw GenerationError(
                .responseTooLarge, "The Space answered with \(result.pictures.count) pictures.")
        }
        // What no integer holds stands beside the picture as it came.
        let seed = result.seed?.integer ?? (result.seed == nil ? settings.seed : nil)
        let metadata = result.seed.flatMap { $0.integer == nil ? ["seed": $0] : nil } ?? [:]
        let size = settings.size ?? defaults.size
        let images = try result.pictures.map {
            try app.image($0, in: context, seed: seed, size: size, metadata: metadata)
        }
        guard !images.isEmpty else { throw GenerationError(.noImage, "The Space finished without a picture.") }
        return ImageResponse(images: images, alt: call.prompt, model: call.model.id)
    }

    /// No app shows more at once.
    private static let pictureLimit = 1000
}

/// What an argument of a Space's endpoint means.
package enum GradioSetting: Sendable, Equatable {
    case prompt, seed, randomizeSeed, width, height, steps, guidance
    /// Anything else, with the value to send.
    case other(JSONValue)

    /// What to send: the setting, else the default within the range; newer servers refuse what lies outside of their ranges,
    /// also where nobody asked for anything.
    package func value(
        prompt: String, _ settings: GenerationSettings, _ defaults: GenerationSettings,
        _ capabilities: ModelCapabilities
    ) -> JSONValue {
        let size = settings.size ?? defaults.size ?? PixelSize(width: 1024, height: 1024)
        return switch self {
        case .prompt: .string(prompt)
        case .seed: .integer(settings.seed ?? (defaults.seed ?? 0).within(capabilities.seed))
        // The caller's seed wins.
        case .randomizeSeed: .bool(settings.seed == nil)
        case .width: .integer(size.width)
        case .height: .integer(size.height)
        case .steps: .integer(settings.steps ?? (defaults.steps ?? 1).within(capabilities.steps))
        case .guidance:
            JSONValue(plain: settings.guidance ?? (defaults.guidance ?? 1).within(capabilities.guidance))
        case .other(let value): value
        }
    }
}

extension ModelCapabilities {
    /// These capabilities within the ranges that an endpoint declares for its arguments.
    package func narrowed(to endpoint: GradioEndpoint, _ arguments: [GradioSetting]) -> ModelCapabilities {
        func parameter(_ setting: GradioSetting) -> GradioParameter? {
            arguments.firstIndex(of: setting).flatMap {
                endpoint.parameters.indices.contains($0) ? endpoint.parameters[$0] : nil
            }
        }
        func narrowed<Number>(_ own: ClosedRange<Number>, _ theirs: ClosedRange<Number>?) -> ClosedRange<Number> {
            theirs.map { own.overlaps($0) ? own.clamped(to: $0) : $0 } ?? own
        }
        var result = self
        result.seed = seed.map { narrowed($0, parameter(.seed)?.integerRange) }
        if let rule = size {
            result.size?.width = narrowed(rule.width, parameter(.width)?.integerRange)
            result.size?.height = narrowed(rule.height, parameter(.height)?.integerRange)
        }
        result.steps = steps.map { narrowed($0, parameter(.steps)?.integerRange) }
        result.guidance = guidance.map { narrowed($0, parameter(.guidance)?.range) }
        return result
    }
}

extension Comparable {
    fileprivate func within(_ range: ClosedRange<Self>?) -> Self {
        range.map { Swift.min(Swift.max(self, $0.lowerBound), $0.upperBound) } ?? self
    }
}
