package import Foundation
package import GeneratorTesting
internal import GeneratorTransport

/// Everything that a provider talks to (an app, the Hub, Prodia and the host of its pictures), well-behaved until the
/// moment at which it goes wrong.
///
/// The embedded servers of `GeneratorTesting` answer behind it, so that all before and after the fault is real.
package final class FaultyServer: Sendable {
    /// Where everything is.
    package struct Addresses: Sendable {
        package var service = FaultyServer.nowhere
        package var hub = FaultyServer.nowhere
        package var images = FaultyServer.nowhere
        package var stranger = FaultyServer.nowhere
    }

    /// What came of the jobs.
    package struct Counts: Sendable, Codable {
        /// How often a job was submitted.
        package var creates = 0
        /// How often one was submitted after one that was or may have been taken.
        package var repetitions = 0
        /// How many jobs were taken.
        package var taken = 0
        /// How often the fault happened.
        package var faults = 0
    }

    /// A URL at which nobody answers.
    static let nowhere = URL(fileURLWithPath: "/")

    package let addresses: Addresses
    private let servers: [FaultPlace: LoopbackServer]
    private let core: Core

    /// Starts the servers.
    /// - Parameters:
    ///   - fault: What goes wrong; `nil` for nothing.
    ///   - phase: When.
    ///   - clock: The client's clock.
    /// - Throws: `LoopbackServerError` where the system gives no more ports or descriptors.
    package init(_ fault: Fault?, in phase: FaultPhase, clock: JumpingClock = JumpingClock()) throws {
        let core = try Core(fault, phase, clock)
        var servers: [FaultPlace: LoopbackServer] = [:]
        for place in FaultPlace.allCases {
            servers[place] = try LoopbackServer { try await core.answer($0, at: place, $1) }
        }
        func url(_ place: FaultPlace) -> URL { servers[place]?.url ?? Self.nowhere }
        let addresses = Addresses(
            service: url(.service), hub: url(.hub), images: url(.images), stranger: url(.stranger))
        try core.open(addresses, servers)
        (self.core, self.addresses, self.servers) = (core, addresses, servers)
    }

    package var counts: Counts { core.counts.withLock { $0 } }

    /// What a place was sent.
    package func requests(at place: FaultPlace) -> [LoopbackRequest] { servers[place]?.requests ?? [] }

    package func stop() {
        for server in servers.values { server.stop() }
        core.stop()
    }

    deinit { stop() }

    /// The answers: apart from the servers, so that these can hold it.
    private final class Core: Sendable {
        let fault: Fault?
        let phase: FaultPhase
        let clock: JumpingClock
        let space: LoopbackSpace
        let prodia: LoopbackProdia
        let hub = Locked<LoopbackHub?>(nil)
        let addresses = Locked(Addresses())
        /// Weak: they hold this.
        let doors = Locked<[FaultPlace: Door]>([:])
        let counts = Locked(Counts())
        let events = Locked<LoopbackRecording?>(nil)

        init(_ fault: Fault?, _ phase: FaultPhase, _ clock: JumpingClock) throws {
            (self.fault, self.phase, self.clock) = (fault, phase, clock)
            // What is fetched is a picture; of what is all the same.
            let picture = LoopbackPicture(prompt: "", seed: 1, width: 16, height: 16).gradient
            space = try LoopbackSpace(pace: .zero, painter: { _ in picture })
            prodia = try LoopbackProdia(painter: { _ in picture })
        }

        func open(_ addresses: Addresses, _ servers: [FaultPlace: LoopbackServer]) throws {
            doors.withLock { $0 = servers.mapValues(Door.init) }
            let embedded = try LoopbackHub(space: addresses.service)
            prodia.showPictures(at: addresses.images)
            hub.withLock { $0 = embedded }
            self.addresses.withLock { $0 = addresses }
        }

        func stop() {
            space.stop()
            prodia.stop()
            hub.withLock { $0 }?.stop()
        }

        func answer(_ request: LoopbackRequest, at place: FaultPlace, _ responder: LoopbackResponder) async throws {
            let isMoved = place == .stranger || request.target.hasPrefix(Self.moved)
            let request =
                request.target.hasPrefix(Self.moved)
                ? request.changed(target: String(request.target.dropFirst(Self.moved.count))) : request
            let current = FaultPhase(of: request, at: place)
            if current == .create {
                counts.withLock { counts in
                    // The one before may have been taken, unless its answer said otherwise.
                    if counts.creates > 0, fault?.isRefusal != true || counts.taken > 0 { counts.repetitions += 1 }
                    counts.creates += 1
                }
            }
            guard let fault, let current, current == phase.origin else {
                return try await serve(request, at: place, current, responder)
            }
            if phase != phase.origin, !isMoved {
                let base = phase == .movedDownload ? addresses.withLock { $0.stranger }.absoluteString : Self.moved
                return try await responder.respond(status: 302, headers: [("location", base + request.target)])
            }
            let happened = counts.withLock { counts in
                counts.faults += 1
                return counts.faults
            }
            if let times = fault.times, happened > times {
                return try await serve(request, at: place, current, responder)
            }
            let exchange = FaultExchange(
                request: request, phase: phase, server: addresses.withLock { $0 }, isFirst: happened == 1,
                responder: responder, shutDown: { self.doors.withLock { $0[place] }?.server?.stopKeepingPort() },
                jump: clock.jump(by:)
            ) {
                // Whoever asks for events a second time, libcurl by itself for one, finds none left: the same again.
                if current == .stream, let known = self.events.withLock({ $0 }) { return known }
                let answer = await LoopbackRecording(of: request, before: responder) {
                    try await self.serve($0, at: place, current, $1)
                }
                if current == .stream { self.events.withLock { $0 = answer } }
                return answer
            }
            try? await fault.act(exchange)
        }

        /// What a place answers when all is well; the stranger has the service's pictures.
        private func serve(
            _ request: LoopbackRequest, at place: FaultPlace, _ phase: FaultPhase?, _ responder: LoopbackResponder
        ) async throws {
            if phase == .create { counts.withLock { $0.taken += 1 } }
            let first = request.path.split(separator: "/").first.map(String.init) ?? ""
            switch (place, first) {
            case (.hub, _): try await hub.withLock { $0 }?.answer(request, responder)
            case (.images, _): try await prodia.answerPicture(request, responder)
            case (_, "config"), (_, "gradio_api"): try await space.answer(request, responder)
            case (.stranger, let name) where name.hasSuffix(".png"):
                try await prodia.answerPicture(request, responder)
            case (.stranger, _):
                // It gives to everybody what the service gives to its customers.
                try await prodia.answer(request.changed(adding: [("Authorization", "Bearer anybody")]), responder)
            default: try await prodia.answer(request, responder)
            }
        }

        struct Door: Sendable {
            weak var server: LoopbackServer?

            init(_ server: LoopbackServer) { self.server = server }
        }

        private static let moved = "/moved"
    }
}
