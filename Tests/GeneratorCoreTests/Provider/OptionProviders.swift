import GeneratorCore

/// Two providers that share a type of options, and say which they were given.
struct BrushOptions: ProviderOptions {
    var brush = "default"
}

struct BrushProvider: AsyncGeneratorProvider {
    let id: ProviderID = "brush"
    let models = ModelCatalog("brush")
    let environment = GenerationEnvironment.sealed()

    func run(_ call: GenerationCall<BrushOptions>, in context: GenerationContext) async throws {
        try await context.yield(.text(call.options.brush))
    }
}

struct PencilProvider: AsyncGeneratorProvider {
    let id: ProviderID = "pencil"
    let models = ModelCatalog("pencil")
    let environment = GenerationEnvironment.sealed()

    func run(_ call: GenerationCall<BrushOptions>, in context: GenerationContext) async throws {
        try await context.yield(.text(call.options.brush))
    }
}
