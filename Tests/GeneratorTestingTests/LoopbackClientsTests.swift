import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("Loopback server: with real clients", .paced)
struct LoopbackClientsTests {
    private func server() throws -> LoopbackServer {
        try LoopbackServer { request, responder in
            switch request.path {
            case "/stream":
                try await responder.beginStream(headers: [("content-type", "text/event-stream")])
                for number in 1...3 { try await responder.send("data: \(number)\n\n") }
                try await responder.end()
            case "/never": await responder.waitForDisconnect()
            case "/cut":
                try await responder.beginStream()
                try await responder.send("part")
            default:
                try await responder.respond(
                    headers: [("x-method", request.method)],
                    body: request.body.isEmpty ? Data("hello".utf8) : request.body)
            }
        }
    }

    @Test("URLSession reads bodies and streams, over one connection")
    func urlSession() async throws {
        let server = try server()
        let client = SessionClient()
        let hello = await client.load(URLRequest(url: server.url.appendingPathComponent("x")))
        #expect(hello == SessionClient.Answer(status: 200, body: "hello"))
        var post = URLRequest(url: server.url)
        post.httpMethod = "POST"
        post.httpBody = Data(repeating: UInt8(ascii: "z"), count: 3_000_000)
        #expect(await client.load(post).body.utf8.count == 3_000_000)
        let stream = await client.load(URLRequest(url: server.url.appendingPathComponent("stream")))
        #expect(stream.body == "data: 1\n\ndata: 2\n\ndata: 3\n\n")
        #expect(server.acceptedConnections == 1)
        #expect(server.requests.map(\.isFirstOnConnection) == [true, false, false])
        #expect(await client.load(URLRequest(url: server.url.appendingPathComponent("cut"))).failed)
    }

    @Test("the server sees that URLSession cancelled")
    func urlSessionCancels() async throws {
        let server = try server()
        let client = SessionClient()
        let task = client.start(URLRequest(url: server.url.appendingPathComponent("never")))
        try await server.waitUntil { $0.requestCount == 1 }
        task.cancel()
        try await server.waitUntil { $0.openConnections == 0 }
    }

    @Test("curl agrees", .enabled(if: findCurl() != nil))
    func curlAgrees() async throws {
        let server = try server()
        let url = server.url.absoluteString
        let plain = try await Self.runCurl(
            "-i", url + "/one", "-w", "|%{num_connects}|", "--next", "-sS", url + "/two", "-w", "|%{num_connects}|")
        #expect(plain.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(plain.hasSuffix("\r\n\r\nhello|1|hello|0|"))
        #expect(try await Self.runCurl("-N", url + "/stream") == "data: 1\n\ndata: 2\n\ndata: 3\n\n")
        #expect(try await Self.runCurl("-I", url + "/head").contains("x-method: HEAD\r\n"))
        let upload = try await Self.runCurl(
            "-H", "Expect: 100-continue", "-H", "Transfer-Encoding: chunked", "-d", "chunked body", "-i", url)
        #expect(upload.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
        #expect(upload.hasSuffix("\r\n\r\nchunked body"))
        #expect(try await Self.runCurl("--http1.0", url + "/stream").hasSuffix("data: 3\n\n"))
        #expect(try await Self.runCurl("-w", "|%{exitcode}", url + "/cut") == "part|18")
    }

    private static func runCurl(_ arguments: String...) async throws -> String {
        #if os(macOS) || os(Linux)
            let process = Process()
            let curl: URL = try #require(findCurl())
            process.executableURL = curl
            process.arguments = ["-q", "-sS", "--noproxy", "*", "--max-time", "240"] + arguments
            let pipe = Pipe.uninherited()
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            let output = Locked("")
            try process.run()
            await withCheckedContinuation { continuation in
                DispatchQueue(label: "curl").async {
                    let data = pipe.fileHandleForReading.readDataToEndOfFile()
                    output.withLock { $0 = String(decoding: data, as: UTF8.self) }
                    continuation.resume()
                }
            }
            return output.withLock { $0 }
        #else
            return ""
        #endif
    }
}

/// A URLSession with delegate-free data tasks, without the parts that are unsafe on Linux.
private final class SessionClient: Sendable {
    struct Answer: Equatable {
        var status = 0
        var body = ""
        var failed = false
    }

    private let session: URLSession

    init() {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        session = URLSession(configuration: configuration)
    }

    func start(_ request: URLRequest) -> URLSessionDataTask {
        let task = session.dataTask(with: request) { _, _, _ in }
        task.resume()
        return task
    }

    func load(_ request: URLRequest) async -> Answer {
        let answer = Locked(Answer())
        await withCheckedContinuation { continuation in
            let task = session.dataTask(with: request) { data, response, error in
                answer.withLock { answer in
                    answer.status = (response as? HTTPURLResponse)?.statusCode ?? 0
                    answer.body = String(decoding: data ?? Data(), as: UTF8.self)
                    answer.failed = error != nil
                }
                continuation.resume()
            }
            task.resume()
        }
        return answer.withLock { $0 }
    }
}

private func findCurl() -> URL? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { URL(fileURLWithPath: String($0)).appendingPathComponent("curl") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }
}
