import Foundation
import GeneratorTransport
import ImageGenerators
import TestPace
import Testing

@testable import ImagineCommand

/// The options that say where a service is, and who asks.
@Suite(.paced) struct ServiceArgumentsTests {
    private func urls(_ provider: String, _ values: String...) throws -> ServiceURLs {
        let arguments = try Arguments(["harbour"] + values.flatMap { ["--base-url", $0] })
        return try arguments.serviceURLs(for: ProviderRegistry.standard.provider(named: provider))
    }

    @Test func oneURLForAllRoles() throws {
        let urls = try urls("g4f", "https://host.example/path?a=b")
        #expect(urls.base?.absoluteString == "https://host.example/path?a=b")
        #expect(urls.roles.isEmpty)
    }

    @Test func aURLForEachRoleAndOneForTheRest() throws {
        let urls = try urls("g4f", "janus=http://127.0.0.1:1/a", "http://127.0.0.1:2", "flux-dev=http://127.0.0.1:3")
        #expect(urls.base?.absoluteString == "http://127.0.0.1:2")
        #expect(
            urls.roles.mapValues(\.absoluteString) == [
                "janus": "http://127.0.0.1:1/a", "flux-dev": "http://127.0.0.1:3",
            ])
        #expect(urls.all.count == 3)
    }

    @Test(arguments: [
        (
            "g4f", ["dev=http://a"],
            "The provider g4f has no role dev. --base-url takes janus=URL, flux=URL, flux-dev=URL, or one URL for all."
        ),
        (
            "g4f", ["=http://a"],
            "The provider g4f has no role . --base-url takes janus=URL, flux=URL, flux-dev=URL, or one URL for all."
        ),
        ("flux-dev", ["janus=http://a"], "The provider flux-dev has one URL: --base-url URL."),
        ("flux-dev", ["http://a", "http://b"], "--base-url is given more than once."),
        ("g4f", ["flux=http://a", "flux=http://b"], "--base-url flux= is given more than once."),
        ("g4f", ["flux=nowhere"], "--base-url flux= takes a URL such as http://127.0.0.1:7860."),
        ("g4f", ["nowhere"], "--base-url takes a URL such as http://127.0.0.1:7860."),
    ]) func mistakesWithURLs(provider: String, values: [String], message: String) throws {
        let arguments = try Arguments(["harbour"] + values.flatMap { ["--base-url", $0] })
        let registered = try ProviderRegistry.standard.provider(named: provider)
        let error = try #require(throws: UsageError.self) { try arguments.serviceURLs(for: registered) }
        #expect(error.message == message)
    }

    @Test func routes() throws {
        for route in GradioRoute.allCases {
            #expect(try Arguments(["harbour", "--route", route.rawValue]).route() == route)
        }
        #expect(try Arguments(["harbour"]).route() == .automatic)
        let error = try #require(throws: UsageError.self) { try Arguments(["harbour", "--route", "fast"]).route() }
        #expect(error.message == "--route takes automatic, queue, call or run.")
    }

    private func logins(_ words: [String], urls: [String], defaults: [String]) throws -> [String] {
        let named = ["harbour", "--username", "me", "--password-env", "PASSWORD"]
        let credentials = try Arguments(named + words).credentials(
            ["PASSWORD": "pass word"], for: urls.compactMap(URL.init), defaults: defaults.compactMap(URL.init), hub: nil
        )
        for login in credentials.logins.values {
            #expect(login == GenerationLogin(username: "me", password: Secret("pass word")))
        }
        return credentials.logins.keys.map(\.description).sorted()
    }

    @Test func aLoginIsForTheServicesThatWereNamed() throws {
        let defaults = ["https://a.example", "https://b.example/path"]
        #expect(try logins([], urls: [], defaults: defaults) == ["https://a.example", "https://b.example"])
        #expect(
            try logins([], urls: ["http://127.0.0.1:1/x", "http://127.0.0.1:2"], defaults: defaults)
                == ["http://127.0.0.1:1", "http://127.0.0.1:2"])
    }

    @Test func aProviderWithRolesSaysWhereTheyRun() throws {
        for provider in ProviderRegistry.standard.providers {
            #expect(provider.roles.count == provider.roleURLs.count, "\(provider.id)")
            #expect(provider.roleURLs.allSatisfy { URL(string: $0)?.host != nil })
        }
        #expect(try ProviderRegistry.standard.provider(named: "g4f").roleURLs.contains(G4FProvider.defaultURL))
    }

    @Test(arguments: [
        (["--username", "me"], "--username needs --password-env NAME beside it."),
        (["--password-env", "PASSWORD"], "--password-env needs --username NAME beside it."),
    ]) func halfALogin(words: [String], message: String) async throws {
        for command in [["harbour"], ["space", "http://127.0.0.1:9"]] {
            let run = await CommandRun.run(command + words, environment: ["PASSWORD": "x"])
            #expect(run.status == 64)
            #expect(run.errorLines.first == "imagine: \(message) [invalidRequest]")
        }
    }

    @Test func cookieFilesThatCannotBeRead() async throws {
        let folder = try TestFolder()
        let binary = try folder.write(Data([0xFF, 0xFE, 0x00]), "binary")
        for (path, reason) in [
            (folder.path + "/none", "does not exist"), (folder.path, "is a directory"), (binary, "is not text"),
        ] {
            let run = await CommandRun.run(["harbour", "--cookie-file", path, "--no-save"])
            #expect(run.status == 66)
            #expect(run.error == "imagine: The cookie file \(path) \(reason). [fileUnreadable]\n")
        }
        let empty = try folder.write(Data(), "empty")
        let run = await CommandRun.run(["harbour", "--cookie-file", empty, "--no-save"])
        #expect(run.status == 64)
    }
}
