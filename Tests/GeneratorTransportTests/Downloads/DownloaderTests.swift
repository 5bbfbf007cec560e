import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct DownloaderTests {
    private let png = SamplePictures.png

    // MARK: What comes back

    @Test(arguments: ImageSizeProbeTests.samples) func inMemory(_ bytes: [UInt8], _ format: ImageFormat) async throws {
        let transport = PictureTransport(headers: ["content-type": "Image/X; q=1"], body: PictureBody([bytes]))
        let image = try await Downloader(transport).data(from: pictureRequest(), addresses: .anywherePublic)
        #expect(image.data == Data(bytes))
        #expect(image.format == format)
        #expect(image.size == PixelSize(width: 37, height: 21))
        #expect(image.url == (try pictureRequest().url))
        #expect(image.mediaType == "image/x")
    }

    @Test(arguments: ImageSizeProbeTests.samples) func toDisk(_ bytes: [UInt8], _ format: ImageFormat) async throws {
        let playground = try Playground()
        let transport = PictureTransport(headers: ["Content-Type": "text/html\u{9B}"], body: PictureBody([bytes]))
        let file = try await Downloader(transport).file(
            from: pictureRequest(), addresses: .anywherePublic, directory: playground.directory, name: "x.html")
        #expect(playground.entries == ["x.html.\(format.fileExtension)"])
        #expect(file.file.lastPathComponent == playground.entries.first)
        #expect(try Data(contentsOf: file.file) == Data(bytes))
        #expect(file.byteCount == bytes.count)
        #expect(file.format == format)
        #expect(file.size == PixelSize(width: 37, height: 21))
        #expect(file.url == (try pictureRequest().url))
        #expect(file.mediaType == "text/html")
    }

    @Test func picturesComeUncompressedOrNotAtAll() async throws {
        let plain = PictureTransport(headers: ["Content-Encoding": "identity"], body: PictureBody([png]))
        _ = try await Downloader(plain).data(from: pictureRequest(), addresses: .anywherePublic)
        #expect(plain.requests.withLock { $0.map { $0.headers["Accept-Encoding"] } } == ["identity"])
        // Of a gzip body that is cut, libcurl says that it is whole.
        let coded = PictureTransport(headers: ["Content-Encoding": "gzip"], body: PictureBody([png]))
        let code = await codeThrown {
            _ = try await Downloader(coded).data(from: pictureRequest(), addresses: .anywherePublic)
        }
        #expect(code == .invalidResponse)
    }

    @Test(arguments: [1, 3, 7, 64]) func signatureSplitOverPieces(_ size: Int) async throws {
        let playground = try Playground()
        for (bytes, format) in ImageSizeProbeTests.samples {
            let transport = PictureTransport { request in
                HTTPResponse(
                    status: 200, headers: [:], url: request.url, body: HTTPBody(PictureBody(bytes.pieces(of: size))))
            }
            let image = try await Downloader(transport).data(from: pictureRequest(), addresses: .anywherePublic)
            #expect(image.data == Data(bytes))
            #expect(image.format == format)
            let file = try await Downloader(transport).file(
                from: pictureRequest(), addresses: .anywherePublic, directory: playground.directory, name: "x")
            #expect(try Data(contentsOf: file.file) == Data(bytes))
        }
    }

    @Test func bufferHoldsTheLargestPicture() async throws {
        let transport = PictureTransport(body: PictureBody([png]))
        _ = try await Downloader(transport, maximumBytes: 1 << 30).data(
            from: pictureRequest(), addresses: .anywherePublic)
        #expect(transport.requests.withLock { $0.first?.bufferLimit } == 1 << 30)
    }

    // MARK: What is refused

    static let noPictures: [[[UInt8]]] = [
        [], [Array("<!DOCTYPE html><title>Expired</title>".utf8)], [Array("{\"detail\":\"Not Found\"}".utf8)],
        [[0xFF], [0xD8]], [Array(repeating: 0x20, count: 5000)], Array(repeating: [0x3C], count: 5000),
    ]

    @Test(arguments: noPictures) func noPicture(_ chunks: [[UInt8]]) async throws {
        let playground = try Playground()
        let transport = PictureTransport { request in
            HTTPResponse(
                status: 200, headers: ["Content-Type": "image/png"], url: request.url,
                body: HTTPBody(PictureBody(chunks)))
        }
        let downloader = Downloader(transport)
        for code in [
            await codeThrown { _ = try await downloader.data(from: pictureRequest(), addresses: .anywherePublic) },
            await codeThrown {
                _ = try await downloader.file(
                    from: pictureRequest(), addresses: .anywherePublic, directory: playground.directory, name: "x")
            },
            await codeThrown {
                _ = try Downloader.write(Data(chunks.joined()), directory: playground.directory, name: "x")
            },
        ] as [TransportError.Code?] {
            #expect(code == .invalidResponse)
        }
        #expect(playground.entries.isEmpty)
    }

    @Test func endlessPageIsLeftEarly() async throws {
        let body = PictureBody(Array(repeating: Array(repeating: 0x3C, count: 100), count: 41), ending: .never)
        let transport = PictureTransport(body: body)
        let code = await codeThrown {
            _ = try await Downloader(transport).data(from: pictureRequest(), addresses: .anywherePublic)
        }
        #expect(code == .invalidResponse)
    }

    @Test func messageSaysWhatItIs() async throws {
        let page = PictureBody([Array("<html>secret".utf8)])
        let transport = PictureTransport(headers: ["Content-Type": "text/html\u{1B}; a=b"], body: page)
        let error = await #expect(throws: TransportError.self) {
            try await Downloader(transport).data(from: pictureRequest(), addresses: .anywherePublic)
        }
        #expect(error?.message.contains("is not a picture") == true)
        #expect(error?.message.contains("text/html") == true)
        #expect(error?.message.contains("\u{1B}") == false)
        #expect(error?.message.contains("secret") == false)
    }

    @Test(arguments: [1, 7, 1000]) func sizeLimit(_ pieces: Int) async throws {
        let playground = try Playground()
        let bytes = png
        let transport = PictureTransport { request in
            let body = PictureBody(bytes.pieces(of: pieces))
            return HTTPResponse(status: 200, headers: [:], url: request.url, body: HTTPBody(body))
        }
        for (limit, fits) in [(bytes.count - 1, false), (bytes.count, true), (bytes.count + 1, true), (0, false)] {
            let downloader = Downloader(transport, maximumBytes: limit)
            let directory = playground.directory.appendingPathComponent("\(limit)")
            let write: @Sendable () async throws -> Void = {
                _ = try await downloader.file(
                    from: pictureRequest(), addresses: .anywherePublic, directory: directory, name: "x")
                _ = try Downloader.write(Data(bytes), directory: directory, name: "y")
                _ = try await downloader.data(from: pictureRequest(), addresses: .anywherePublic)
            }
            if fits {
                try await write()
            } else {
                #expect(await codeThrown(by: write) == .responseTooLarge)
                #expect(((try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []).isEmpty)
            }
        }
    }

    @Test func announcedLengthIsEnough() async throws {
        let body = PictureBody([png], ending: .never)
        let transport = PictureTransport(headers: ["content-length": "1000"], body: body)
        let code = await codeThrown {
            _ = try await Downloader(transport, maximumBytes: 999).data(
                from: pictureRequest(), addresses: .anywherePublic)
        }
        #expect(code == .responseTooLarge)
        #expect(body.wasCancelled)
    }

    @Test func statusIsAnErrorOfItsOwn() async throws {
        let playground = try Playground()
        for status in [204 + 200, 403, 429, 500, 503, 304] {
            let chunks = Array(repeating: Array(repeating: UInt8(ascii: "x"), count: 1000), count: 100)
            let transport = PictureTransport { request in
                HTTPResponse(
                    status: status, headers: ["Retry-After": "7"], url: request.url,
                    body: HTTPBody(PictureBody(chunks, ending: .never)))
            }
            let error = await #expect(throws: HTTPStatusError.self) {
                try await Downloader(transport).file(
                    from: pictureRequest(), addresses: .anywherePublic, directory: playground.directory, name: "x")
            }
            #expect(error?.status == status)
            #expect(error?.retryAfter == .seconds(7))
            #expect(error?.body.count == 65_536)
            #expect(error.map { "\($0)" }?.contains("xxx") == false)
        }
        #expect(playground.entries.isEmpty)
    }

    @Test func brokenErrorPageIsStillAStatus() async throws {
        let body = PictureBody([[1, 2]], ending: .failure(TransportError(.connectionLost, "cut")))
        let error = await #expect(throws: HTTPStatusError.self) {
            try await Downloader(PictureTransport(status: 404, body: body)).data(
                from: pictureRequest(), addresses: .anywherePublic)
        }
        #expect(error?.body == Data([1, 2]))
        #expect(error?.retryAfter == nil)
    }

    // MARK: Addresses

    @Test func privateLinkIsNeverAsked() async throws {
        let transport = PictureTransport(body: PictureBody([png]))
        let code = await codeThrown {
            _ = try await Downloader(transport).data(
                from: pictureRequest("http://127.0.0.1/x"), addresses: .anywherePublic)
        }
        #expect(code == .unsafeURL)
        #expect(transport.urls.isEmpty)
    }

    @Test(arguments: [
        "http://10.0.0.1/x", "http://169.254.169.254/x", "http://localhost/", "http://[::1]/", "file:///etc/passwd",
    ])
    func redirectToAPrivateAddress(_ target: String) async throws {
        let playground = try Playground()
        let transport = PictureTransport { request in
            let hop = request.url.path == "/second" ? target : "/second"
            return HTTPResponse(
                status: 302, headers: ["Location": hop], url: request.url, body: HTTPBody(Data("moved".utf8)))
        }
        let code = await codeThrown {
            _ = try await Downloader(transport).file(
                from: pictureRequest("http://203.0.114.7/first"), addresses: .anywherePublic,
                directory: playground.directory,
                name: "x")
        }
        #expect(code == .unsafeURL)
        #expect(transport.urls == ["http://203.0.114.7/first", "http://203.0.114.7/second"])
        #expect(playground.entries.isEmpty)
    }

    @Test func redirectToAnotherOriginKeepsSecretsHome() async throws {
        let bytes = png
        let transport = PictureTransport { request in
            request.url.host == "203.0.114.7"
                ? HTTPResponse(
                    status: 302, headers: ["Location": "https://203.0.114.8/other"], url: request.url,
                    body: HTTPBody(Data()))
                : HTTPResponse(status: 200, headers: [:], url: request.url, body: HTTPBody(Data(bytes)))
        }
        var request = try pictureRequest()
        request.headers = ["Authorization": "Bearer secret", "Cookie": "secret", "Accept": "image/*"]
        let image = try await Downloader(transport).data(from: request, addresses: .anywherePublic)
        #expect(image.url?.absoluteString == "https://203.0.114.8/other")
        let last = try #require(transport.requests.withLock { $0.last })
        #expect(!last.headers.contains { $0.value.contains("secret") })
    }

    @Test func redirectHomeIsAllowed() async throws {
        let bytes = png
        let base = try #require(URL(string: "http://127.0.0.1:7860/"))
        let transport = PictureTransport { request in
            request.url.host == "127.0.0.1"
                ? HTTPResponse(status: 200, headers: [:], url: request.url, body: HTTPBody(Data(bytes)))
                : HTTPResponse(
                    status: 307, headers: ["Location": base.absoluteString], url: request.url, body: HTTPBody(Data()))
        }
        let image = try await Downloader(transport).data(
            from: pictureRequest("http://203.0.114.7/"), addresses: AddressPolicy(configured: HTTPOrigin(base)))
        #expect(image.url == base)
    }

    @Test func configuredLoopbackServesItsOwnPictures() async throws {
        let base = try #require(URL(string: "http://127.0.0.1:7860/"))
        let transport = PictureTransport(body: PictureBody([png]))
        let image = try await Downloader(transport).data(
            from: pictureRequest("http://localhost:9000/file=a"), addresses: AddressPolicy(configured: HTTPOrigin(base))
        )
        #expect(image.format == .png)
    }
}
