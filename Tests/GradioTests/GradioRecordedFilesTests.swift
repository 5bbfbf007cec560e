import Foundation
import GeneratorCore
import GeneratorTesting
import GradioRecordings
import TestPace
import Testing

@testable import Gradio

@Suite("Files, as they were recorded", .paced)
struct GradioRecordedFilesTests {
    /// The URL that the client would fetch for the file in a recorded result, as it stands in a request.
    private func target(_ stream: GradioRecording.Exchange, _ app: GradioApp) throws -> String {
        let data = try #require(stream.body.split(separator: "\n").last { $0.hasPrefix("data: ") }).dropFirst(6)
        let value = try #require(JSONValue(parsing: Data(data.utf8))[0])
        let file = try #require(GradioFile(value) ?? value[0].flatMap(GradioFile.init))
        return try #require(app.url(for: file)).absoluteString.replacing(app.url.absoluteString, with: "")
    }

    @Test("an odd name is asked for in the form that the server knew", arguments: GradioRecording.versions)
    func oddName(_ version: String) async throws {
        let recording = try GradioRecording("file_names", version)
        let app = try await ReplayServer(version: version).connect()
        let asked = try #require(recording.exchanges.first { $0.label == "path fully percent-encoded" })
        #expect(asked.status == 200)
        #expect(try target(#require(recording.streams.first), app) == asked.target)
    }

    @Test("the path is right where the server's URL was not", arguments: GradioRecording.versions)
    func pathBeforeURL(_ version: String) async throws {
        let recording = try GradioRecording("call_url_length", version)
        let app = try await ReplayServer(version: version).connect()
        let downloads = recording.exchanges.filter { $0.target.contains("/file=") }
        let streams = recording.streams
        #expect(streams.count == 2)
        for stream in streams {
            let target = try target(stream, app)
            #expect(downloads.contains { $0.target == target && $0.status == 200 })
            #expect(!downloads.contains { $0.target == target && $0.status != 200 })
        }
        // The recording shows why: the URL as given.
        let given = downloads.first?.status
        #expect(given == (version == "4.44.1" ? 404 : 200))
    }

    @Test("every picture of a result is asked for as the recorder did", arguments: GradioRecording.versions)
    func pictures(_ version: String) async throws {
        let app = try await ReplayServer(version: version).connect()
        let recording = try GradioRecording("call_success", version)
        let download = try #require(recording.exchanges.last)
        #expect(try target(#require(recording.streams.first), app) == download.target)
        #expect(download.status == 200)
    }

    @Test("every answer to an upload is a file or a typed error", arguments: GradioRecording.versions)
    func uploads(_ version: String) async throws {
        for exchange in try GradioRecording("uploads", version).exchanges {
            let server = try LoopbackServer { request, responder in
                guard request.method == "POST" else {
                    return try await responder.respond(
                        json: "{\"version\":\"\(version)\",\"api_prefix\":\"/gradio_api\",\"dependencies\":[]}")
                }
                let type = exchange.headers.first { $0.name == "content-type" }?.value ?? ""
                try await responder.respond(
                    status: exchange.status, headers: [("content-type", type)], body: Data(exchange.body.utf8))
            }
            let app = try await GradioApp.connect(to: server.url)
            let paths = (try? JSONValue(parsing: Data(exchange.body.utf8)))?.array ?? []
            do {
                let file = try await app.upload(Data([1]), name: "a.txt", mediaType: "text/plain")
                #expect(exchange.status == 200)
                #expect(file.path == paths.first?.string)
                #expect(file.argument["path"] == paths.first)
                // Not the caller's name, of which releases take out what they do not like.
                #expect(file.originalName == paths.first?.string?.split(separator: "/").last.map(String.init))
            } catch let error as GenerationError {
                #expect(exchange.status != 200 || paths.isEmpty)
                #expect(error.code == (exchange.status == 200 ? .invalidResponse : .serviceError))
                #expect(!error.message.contains("site-packages"))
                #expect(error.wasAccepted == false)
            }
        }
    }
}
