import BenchmarkLimits

/// The same requests by a bare loop over libcurl.
struct BareGenerationWork: Workload {
    let url: String

    func run(_ round: Round) async throws -> Figures {
        #if os(Linux)
            guard limits_curl_load() == 0 else { throw BenchError("there is no libcurl.") }
            let processor = Usage.processor, clock = Usage.clock
            let size = limits_generate(url, round.prompt, Int32(round.count), Int32(round.concurrency))
            guard size == ReplayedSpace.pictureSize else { throw BenchError("a bare generation failed (\(size)).") }
            let count = Double(round.count)
            return ["cpu": (Usage.processor - processor) / count, "wall": (Usage.clock - clock) / count]
        #else
            throw BenchError("the bare loop is for Linux.")
        #endif
    }
}
