import Foundation
import GeneratorTesting

/// The child that all rows are measured against. It prints its URL, and ends when its input does.
enum BenchServer {
    static func serve() async throws {
        Usage.raiseDescriptorLimit()
        let space = try await ReplayedSpace(), hall = StreamHall(), pictures = Pictures(), soak = SoakServers()
        let server = try LoopbackServer { request, responder in
            if try await space.answer(request, responder) { return }
            if try await hall.answer(request, responder) { return }
            if try await pictures.answer(request, responder) { return }
            if try await soak.answer(request, responder) { return }
            try await responder.respond(status: 404, json: "{\"detail\":\"Not Found\"}")
        }
        Console.output(server.url.absoluteString)
        // On a thread of its own: a task that blocks would take one of the few that serve.
        await withCheckedContinuation { continuation in
            Thread {
                while readLine() != nil {}
                continuation.resume()
            }.start()
        }
        server.stop()
    }
}
