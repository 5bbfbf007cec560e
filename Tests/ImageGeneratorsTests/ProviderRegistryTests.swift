import Foundation
import GeneratorTransport
import ImageGenerators
import TestPace
import Testing

@Suite(.paced) struct ProviderRegistryTests {
    @Test func theFirstProviderIsTheOneToTakeWhereNoneIsNamed() {
        #expect(ProviderRegistry.standard.providers.first?.id == "flux1-schnell")
    }

    @Test func namesAreUniqueAndUsableOnACommandLine() {
        let names = ProviderRegistry.standard.providers.map(\.id.rawValue)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }, "\(name)")
        }
    }

    @Test func everyProviderIsMadeUnderItsName() throws {
        for registered in ProviderRegistry.standard.providers {
            let provider = registered.make(ProviderConfiguration())
            #expect(provider.id == registered.id)
            #expect(provider.models.models.contains { $0.id == provider.models.defaultModel })
            #expect(!registered.label.isEmpty)
            // A name or a configuration has to say where an app is.
            guard registered.id != "gradio" else { continue }
            let url = try #require(URL(string: registered.url))
            #expect(url.scheme == "https")
        }
    }

    @Test func aProviderIsFoundByItsName() throws {
        for registered in ProviderRegistry.standard.providers {
            #expect(try ProviderRegistry.standard.provider(named: registered.id.rawValue).id == registered.id)
        }
    }

    @Test(arguments: ["", "flux", "FLUX1-SCHNELL", "no\u{1B}[31mbody"]) func anUnknownNameIsRefusedWithTheNamesThereAre(
        _ name: String
    ) throws {
        let error = try #require(throws: GenerationError.self) { try ProviderRegistry.standard.provider(named: name) }
        #expect(error.code == .invalidRequest)
        #expect(error.wasAccepted == false)
        #expect(error.message.hasPrefix("There is no provider "))
        #expect(!error.message.contains("\u{1B}"))
        for registered in ProviderRegistry.standard.providers {
            #expect(error.message.contains(registered.id.rawValue))
        }
    }

    @Test func aConfigurationReachesTheProvider() async throws {
        let transport = RecordingTransport()
        let base = try #require(URL(string: "https://space.example/app"))
        let hub = try #require(URL(string: "https://hub.example"))
        let environment = GenerationEnvironment {
            $0.transport = transport
            $0.retry.retries = 0
        }
        for registered in ProviderRegistry.standard.providers {
            var configuration = ProviderConfiguration(baseURL: base, hubURL: hub, environment: environment)
            // A key is what makes this one send anything; to the others it would be a token that the Hub gives else.
            if registered.id == "prodia" { configuration.environment.credentials.apiKey = Secret("sesame") }
            let provider = registered.make(configuration)
            let before = transport.urls.count
            await #expect(throws: GenerationError.self) { _ = try await provider.image("A quiet harbour") }
            #expect(transport.urls.count > before, "\(registered.id)")
        }
        let hosts = transport.urls.compactMap(\.host)
        #expect(!hosts.isEmpty)
        #expect(Set(hosts) == ["space.example", "hub.example"])
        #expect(transport.urls.allSatisfy { $0.host == "hub.example" || $0.path.hasPrefix("/app/") })
    }
}

/// A registry is a value, and a name may say more than which provider.
extension ProviderRegistryTests {
    @Test func anybodyCanAddAProvider() async throws {
        var registry = ProviderRegistry.standard
        let count = registry.providers.count
        registry.add(
            RegisteredProvider("flux1-schnell", label: "another") {
                WordProvider(id: "flux1-schnell", words: $0.detail ?? "none")
            })
        registry.add(
            RegisteredProvider("words", label: "says words", detail: "a word") {
                WordProvider(id: "words", words: $0.detail ?? "none")
            })
        #expect(registry.providers.count == count + 1)
        #expect(registry.providers.first?.label == "another" && registry.providers.last?.id == "words")
        #expect(ProviderRegistry.standard.providers.count == count)
        let said = { (name: String) in
            try await registry.make(name).createAsyncGenerator(prompt: "A fox").response().text
        }
        #expect(try await said("words") == "none")
        #expect(try await said("words:a:b/c") == "a:b/c")
        #expect(try await said("flux1-schnell") == "none")
        // A word that refuses, and the next provider.
        #expect(try await said("words:refuse,words:second") == "second")
        #expect(try registry.make("words:a, flux1-schnell").id == "words,flux1-schnell")
        for name in ["words:", "flux-dev:x", "words,,flux-dev", "nobody:x", ":x", ","] {
            let error = try #require(throws: GenerationError.self) { try registry.make(name) }
            #expect(error.code == .invalidRequest && error.wasAccepted == false)
        }
    }

