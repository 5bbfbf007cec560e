import Foundation
import GeneratorTransport
import TestPace
import Testing

/// What a download leaves on the disk, and what not.
@Suite(.paced)
struct DownloadedFileTests {
    private let png = SamplePictures.png

    private func save(
        _ body: PictureBody, in directory: URL, name: String = "x", timeout: Duration = .seconds(300)
    ) async throws -> DownloadedFile {
        try await Downloader(PictureTransport(body: body), timeout: timeout).file(
            from: pictureRequest(), addresses: .anywherePublic, directory: directory, name: name)
    }

    @Test func missingDirectoriesAreMade() async throws {
        let playground = try Playground()
        let deep = playground.directory.appendingPathComponent("a/b c/ü", isDirectory: true)
        let file = try await save(PictureBody([png]), in: deep)
        #expect(try Data(contentsOf: file.file) == Data(png))
        #expect(file.file.deletingLastPathComponent().path == deep.path)
    }

    @Test func failedDownloadMakesNoDirectory() async throws {
        let playground = try Playground()
        let directory = playground.directory.appendingPathComponent("a", isDirectory: true)
        _ = await codeThrown { _ = try await save(PictureBody([[0x3C]]), in: directory) }
        #expect(playground.entries.isEmpty)
    }

    @Test func hiddenAndPrivateUntilComplete() async throws {
        let playground = try Playground()
        let seen = Locked<[[String]]>([])
        let modes = Locked<[Int]>([])
        let body = PictureBody(png.pieces(of: 40)) { _ in
            let entries = playground.entries
            seen.withLock { $0.append(entries) }
            for entry in entries {
                let found = try? fileMode(playground.directory.appendingPathComponent(entry))
                modes.withLock { $0.append(found ?? -1) }
            }
        }
        let file = try await save(body, in: playground.directory)
        #expect(seen.withLock { $0.map(\.count) } == [0, 1, 1, 1])
        #expect(seen.withLock { $0.joined().allSatisfy { $0.hasPrefix(".") && $0.utf8.count > 32 } })
        #expect(modes.withLock { $0 } == [0o600, 0o600, 0o600])
        #expect(playground.entries == ["x.png"])
        #expect(try fileMode(file.file) & 0o133 == 0)
        #if os(Linux)
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("Umask:") })
            let umask = try #require(Int(line.dropFirst(6).trimmingCharacters(in: .whitespaces), radix: 8))
            #expect(try fileMode(file.file) == 0o644 & ~umask)
        #endif
    }

    @Test func nothingIsOverwritten() async throws {
        let playground = try Playground()
        try Data("mine".utf8).write(to: playground.directory.appendingPathComponent("x.png"))
        try FileManager.default.createDirectory(
            at: playground.directory.appendingPathComponent("x-2.png"), withIntermediateDirectories: false)
        // A link that leads nowhere is a name that is taken, and must not be followed.
        try FileManager.default.createSymbolicLink(
            atPath: playground.directory.appendingPathComponent("x-3.png").path, withDestinationPath: "elsewhere")
        let first = try Downloader.write(Data(png), directory: playground.directory, name: "x.jpg")
        let second = try await save(PictureBody([png]), in: playground.directory)
        #expect(first.file.lastPathComponent == "x-4.png")
        #expect(first.url == nil && first.mediaType == nil)
        #expect(first.size == PixelSize(width: 37, height: 21))
        #expect(second.file.lastPathComponent == "x-5.png")
        #expect(playground.entries == ["x-2.png", "x-3.png", "x-4.png", "x-5.png", "x.png"])
        let mine = try Data(contentsOf: playground.directory.appendingPathComponent("x.png"))
        #expect(mine == Data("mine".utf8))
    }

    @Test func fiftyWritersOfOneName() async throws {
        let playground = try Playground()
        let bytes = png
        let files = try await withThrowingTaskGroup(of: (URL, Int).self) { group in
            for index in 0..<50 {
                group.addTask {
                    let body = PictureBody(
                        (bytes + Array(repeating: UInt8(index), count: 1000 + index)).pieces(of: 100))
                    return (try await save(body, in: playground.directory).file, index)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(files.count == 50)
        for (file, index) in files {
            #expect(try Data(contentsOf: file) == Data(bytes + Array(repeating: UInt8(index), count: 1000 + index)))
        }
        let wanted = ["x.png"] + (2...50).map { "x-\($0).png" }
        #expect(playground.entries == wanted.sorted())
    }

    @Test(arguments: ["../../x", "/etc/x", "..", ".x", "a/../../b", "x\0/../y", "con"])
    func hostileNamesStayInside(_ name: String) async throws {
        let playground = try Playground()
        let inner = playground.directory.appendingPathComponent("inner", isDirectory: true)
        let file = try await save(PictureBody([png]), in: inner, name: name)
        #expect(playground.entries == ["inner"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: inner.path) == [file.file.lastPathComponent])
        #expect(!file.file.lastPathComponent.hasPrefix("."))
    }

    // MARK: Failures

    @Test func truncatedBody() async throws {
        let playground = try Playground()
        let lost = TransportError(.connectionLost, "cut")
        for count in [0, 1, 5, 50] {
            let body = PictureBody(Array(png.pieces(of: 1).prefix(count)), ending: .failure(lost))
            #expect(await codeThrown { _ = try await save(body, in: playground.directory) } == .connectionLost)
            #expect(playground.entries.isEmpty)
        }
    }

    @Test func unwritableDirectories() async throws {
        let playground = try Playground()
        let blocked = playground.directory.appendingPathComponent("file")
        try Data().write(to: blocked)
        let web = try #require(URL(string: "https://203.0.114.7/"))
        let directories = [blocked, blocked.appendingPathComponent("below"), web]
        for directory in directories {
            let body = PictureBody([png], ending: .never)
            let error = await #expect(throws: TransportError.self) { try await save(body, in: directory) }
            #expect(error?.code == .fileUnwritable)
            #expect(error?.message.contains("irectory") == true, "\(error?.message ?? "")")
            #expect(body.wasCancelled)
        }
        #expect(playground.entries == ["file"])
    }

    @Test(.enabled(if: NSUserName() != "root")) func forbiddenDirectory() async throws {
        let playground = try Playground()
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: playground.directory.path)
        let error = await #expect(throws: TransportError.self) {
            try await save(PictureBody([png]), in: playground.directory)
        }
        #expect(error?.code == .fileUnwritable)
        #expect(error?.message.contains("ermission") == true)
    }

    @Test func deadline() async throws {
        let playground = try Playground()
        let body = PictureBody(png.pieces(of: 40), ending: .never)
        let code = await codeThrown {
            _ = try await save(body, in: playground.directory, timeout: .milliseconds(20))
        }
        #expect(code == .timedOut)
        #expect(playground.entries.isEmpty)
        var pipeline = HTTPPipeline(transport: PictureTransport(body: PictureBody(png.pieces(of: 40), ending: .never)))
        pipeline.deadline = Deadline(in: .milliseconds(20))
        let downloader = Downloader(pipeline: pipeline)
        #expect(
            await codeThrown { _ = try await downloader.data(from: pictureRequest(), addresses: .anywherePublic) }
                == .timedOut)
    }

    @Test func cancelledAtEveryPiece() async throws {
        let pieces = png.pieces(of: 19)
        for step in 0...pieces.count {
            let playground = try Playground()
            let body = PictureBody(pieces) { index in
                if index == step { withUnsafeCurrentTask { $0?.cancel() } }
            }
            await #expect(throws: CancellationError.self) { try await save(body, in: playground.directory) }
            #expect(playground.entries.isEmpty, "\(step)")
            #expect(body.pulls == step + 1)
        }
    }

    @Test func cancelledWhileWaiting() async throws {
        let playground = try Playground()
        let (waits, waiting) = AsyncStream<Void>.makeStream()
        let pieces = png.pieces(of: 40)
        let body = PictureBody(pieces, ending: .never) { index in
            if index == pieces.count { waiting.yield() }
        }
        let task = Task { try await save(body, in: playground.directory) }
        for await _ in waits { break }
        #expect(playground.entries.count == 1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(playground.entries.isEmpty)
        #expect(body.wasCancelled)
    }

    @Test func cancelledFromOutsideAtAnyMoment() async throws {
        for step in 0...6 {
            let playground = try Playground()
            let running = Locked<Task<DownloadedFile, any Error>?>(nil)
            let (starts, start) = AsyncStream<Void>.makeStream()
            let body = PictureBody(png.pieces(of: 19)) { index in
                if index == step { running.withLock { $0 }?.cancel() }
            }
            let task = Task {
                for await _ in starts { break }
                return try await save(body, in: playground.directory)
            }
            running.withLock { $0 = task }
            start.yield()
            switch await task.result {
            case .success(let file): #expect(playground.entries == [file.file.lastPathComponent])
            case .failure: #expect(playground.entries.isEmpty)
            }
        }
    }
}
