import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("Many at once", .paced)
    struct Load {
        @Test("200 requests wait side by side", arguments: TransportUnderTest.all)
        func concurrent(_ subject: TransportUnderTest) async throws {
            let gate = Gate()
            let server = try LoopbackServer { request, responder in
                await gate.pass()
                try await responder.respond(body: request.path + String(decoding: request.body, as: UTF8.self))
            }
            let transport = subject.make()
            let requests = try (0..<200).map { number in
                var request = try server.request(
                    "/\(number)", method: number % 2 == 0 ? "GET" : "POST", body: number % 2 == 0 ? nil : "=\(number)")
                request.idleTimeout = .seconds(240)
                return request
            }
            let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for (number, request) in requests.enumerated() {
                    group.addTask { (number, try await transport.text(request)) }
                }
                // Nobody is answered before everybody is there: a limit on connections would show here.
                try await server.waitUntil { $0.requestCount == 200 }
                gate.open()
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for number in 0..<200 {
                #expect(answers[number] == (number % 2 == 0 ? "/\(number)" : "/\(number)=\(number)"))
            }
            #expect(server.requests.count == 200)
        }

        @Test("cancelled at any moment, and the transport goes on", arguments: TransportUnderTest.all)
        func cancelledAtRandom(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { request, responder in
                switch request.path {
                case "/answer", "/after": try await responder.respond(body: request.path)
                case "/stream":
                    try await responder.beginStream()
                    for _ in 1...50 { try await responder.send("piece") }
                    await responder.waitForDisconnect()
                default: await responder.waitForDisconnect()
                }
            }
            let transport = subject.make()
            func wave() async throws {
                for _ in 1...10 {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 1...15 {
                            let path = ["/answer", "/stream", "/silence"][number % 3]
                            let intent: HTTPRequest.Intent = number % 2 == 0 ? .read : .create(nil)
                            let request = try server.request(path, intent: intent)
                            group.addTask {
                                let task = Task { try await transport.text(request) }
                                try await Task.sleep(for: .microseconds(.random(in: 0...3000)))
                                task.cancel()
                                do {
                                    // Done before it was cancelled.
                                    #expect(try await task.value == "/answer")
                                } catch is CancellationError {}
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            }
            try await wave()
            let before = Self.openDescriptors
            try await wave()
            for number in 1...20 {
                let intent: HTTPRequest.Intent = number % 2 == 0 ? .read : .create(nil)
                #expect(try await transport.text(server.request("/after", intent: intent)) == "/after")
            }
            // Connections that are kept for the next request may stay, those of cancelled ones may not.
            try await server.waitUntil { $0.openConnections <= 20 }
            // Tests beside this one have some of their own for a while.
            try await eventually { Self.openDescriptors < before + 100 }
        }

        private static var openDescriptors: Int {
            #if os(Linux)
                let directory = "/proc/self/fd"
            #else
                let directory = "/dev/fd"
            #endif
            return (try? FileManager.default.contentsOfDirectory(atPath: directory).count) ?? 0
        }
    }
}
