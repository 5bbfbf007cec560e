import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("Streaming", .paced)
    struct Streaming {
        @Test("the head is there before the body ends", arguments: TransportUnderTest.all)
        func headFirst(_ subject: TransportUnderTest) async throws {
            let gate = Gate()
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream(headers: [("Content-Type", "text/event-stream")])
                await gate.pass()
                try await responder.send("late")
                try await responder.end()
            }
            let response = try await subject.make().send(server.request())
            #expect(response.mediaType == "text/event-stream")
            gate.open()
            #expect(try await response.text() == "late")
        }

        @Test("each piece is there before the server writes the next", arguments: TransportUnderTest.all)
        func pieces(_ subject: TransportUnderTest) async throws {
            let (turns, turn) = AsyncStream<Void>.makeStream()
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                var number = 0
                for await _ in turns {
                    number += 1
                    try await responder.send("event \(number)")
                }
                try await responder.end()
            }
            var body = try await subject.make().send(server.request()).body.makeAsyncIterator()
            for number in 1...20 {
                turn.yield()
                let piece = try #require(try await body.next())
                #expect(String(decoding: piece, as: UTF8.self) == "event \(number)")
            }
            turn.finish()
            #expect(try await body.next() == nil)
            #expect(try await body.next() == nil)
        }

        @Test("chunks of one byte", arguments: TransportUnderTest.all)
        func tinyChunks(_ subject: TransportUnderTest) async throws {
            let text = String(repeating: "0123456789", count: 100)
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                for byte in text.utf8 { try await responder.send(Data([byte])) }
                try await responder.end()
            }
            let response = try await subject.make().send(server.request())
            var bytes: [UInt8] = []
            for try await piece in response.body {
                #expect(!piece.isEmpty)
                bytes += piece
            }
            #expect(String(decoding: bytes, as: UTF8.self) == text)
        }

        @Test("an actor reads without losing anything", arguments: TransportUnderTest.all)
        @MainActor
        func onAnActor(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                for number in 1...200 { try await responder.send("\(number),") }
                try await responder.end()
            }
            let response = try await subject.make().send(server.request())
            var text = ""
            for try await piece in response.body { text += String(decoding: piece, as: UTF8.self) }
            #expect(text == (1...200).map { "\($0)," }.joined())
        }

        @Test("two streams do not wait for each other", arguments: TransportUnderTest.all)
        func sideBySide(_ subject: TransportUnderTest) async throws {
            let gate = Gate()
            let server = try LoopbackServer { request, responder in
                try await responder.beginStream()
                try await responder.send("begun")
                if request.path == "/slow" { await gate.pass() }
                try await responder.end()
            }
            let transport = subject.make()
            let slow = try await transport.send(server.request("/slow"))
            var body = slow.body.makeAsyncIterator()
            _ = try await body.next()
            #expect(try await transport.text(server.request("/quick")) == "begun")
            gate.open()
            #expect(try await body.next() == nil)
        }
    }
}
