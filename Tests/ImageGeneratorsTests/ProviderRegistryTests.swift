import Foundation
import GeneratorTransport
import ImageGenerators
import TestPace
import Testing

@Suite(.paced) struct ProviderRegistryTests {
    @Test func theFirstProviderIsTheOneToTakeWhereNoneIsNamed() {
        #expect(ProviderRegistry.providers.first?.id == "flux1-schnell")
    }

    @Test func namesAreUniqueAndUsableOnACommandLine() {
        let names = ProviderRegistry.providers.map(\.id.rawValue)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }, "\(name)")
        }
    }

    @Test func everyProviderIsMadeUnderItsName() throws {
        for registered in ProviderRegistry.providers {
            let provider = registered.make(ProviderConfiguration())
            #expect(provider.id == registered.id)
            #expect(provider.models.models.contains { $0.id == provider.models.defaultModel })
            #expect(!registered.label.isEmpty)
            let url = try #require(URL(string: registered.url))
            #expect(url.scheme == "https")
        }
    }

    @Test func aProviderIsFoundByItsName() throws {
        for registered in ProviderRegistry.providers {
            #expect(try ProviderRegistry.provider(named: registered.id.rawValue).id == registered.id)
        }
    }

    @Test(arguments: ["", "flux", "FLUX1-SCHNELL", "no\u{1B}[31mbody"]) func anUnknownNameIsRefusedWithTheNamesThereAre(
        _ name: String
    ) throws {
        let error = try #require(throws: GenerationError.self) { try ProviderRegistry.provider(named: name) }
        #expect(error.code == .invalidRequest)
        #expect(error.wasAccepted == false)
        #expect(error.message.hasPrefix("There is no provider "))
        #expect(!error.message.contains("\u{1B}"))
        for registered in ProviderRegistry.providers { #expect(error.message.contains(registered.id.rawValue)) }
    }

    @Test func aConfigurationReachesTheProvider() async throws {
        let transport = RecordingTransport()
        let base = try #require(URL(string: "https://space.example/app"))
        let hub = try #require(URL(string: "https://hub.example"))
        let environment = GenerationEnvironment {
            $0.transport = transport
            $0.retry.retries = 0
        }
        for registered in ProviderRegistry.providers {
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

extension ProviderRegistryTests {
    @Test(arguments: ProdiaAPI.allCases) func theInterfaceOfProdiaCanBeChosen(_ api: ProdiaAPI) async throws {
        let registered = try ProviderRegistry.provider(named: "prodia")
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
        #expect(ProviderRegistry.providers.filter { !$0.apis.isEmpty }.map(\.id) == ["prodia"])
    }
}

/// Sends nothing, and remembers where it would have gone.
private struct RecordingTransport: HTTPTransport {
    private let seen = Locked<[URL]>([])

    var urls: [URL] { seen.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        seen.withLock { $0.append(request.url) }
        throw TransportError(.connectionFailed, "There is no network here.")
    }
}
