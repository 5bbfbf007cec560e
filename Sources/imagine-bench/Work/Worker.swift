import Foundation
import GeneratorTransport

/// The child that does a row's work: a line of JSON on its input asks for a round, a line on its output is the result. It
/// ends when its input does.
enum Worker {
    static func serve(_ words: [String]) async throws {
        Usage.raiseDescriptorLimit()
        guard let kind = words.first else { throw BenchError("a worker needs a kind.") }
        let workload = try workload(kind, words.dropFirst().first ?? "", url: words.dropFirst(2).first ?? "")
        while let line = readLine() {
            let round = try JSONDecoder().decode(Round.self, from: Data(line.utf8))
            let figures = try await workload.run(round)
            Console.output(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
        }
    }

    private static func workload(_ kind: String, _ way: String, url text: String) throws -> any Workload {
        guard let url = URL(string: text.isEmpty ? "http://127.0.0.1" : text) else {
            throw BenchError("\(text) is no URL.")
        }
        switch (kind, way) {
        case ("generation", "c"): return BareGenerationWork(url: text)
        case ("generation", _): return GenerationWork(url: url, transport: try transport(way))
        #if os(Linux)
            case ("streams", "c"): return BareStreamsWork(url: url)
            case ("tls", _): return try TLSWork(way: way)
        #endif
        case ("streams", _): return StreamsWork(url: url, transport: try transport(way))
        case ("decoder", _): return DecoderWork()
        case ("events", _):
            guard let way = EventsWork.Way(rawValue: way) else { break }
            return EventsWork(way: way)
        #if os(macOS) || os(Linux)
            case ("download", "program"): return CurlProgramWork(url: url)
        #endif
        case ("download", _): return DownloadWork(url: url, transport: try transport(way))
        case ("multipart", _): return MultipartWork(isLimit: way == "memchr")
        case ("poller", "alone"): return PollerWork(url: url, transport: nil)
        case ("poller", _): return PollerWork(url: url, transport: try transport(way))
        case ("soak", _): return SoakWork(url: url, transport: try transport(way))
        default: break
        }
        throw BenchError("unknown work \(kind) \(way).")
    }

    private static func transport(_ name: String) throws -> any HTTPTransport {
        switch name {
        case "urlsession": return URLSessionTransport()
        #if os(Linux)
            case "curl": return CurlTransport()
        #endif
        default: throw BenchError("there is no transport \(name) here.")
        }
    }
}
