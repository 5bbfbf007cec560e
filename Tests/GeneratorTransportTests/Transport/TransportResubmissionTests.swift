import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    /// A request that dies on a re-used connection is repeated by the HTTP library underneath; what creates must not be.
    @Suite("Nothing is submitted twice", .paced)
    struct Resubmission {
        /// What the server does with a connection after an answer.
        enum Habit: String, Sendable, CaseIterable {
            /// Keeps it.
            case keeps
            /// Closes it although it said nothing.
            case closes
            /// Reads the next request and closes without an answer.
            case dropsNext
        }

        private static func server(_ habits: [Habit]) throws -> LoopbackServer {
            let left = Locked(habits[...])
            return try LoopbackServer { request, responder in
                let habit = left.withLock { $0.popFirst() }
                try await responder.respond(headers: [("Habit", habit?.rawValue ?? "")], body: Data(request.path.utf8))
                switch habit {
                case .keeps, nil: break
                case .closes: responder.closeAfterResponse()
                case .dropsNext: responder.dropNextRequest()
                }
            }
        }

        private static var orders: [[Habit]] {
            let one = Habit.allCases.map { [$0] }
            let two = one.flatMap { first in Habit.allCases.map { first + [$0] } }
            return [[]] + one + two + two.map { [.keeps] + $0 }
        }

        @Test(
            "a create after any reads arrives once and is answered", arguments: TransportUnderTest.all, orders)
        func afterReads(_ subject: TransportUnderTest, habits: [Habit]) async throws {
            for usesLease in [false, true] {
                let server = try Self.server(habits)
                let transport = subject.make()
                for _ in habits { _ = try await transport.text(server.request("/read")) }
                let lease = usesLease ? HTTPConnectionLease() : nil
                let create = try server.request("/create", method: "POST", body: "{}", intent: .create(lease))
                #expect(try await transport.text(create) == "/create")
                #expect(server.requests.filter { $0.path == "/create" }.count == 1)
                #expect(server.requests.last { $0.path == "/create" }?.isFirstOnConnection == true)
            }
        }

        @Test(
            "creates and follows in a row arrive once each, but for what Foundation does",
            arguments: TransportUnderTest.all, orders)
        func inARow(_ subject: TransportUnderTest, habits: [Habit]) async throws {
            let server = try Self.server(habits + habits)
            let transport = subject.make()
            for number in 1...4 {
                let lease = HTTPConnectionLease()
                let create = try server.request("/create", method: "POST", body: "\(number)", intent: .create(lease))
                let created = try await transport.send(create)
                #expect(try await created.text() == "/create")
                let follow = try server.request("/follow", intent: .follow(lease))
                let asked = server.requests.count
                let (text, error) = try await Self.outcome(of: follow, over: transport)
                switch created.headers["Habit"] {
                case Habit.dropsNext.rawValue where subject.followsOnce:
                    // The events that were lost with the connection would not come a second time.
                    #expect(error == .connectionLost)
                    #expect(server.requests.count == asked + 1)
                case Habit.closes.rawValue where subject.followsOnce && error != nil:
                    // The server may close while the request is on its way; in time, the connection is replaced.
                    #expect(error == .connectionLost)
                default: #expect(text == "/follow")
                }
            }
            let bodies = server.requests.filter { $0.path == "/create" }.map {
                String(decoding: $0.body, as: UTF8.self)
            }
            #expect(bodies == ["1", "2", "3", "4"])
        }

        private static func outcome(
            of request: HTTPRequest, over transport: any HTTPTransport
        ) async throws -> (text: String?, error: TransportError.Code?) {
            do { return (try await transport.text(request), nil) } catch let error as TransportError {
                return (nil, error.code)
            }
        }

        @Test("a create on a lease that is used again gets a connection of its own", arguments: TransportUnderTest.all)
        func sameLease(_ subject: TransportUnderTest) async throws {
            let server = try Self.server([.dropsNext, .dropsNext, .dropsNext])
            let transport = subject.make()
            let lease = HTTPConnectionLease()
            for number in 1...4 {
                let create = try server.request("/create", method: "POST", body: "\(number)", intent: .create(lease))
                #expect(try await transport.text(create) == "/create")
            }
            #expect(server.requests.count == 4)
            #expect(server.requests.filter { !$0.isFirstOnConnection }.isEmpty)
        }

        @Test("a create that is dropped without an answer is not repeated", arguments: TransportUnderTest.all)
        func dropped(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { request, responder in
                if request.path == "/create" { return responder.close() }
                try await responder.respond()
            }
            let transport = subject.make()
            for _ in 1...5 {
                _ = try await transport.text(server.request("/read"))
                let create = try server.request("/create", method: "POST", body: "{}", intent: .create(nil))
                #expect(try await transport.failure(create).code == .connectionLost)
            }
            #expect(server.requests.filter { $0.path == "/create" }.count == 5)
        }

        @Test(
            "a POST that only reads is answered, also after a connection died under it",
            arguments: TransportUnderTest.all, [Habit.closes, .dropsNext])
        func readingPost(_ subject: TransportUnderTest, habit: Habit) async throws {
            let server = try Self.server([habit])
            let transport = subject.make()
            _ = try await transport.text(server.request("/read"))
            let upload = try server.request("/upload", method: "POST", body: "picture")
            #expect(try await transport.text(upload) == "/upload")
            #expect(server.requests.last?.body == Data("picture".utf8))
        }
    }
}
