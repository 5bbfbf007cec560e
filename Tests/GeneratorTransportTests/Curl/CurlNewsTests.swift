#if os(Linux)
    import Foundation
    import GeneratorTesting
    import GeneratorTransport
    import TestPace
    import Testing

    /// News that is soon old is read less often where it comes quickly, and never at the cost of what follows it.
    @Suite("CurlTransport, news that ages", .paced)
    struct CurlNewsTests {
        private static func place(_ place: Int) -> String { "data: {\"place\":\(place)}\n\n" }

        private static func request(_ server: LoopbackServer, _ path: String) throws -> HTTPRequest {
            var request = try server.request(path)
            request.agingPrefix = Array("data: {\"place\":".utf8)
            return request
        }

        /// The events of a stream, up to its end.
        private static func events(of body: HTTPBody) async throws -> [String] {
            var events: [String] = []
            for try await event in body.serverSentEvents() { events.append(event.data) }
            return events
        }

        @Test(
            "of many places the last one is read, none twice or out of order, and then what follows",
            // The many of one come for longer than any clock of libcurl's own would have it look.
            arguments: [(1, 100_000), (40, 300)])
        func quickNews(_ count: Int, of places: Int) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream(headers: [("content-type", "text/event-stream")])
                try await responder.send("data: begin\n\n")
                for place in (0..<places).reversed() { try await responder.send(Self.place(place)) }
                try await responder.send("data: end\n\n")
                try await responder.end()
            }
            try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<count {
                    group.addTask {
                        try await Self.events(of: CurlTransport().send(Self.request(server, "/")).body)
                    }
                }
                for try await events in group {
                    #expect(events.first == "begin" && events.last == "end")
                    let places = events.dropFirst().dropLast().map { Int($0.filter(\.isNumber)) ?? -1 }
                    #expect(places.last == 0)
                    #expect(places == places.sorted(by: >) && Set(places).count == places.count)
                }
            }
        }

        @Test("a server that hangs up while its news is left alone is noticed", arguments: [true, false])
        func hangingUp(_ resets: Bool) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream(headers: [("content-type", "text/event-stream")])
                for place in (0..<300).reversed() { try await responder.send(Self.place(place)) }
                if resets { responder.reset() } else { responder.close() }
            }
            for _ in 0..<20 {
                let body = try await CurlTransport().send(Self.request(server, "/")).body
                let error = try await transportError { _ = try await Self.events(of: body) }
                #expect(error.code == .connectionLost)
            }
        }

        @Test("who leaves while news is left alone disturbs nobody who gets the same descriptor")
        func leaving() async throws {
            let server = try LoopbackServer { request, responder in
                guard request.path == "/places" else { return try await responder.respond(body: request.path) }
                try await responder.beginStream(headers: [("content-type", "text/event-stream")])
                for place in (0..<100_000).reversed() { try await responder.send(Self.place(place)) }
            }
            let transport = CurlTransport()
            for round in 0..<50 {
                let body = try await transport.send(Self.request(server, "/places")).body
                var read = 0
                for try await _ in body.serverSentEvents() {
                    read += 1
                    if read > round % 3 { break }
                }
                body.cancel()
                #expect(try await transport.text(server.request("/\(round)", intent: .create(nil))) == "/\(round)")
            }
        }
    }
#endif
