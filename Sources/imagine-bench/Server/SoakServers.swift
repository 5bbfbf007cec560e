import Foundation
import GeneratorTesting
import GeneratorTransport

/// The embedded servers behind faults: one request in twelve meets one, of each class as often.
///
/// A generation takes about four requests: of the generations, each class meets one in twenty.
final class SoakServers: Sendable {
    /// What stands in a prompt before the generation's number, and behind it.
    static let mark = "soak-"

    private struct State {
        var servers: (space: LoopbackSpace, prodia: LoopbackProdia)?
        var requests = 0
        var faults: [SoakFault: Int] = [:]
        var submissions = 0
        /// Generations of which a submission was or may have been taken.
        var taken: Set<Int> = []
        var doubles = 0
    }

    private let state = Locked(State())
    private let picture = LoopbackSpace.picture(prompt: "A quiet harbour", seed: 1, width: 64, height: 64)

    /// - Returns: Whether it was for this.
    func answer(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws -> Bool {
        switch (request.method, request.path) {
        case ("POST", "/soak"):
            let (space, prodia) = try start()
            try await responder.respond(
                json: "[\"\(space.url)\",\"\(prodia.url)\",\"\(prodia.imagesURL)\"]")
        case ("GET", "/soak"):
            let figures = state.withLock { state in
                var figures = ["submissions": Double(state.submissions), "doubles": Double(state.doubles)]
                figures["requests"] = Double(state.requests)
                for (fault, count) in state.faults { figures["fault.\(fault)"] = Double(count) }
                return figures
            }
            try await responder.respond(json: String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
        default: return false
        }
        return true
    }

    private func start() throws -> (LoopbackSpace, LoopbackProdia) {
        let space = try LoopbackSpace(workers: 64, pace: .zero) { [self] in try await intercept($0, $1) }
        let prodia = try LoopbackProdia { [self] in try await intercept($0, $1) }
        state.withLock { $0 = State(servers: (space, prodia)) }
        return (space, prodia)
    }

    /// - Returns: Whether it was answered.
    private func intercept(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws -> Bool {
        // Only what creates a job holds the prompt.
        let generation = Self.generation(in: request)
        let (number, fault) = state.withLock { state in
            state.requests += 1
            // Spread by a mixing of the number's bits, so that no pattern of requests meets only one kind.
            let mixed = Int((UInt64(state.requests) &* 0x9E37_79B9_7F4A_7C15) >> 33)
            let fault = mixed % 12 == 0 ? SoakFault.allCases[mixed / 12 % SoakFault.allCases.count] : nil
            if let fault { state.faults[fault, default: 0] += 1 }
            if let generation {
                state.submissions += 1
                if state.taken.contains(generation) { state.doubles += 1 }
                // Before the answer, upon which it may be sent again at once.
                if fault?.refuses(mixed / 64) != true { state.taken.insert(generation) }
            }
            return (mixed / 64, fault)
        }
        if let fault {
            try await fault.answer(number, responder)
            return true
        }
        guard request.method == "GET", request.path.contains("file=") || request.path.hasSuffix(".png") else {
            return false
        }
        // The embedded Space keeps fewer pictures than are made here at a time.
        try await responder.respond(headers: [("content-type", "image/png")], body: picture)
        return true
    }

    private static func generation(in request: LoopbackRequest) -> Int? {
        for text in [request.target, String(decoding: request.body, as: UTF8.self)] {
            guard let start = text.range(of: mark)?.upperBound else { continue }
            return Int(text[start...].prefix { $0.isASCII && $0.isNumber })
        }
        return nil
    }
}
