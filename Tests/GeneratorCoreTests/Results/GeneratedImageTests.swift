import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import GeneratorCore

@Suite(.paced)
struct GeneratedImageTests {
    private let folder = Folder()

    /// Goes away with its files.
    private final class Folder: Sendable {
        let url = FileManager.default.temporaryDirectory.appending(path: "pictures-\(UUID().uuidString)")

        deinit { try? FileManager.default.removeItem(at: url) }

        var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted() }
    }

    /// A picture at a server, as a provider whose origin is `origin` describes it.
    private func remote(
        _ server: LoopbackServer, _ path: String = "picture", headers: HTTPHeaders = [:], origin: URL? = nil
    ) async throws -> GeneratedImage {
        let url = server.url.appending(path: path), origin = HTTPOrigin(origin ?? server.url)
        let environment = GenerationEnvironment {
            $0.retry = .never
            $0.credentials = GenerationCredentials()
        }
        let provider = ScriptedProvider(environment: environment) { _, context in
            let image = context.image(at: url, headers: headers, origin: origin, seed: 7, metadata: ["a": 1])
            try await context.yield(.image(ImageResponse(images: [image], alt: "fox")))
        }
        return try await provider.image("A fox")
    }

    private func failure(_ work: () async throws -> Void) async throws -> GenerationError {
        do {
            try await work()
        } catch {
            return try #require(error as? GenerationError)
        }
        throw GenerationError(.invalidRequest, "Nothing was thrown.")
    }

    // MARK: Bytes

    @Test func bytes() async throws {
        let image = GeneratedImage(data: pixel, seed: 3, metadata: ["a": 1])
        #expect(image.isLocal)
        #expect(image.seed == 3 && image.metadata == ["a": 1])
        #expect(image.mediaType == "image/png")
        #expect(image.size == PixelSize(width: 16, height: 16))
        #expect(try DataURL(image.url.absoluteString, limit: 1 << 20).data == pixel)
        let loaded = try await image.load()
        #expect(loaded.data == pixel)
        #expect(loaded.format == .png)
        #expect(loaded.size == PixelSize(width: 16, height: 16))
    }

    @Test func savingNeverReplaces() async throws {
        let image = GeneratedImage(data: pixel)
        for _ in 0..<3 { _ = try await image.save(to: folder.url, named: "fox") }
        let last = try await image.save(to: folder.url, named: "fox")
        #expect(folder.files == ["fox-2.png", "fox-3.png", "fox-4.png", "fox.png"])
        #expect(try Data(contentsOf: last.file) == pixel)
        _ = try await image.save(to: folder.url, named: "../../escape")
        #expect(folder.files.count == 5)
        _ = try await image.save(to: folder.url)
        #expect(folder.files.contains("image.png"))
    }

    @Test func bytesThatAreNoPicture() async throws {
        let image = GeneratedImage(data: Data("<html>".utf8))
        #expect(image.mediaType == nil && image.size == nil)
        #expect(image.url.absoluteString.hasPrefix("data:application/octet-stream;base64,"))
        for error in [
            try await failure { _ = try await image.load() },
            try await failure { _ = try await image.save(to: folder.url) },
        ] {
            #expect(error.code == .invalidResponse)
            #expect(error.wasAccepted == true)
            #expect(!error.isRetryable)
        }
        #expect(folder.files.isEmpty)
    }

    @Test func aFolderThatCannotBe() async throws {
        let file = folder.url.appending(path: "file")
        try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
        try Data().write(to: file)
        let error = try await failure { _ = try await GeneratedImage(data: pixel).save(to: file) }
        #expect(error.code == .fileUnwritable)
        #expect(error.wasAccepted == true)
    }

    // MARK: From a server

    @Test func loadAndSave() async throws {
        let server = try LoopbackServer { request, responder in
            try await responder.respond(headers: [("content-type", "image/jpeg")], body: pixel)
        }
        let image = try await remote(server, headers: ["x-key": "sesame"])
        #expect(!image.isLocal && image.seed == 7 && image.metadata == ["a": 1])
        #expect(image.url == server.url.appending(path: "picture"))
        #expect(try await image.load().data == pixel)
        let file = try await image.save(to: folder.url, named: "fox")
        // By its bytes, whatever the server calls it.
        #expect(folder.files == ["fox.png"])
        #expect(try Data(contentsOf: file.file) == pixel)
        #expect(server.requests.map { $0.header("x-key") } == ["sesame", "sesame"])
    }

    @Test func credentialsStayWithTheirOrigin() async throws {
        let elsewhere = try LoopbackServer { _, responder in try await responder.respond(body: pixel) }
        let target = elsewhere.url.appending(path: "cdn").absoluteString
        let server = try LoopbackServer { _, responder in
            try await responder.respond(status: 302, headers: [("location", target)])
        }
        let headers: HTTPHeaders = ["Authorization": "Bearer sesame", "x-hf-authorization": "Bearer sesame"]
        let image = try await remote(server, headers: headers)
        #expect(try await image.load().data == pixel)
        #expect(server.requests.first?.header("authorization") == "Bearer sesame")
        let arrived = try #require(elsewhere.requests.first)
        #expect(!arrived.headers.contains { $0.value.contains("sesame") })
    }

    @Test func aPageIsNoPicture() async throws {
        let server = try LoopbackServer { _, responder in
            try await responder.respond(
                headers: [("content-type", "image/png")], body: Data("<!DOCTYPE html><title>Expired</title>".utf8))
        }
        let image = try await remote(server)
        for error in [
            try await failure { _ = try await image.load() },
            try await failure { _ = try await image.save(to: folder.url) },
        ] {
            #expect(error.code == .invalidResponse)
            #expect(error.wasAccepted == true)
        }
        #expect(folder.files.isEmpty)
    }

    @Test func statuses() async throws {
        let server = try LoopbackServer { request, responder in
            let status = Int(request.path.dropFirst()) ?? 500
            try await responder.respond(status: status, json: #"{"detail":"gone for good"}"#)
        }
        for (status, code) in [(404, GenerationError.Code.notFound), (401, .unauthorized), (503, .serviceUnavailable)] {
            let image = try await remote(server, "\(status)")
            let error = try await failure { _ = try await image.load() }
            #expect(error.code == code)
            #expect(error.status == status)
            #expect(error.message.contains("gone for good"))
            #expect(error.wasAccepted == true)
            #expect(error.isRetryable == (status == 503))
        }
    }

    @Test func privateAddressesAreNotAsked() async throws {
        let server = try LoopbackServer { _, responder in try await responder.respond(body: pixel) }
        let origin = try #require(URL(string: "https://public.example"))
        let image = try await remote(server, origin: origin)
        #expect(try await failure { _ = try await image.load() }.code == .unsafeURL)
        #expect(server.requests.isEmpty)
    }

    @Test func aDownloadWaitsOnTheSameClock() async throws {
        let clock = ManualClock()
        let asked = Tally()
        let transport = CannedTransport { _ in
            asked.add()
            try await waitForCancellation()
            return (200, "")
        }
        let provider = ScriptedProvider(environment: .sealed(clock, transport)) { _, context in
            let url = try #require(URL(string: "http://127.0.0.1:1/fox"))
            let image = context.image(at: url, origin: HTTPOrigin(url))
            try await context.yield(.image(ImageResponse(images: [image], alt: "fox")))
        }
        let image = try await provider.image("A fox")
        // The generation's own time is over; a download has its own.
        clock.advance(by: .seconds(1000))
        let failure = Task { try await self.failure { _ = try await image.load() } }
        await asked.reach()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(300))
        let error = try await failure.value
        #expect(error.code == .timedOut)
        #expect(error.wasAccepted == true)
    }

    @Test func anErrorOfADownloadRepeatsNoPrompt() async throws {
        let server = try LoopbackServer { _, responder in
            try await responder.respond(status: 500, json: #"{"error":"No place for A red fox asleep today"}"#)
        }
        let url = server.url.appending(path: "picture"), origin = HTTPOrigin(server.url)
        let environment = GenerationEnvironment { $0.retry = .never }
        let provider = ScriptedProvider(environment: environment) { _, context in
            let image = context.image(at: url, origin: origin)
            try await context.yield(.image(ImageResponse(images: [image], alt: "")))
        }
        let image = try await provider.image("A red fox asleep")
        let error = try await failure { _ = try await image.load() }
        #expect(error.message == "The server answered 500: No place for <prompt> today")
    }

    @Test func aCancellationStaysOne() async throws {
        let server = try LoopbackServer { _, responder in await responder.waitForDisconnect() }
        let image = try await remote(server)
        let download = Task { try await image.load() }
        try await server.waitUntil { $0.requestCount == 1 }
        download.cancel()
        await #expect(throws: CancellationError.self) { try await download.value }
    }
}
