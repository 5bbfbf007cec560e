#if os(Linux)
    import BenchmarkLimits
    import Foundation
    import GeneratorTransport

    /// The same streams by a bare loop over libcurl's multi interface; without the create before.
    struct BareStreamsWork: Workload {
        let url: URL

        func run(_ round: Round) async throws -> Figures {
            guard limits_curl_load() == 0 else { throw BenchError("there is no libcurl.") }
            let target = url.appendingPathComponent("streams").absoluteString
            let first = limits_streams_open(target, 1)
            guard let first else { throw BenchError("no stream could be opened.") }
            limits_streams_close(first)
            let memory = Usage.memory, start = Usage.clock
            guard let streams = limits_streams_open(target, Int32(round.count)) else {
                throw BenchError("the streams could not be opened.")
            }
            defer { limits_streams_close(streams) }
            var figures = ["open": Usage.clock - start]
            var delays = [Int64](repeating: 0, count: round.events)
            let processor = Usage.processor, rest = Usage.clock
            _ = limits_streams_serve(streams, Int64(round.rest * 1000), 0, &delays)
            figures["cpu"] = (Usage.processor - processor) / (Usage.clock - rest)
            if let memory, let now = Usage.memory { figures["memory"] = (now - memory) / Double(round.count) }
            try await StreamsWork.askForEvents(at: url, count: round.events, by: URLSessionTransport())
            let busy = Usage.processor
            let come = limits_streams_serve(streams, Int64(round.events) * 10 + 5000, Int32(round.events), &delays)
            figures["event"] = (Usage.processor - busy) / Double(round.events)
            guard come == round.events else { throw BenchError("\(come) events of \(round.events) came.") }
            return figures.merging(StreamsWork.quantiles(delays)) { own, _ in own }
        }
    }
#endif
