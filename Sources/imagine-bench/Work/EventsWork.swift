import BenchmarkLimits
import Foundation
import GeneratorTransport

/// Reads a file in pieces, and parses it as an event stream.
struct EventsWork: Workload {
    enum Way: String, Sendable {
        /// Bare C, without fields.
        case memchr
        /// Bare C, the whole standard.
        case c
        case parser, sequence
    }

    let way: Way
    /// The memory before the first round.
    private let memory = Locked<Double?>(nil)

    init(way: Way) { self.way = way }

    func run(_ round: Round) async throws -> Figures {
        if memory.withLock({ $0 == nil }) {
            // The code itself is no stream's.
            _ = try? await pass("/dev/null", 1)
            memory.withLock { $0 = Usage.memory }
        }
        let (size, events, seconds) = try await pass(round.file, round.bytes)
        var figures = ["seconds": seconds, "events": Double(events), "rate": Double(size) / seconds]
        if !round.half.isEmpty {
            figures["scaling"] = seconds / (try await pass(round.half, round.bytes)).seconds
        }
        if let memory = memory.withLock({ $0 }), let peak = Usage.peakMemory, way != .memchr {
            figures["growth"] = peak - memory
        }
        return figures
    }

    private func pass(_ path: String, _ piece: Int) async throws -> (size: Int, events: Int, seconds: Double) {
        // The memory that a whole file takes is nobody's.
        let bytes = way == .memchr ? [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) : []
        let file = try PieceReader(path, piece: piece)
        let start = Usage.clock
        var events = 1
        switch way {
        case .memchr: events = Int(limits_lines(bytes, bytes.count))
        case .c:
            var count = limits_count()
            guard limits_sse(file.descriptor, piece, &count) == 0 else { throw BenchError("\(path) cannot be read.") }
            events = Int(count.events)
        case .parser: events = try Self.parse(file)
        case .sequence: events = try await Self.iterate(file)
        }
        let seconds = Usage.clock - start
        guard events > 0 else { throw BenchError("\(path) holds no event.") }
        return (file.size, events, seconds)
    }

    private static func parse(_ file: PieceReader) throws -> Int {
        var parser = ServerSentEventParser()
        var events = 0, bytes = 0
        while let piece = file.next() {
            try parser.append(piece) { event in
                events += 1
                bytes += event.data.utf8.count
            }
        }
        return bytes > 0 ? events : 0
    }

    private static func iterate(_ file: PieceReader) async throws -> Int {
        var events = 0, bytes = 0
        for try await event in file.serverSentEvents() {
            events += 1
            bytes += event.data.utf8.count
        }
        return bytes > 0 ? events : 0
    }
}

/// The pieces of a file, each in an array of its own, as a transport hands them over.
final class PieceReader: AsyncSequence, AsyncIteratorProtocol, Sendable {
    typealias Element = [UInt8]

    let descriptor: Int32
    let size: Int
    private let piece: Int

    init(_ path: String, piece: Int) throws {
        descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw BenchError("\(path) cannot be read.") }
        size = Int(lseek(descriptor, 0, SEEK_END))
        lseek(descriptor, 0, SEEK_SET)
        self.piece = piece
    }

    deinit { close(descriptor) }

    func next() -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: piece) { buffer, count in
            count = Swift.max(0, read(descriptor, buffer.baseAddress, piece))
        }
        return bytes.isEmpty ? nil : bytes
    }

    func makeAsyncIterator() -> PieceReader { self }
}
