import Foundation
import GeneratorTransport

/// Downloads a large picture to disk.
struct DownloadWork: Workload {
    let url: URL
    let transport: any HTTPTransport

    func run(_ round: Round) async throws -> Figures {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("imagine-bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let downloader = Downloader(
            pipeline: HTTPPipeline(transport: transport), policy: DownloadPolicy(maximumBytes: round.bytes))
        let addresses = AddressPolicy(configured: HTTPOrigin(url))
        // What every process has once is no download's.
        _ = try await downloader.data(from: HTTPRequest(url: Self.target(url, 4096)), addresses: addresses)
        let memory = Usage.memory, processor = Usage.processor, clock = Usage.clock
        let file = try await downloader.file(
            from: HTTPRequest(url: Self.target(url, round.bytes)), addresses: addresses, directory: folder,
            name: "picture")
        let seconds = Usage.clock - clock
        guard file.byteCount == round.bytes else { throw BenchError("\(file.byteCount) bytes came.") }
        var figures = ["rate": Double(round.bytes) / seconds, "cpu": Usage.processor - processor]
        if let memory, let peak = Usage.peakMemory { figures["memory"] = peak - memory }
        return figures
    }

    static func target(_ url: URL, _ bytes: Int) -> URL {
        var parts = URLComponents(url: url, resolvingAgainstBaseURL: true)
        parts?.path = "/picture"
        parts?.queryItems = [URLQueryItem(name: "bytes", value: String(bytes))]
        return parts?.url ?? url
    }
}

#if os(macOS) || os(Linux)
    /// The same by the `curl` program.
    struct CurlProgramWork: Workload {
        let url: URL

        func run(_ round: Round) async throws -> Figures {
            let file = FileManager.default.temporaryDirectory.appendingPathComponent(
                "imagine-bench-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            let process = Process(), output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [
                "curl", "--silent", "--noproxy", "*", "--output", file.path, "--write-out",
                "%{time_total} %{size_download}",
                DownloadWork.target(url, round.bytes).absoluteString,
            ]
            process.standardOutput = output
            let before = Usage.children
            try process.run()
            let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(
                separator: " ")
            process.waitUntilExit()
            // Its own clock: starting a program is not what is measured.
            guard words.count == 2, let seconds = Double(words[0]), Double(words[1]) == Double(round.bytes) else {
                throw BenchError("the curl program failed (\(process.terminationStatus)).")
            }
            return ["rate": Double(round.bytes) / seconds, "cpu": Usage.children - before]
        }
    }
#endif
