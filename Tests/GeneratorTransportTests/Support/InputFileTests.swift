import Foundation
import GeneratorTransport
import TestPace
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("Input files", .paced)
struct InputFileTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("input-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func pipe() throws -> URL {
        let url = folder.appendingPathComponent("pipe")
        try #require(mkfifo(url.path, 0o600) == 0)
        return url
    }

    private func file(_ data: Data) throws -> URL {
        let url = folder.appendingPathComponent("file")
        try data.write(to: url)
        return url
    }

    @Test("what was looked at is read again, in pieces of any size", arguments: [0, 1, 5, 4096, 300_000])
    func looking(_ size: Int) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let content = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let url = try file(content)
        let input = try InputFile(url)
        #expect(input.name == "file")
        // It stays the file that was opened, whatever takes its name.
        try FileManager.default.removeItem(at: url)
        #expect(try await input.head(3) == content.prefix(3))
        #expect(try await input.head(4096) == content.prefix(4096))
        #expect(try await input.head(2) == content.prefix(2))
        var found = Data()
        while true {
            let piece = try await input.read(upTo: 1000)
            if piece.isEmpty { break }
            #expect(piece.count <= 1000)
            found += piece
        }
        #expect(found == content)
        #expect(try await input.read(upTo: 5).isEmpty)
    }

    @Test("a limit counts, the largest number is none")
    func limits() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let url = try file(Data(count: 1000))
        #expect(try await InputFile(url).readAll(upTo: 1000).count == 1000)
        #expect(try await InputFile(url).readAll(upTo: .max).count == 1000)
        for limit in [999, 0] {
            let error = await #expect(throws: TransportError.self) { _ = try await InputFile(url).readAll(upTo: limit) }
            #expect(error?.code == .fileUnreadable && error?.reachedServer == false)
        }
    }

    @Test("a pipe is read as it is written, also where its writer comes late")
    func pipes() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let url = try pipe()
        let input = try InputFile(url)
        let head = Task { try await input.head(6) }
        let writing = Task {
            try await blocking {
                let handle = try FileHandle(forWritingTo: url)
                try handle.write(contentsOf: Data("abc".utf8))
                try handle.write(contentsOf: Data(String(repeating: "defghi", count: 50_000).utf8))
                try handle.close()
            }
        }
        #expect(try await head.value == Data("abcdef".utf8))
        let all = try await input.readAll(upTo: .max)
        #expect(all == Data("abc".utf8) + Data(String(repeating: "defghi", count: 50_000).utf8))
        try await writing.value
    }

    @Test("a pipe that nobody writes to keeps nobody beyond a cancellation")
    func silence() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = try InputFile(pipe())
        let reading = Task { try await input.read(upTo: 10) }
        reading.cancel()
        await #expect(throws: CancellationError.self) { _ = try await reading.value }
    }

    @Test(
        "what has no end, or is not there, is refused", arguments: ["/dev/zero", "/dev/tty", "/", "/no/such/file", ""])
    func refused(_ path: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let error = #expect(throws: TransportError.self) { _ = try InputFile(URL(fileURLWithPath: path)) }
        #expect(error?.code == .fileUnreadable)
    }
}