    @Test func aJobTypeBehindTheColonIsTheOneThatIsTaken() async throws {
        let transport = RecordingTransport()
        let configuration = ProviderConfiguration(
            environment: GenerationEnvironment {
                $0.transport = transport
                $0.credentials.apiKey = Secret("sesame")
            })
        let name = "prodia:inference.flux.schnell.txt2img.v2"
        let provider = try ProviderRegistry.standard.make(name, configuration)
        #expect(provider.id == "prodia" && provider.models.defaultModel == "inference.flux.schnell.txt2img.v2")
        #expect(
            try ProviderRegistry.standard.make("prodia:flux-dev").models.defaultModel.hasPrefix("inference.flux.dev."))
        await #expect(throws: GenerationError.self) { _ = try await provider.image("A quiet harbour") }
        let body = try #require(transport.bodies.first ?? nil)
        #expect(try JSONValue(parsing: body)["type"] == "inference.flux.schnell.txt2img.v2")
        // A type that is not known here takes every setting, as it does where a request names it.
        let unknown = try ProviderRegistry.standard.make("prodia:inference.nobody.knows.v9")
        #expect(
            try unknown.models.resolve(nil).model.capabilities
                == unknown.models.resolve("inference.x.y").model.capabilities)
    }

    @Test func aSpaceBehindTheColonIsTheOneThatIsAsked() async throws {
        let transport = RecordingTransport()
        var configuration = ProviderConfiguration(
            environment: GenerationEnvironment {
                $0.transport = transport
                $0.retry = .never
            })
        configuration.hubURL = URL(string: "https://hub.example")
        let provider = try ProviderRegistry.standard.make("gradio:owner/space", configuration)
        #expect(provider.id == "gradio")
        await #expect(throws: GenerationError.self) { _ = try await provider.image("A quiet harbour") }
        #expect(transport.urls.contains { $0.host == "hub.example" && $0.path.contains("owner/space") })
        // Without a name there is nothing to ask.
        let nameless = try ProviderRegistry.standard.make("gradio", configuration)
        let before = transport.urls.count
        let error = await #expect(throws: GenerationError.self) { _ = try await nameless.image("A quiet harbour") }
        #expect(error?.code == .invalidRequest && transport.urls.count == before)
    }

    @Test func whatIsForOneServiceIsNotGivenToSeveral() throws {
        let key = ProviderConfiguration(
            environment: GenerationEnvironment { $0.credentials = GenerationCredentials(apiKey: Secret("sesame")) })
        let url = ProviderConfiguration(baseURL: URL(fileURLWithPath: "/"))
        for configuration in [key, url] {
            #expect(throws: GenerationError.self) {
                try ProviderRegistry.standard.make("prodia,flux-dev", configuration)
            }
            _ = try ProviderRegistry.standard.make("prodia", configuration)
        }
        var asked: [ProviderID] = []
        let provider = try ProviderRegistry.standard.make("prodia,flux-dev") { registered in
            asked.append(registered.id)
            return key
        }
        #expect(asked == ["prodia", "flux-dev"] && provider is FallbackProvider)
    }

    @Test(arguments: ProdiaAPI.allCases) func theInterfaceOfProdiaCanBeChosen(_ api: ProdiaAPI) async throws {
        let registered = try ProviderRegistry.standard.provider(named: "prodia")
        #expect(registered.apis.contains(api))
        let transport = RecordingTransport()
        var configuration = ProviderConfiguration(
            environment: GenerationEnvironment {
                $0.transport = transport
                $0.retry.retries = 0
            })
        configuration.prodiaAPI = api
        configuration.variables = ["PRODIA_TOKEN": "sesame"]
        let provider = try #require(registered.make(configuration) as? ProdiaProvider)
        #expect(provider.api == api)
        await #expect(throws: GenerationError.self) { _ = try await provider.image("A quiet harbour") }
        let isOld = api == .legacy || api == .v1
        #expect(transport.urls.map(\.host) == [isOld ? "api.prodia.com" : "inference.prodia.com"])
    }

    @Test func onlyOneProviderHasInterfacesToChooseFrom() {
        #expect(ProviderRegistry.standard.providers.filter { !$0.apis.isEmpty }.map(\.id) == ["prodia"])
    }
}

/// Says its words, or accepts nothing.
private struct WordProvider: AsyncGeneratorProvider {
    let id: ProviderID
    let models = ModelCatalog(ModelDescriptor("word", kinds: [.text]))
    let environment = GenerationEnvironment()
    let words: String

    func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        guard words != "refuse" else { throw GenerationError(.queueFull, "Not now.") }
        try await context.yield(.text(words))
    }
}

/// Sends nothing, and remembers where it would have gone.
private struct RecordingTransport: HTTPTransport {
    private let seen = Locked<[HTTPRequest]>([])

    var urls: [URL] { seen.withLock { $0.map(\.url) } }
    var bodies: [Data?] { seen.withLock { $0.map(\.body) } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        seen.withLock { $0.append(request) }
        throw TransportError(.connectionFailed, "There is no network here.")
    }
}
