#if os(macOS) || os(Linux)
    import Foundation
    import GeneratorTesting
    import GeneratorTransport
    import TestPace
    import Testing

    /// The program itself: what only a process of its own can show.
    @Suite(.paced, .serialized) struct ExecutableTests {
        private let space: LoopbackSpace

        init() throws { space = try LoopbackSpace() }

        private func words(_ prompt: String, _ more: String...) -> [String] {
            [prompt, "--base-url", space.url.absoluteString, "--width", "256", "--height", "256"] + more
        }

        @Test func filesGoToStandardOutputAndStatusesToStandardError() async throws {
            let program = try Executable(words("A quiet harbour", "--seed", "4"))
            #expect(await program.wait() == 0)
            // Absolute, although the folder is named by a dot.
            let file = String(program.output.prefix { $0 != "\n" })
            #expect(file.hasPrefix("/") && !file.contains("/./"))
            #expect(file.hasSuffix("/a-quiet-harbour-4.png"))
            #expect(program.output == file + "\n")
            #expect(
                program.error.hasPrefix("Connecting to the Space\nWaiting in the queue · place 1 of 1\nGenerating\n"))
            #expect(!program.error.contains("\r"), "There is no terminal.")
            let expected = LoopbackSpace.picture(prompt: "A quiet harbour", seed: 4, width: 256, height: 256)
            #expect(try program.folder.data("a-quiet-harbour-4.png") == expected)
        }

        @Test(arguments: [
            (["--version"], 0, "imagine 0.1.0\n", ""),
            (
                ["harbour", "--nope"], 64, "",
                "imagine: There is no option --nope. [invalidRequest]\n`imagine --help` shows what there is.\n"
            ),
        ]) func statusAndStreams(words: [String], status: Int32, output: String, error: String) async throws {
            let program = try Executable(words)
            #expect(await program.wait() == status)
            #expect(program.output == output)
            #expect(program.error == error)
        }

        @Test func thePromptMayComeThroughAPipe() async throws {
            let pipe = Pipe.uninherited()
            let program = try Executable(words("-", "--json", "--no-save"), input: pipe)
            try pipe.fileHandleForWriting.write(contentsOf: Data("A quiet\nharbour\n".utf8))
            try pipe.fileHandleForWriting.close()
            #expect(await program.wait() == 0)
            #expect(program.output.contains("\"alt\":\"A quiet\\nharbour\""))
        }

        @Test func aReaderThatWentAwayIsNoCrash() async throws {
            let script = """
                { "$@" ; echo $? > status ; } | head -n 0
                """
            let command =
                ["-c", script, "sh", Executable.imagine] + words("!slow 0.3 harbour", "--json", "--seed", "4")
            let program = try Executable(command, program: "/bin/sh")
            #expect(await program.wait() == 0)
            #expect(try program.folder.text("status") == "0\n")
            #expect(program.folder.names.contains("slow-0-3-harbour-4.png"))
        }

        #if os(Linux)
            @Test(arguments: ["", "--json", "--no-save"]) func whatCannotBePrintedIsAnError(
                _ option: String
            ) async throws {
                let script = """
                    "$@" > /dev/full
                    """
                let command = ["-c", script, "sh", Executable.imagine] + words("harbour", "--quiet", "--seed", "4")
                let program = try Executable(command + (option.isEmpty ? [] : [option]), program: "/bin/sh")
                #expect(await program.wait() == 73)
                #expect(
                    program.error
                        == "imagine: Standard output cannot be written: No space left on device. [fileUnwritable]\n")
                #expect(program.folder.names.contains("harbour-4.png") == (option != "--no-save"))
            }
        #endif

        @Test(arguments: CommandRun.transports) func theDemoNeedsNoNetworkAndNoProxy(transport: [String]) async throws {
            let port = try ClosedPort()
            let proxies = ["http_proxy": port.url, "all_proxy": port.url, "no_proxy": "", "NO_PROXY": ""]
            let program = try Executable(
                ["demo", "harbour", "--seed", "1", "--width", "256"] + transport, environment: proxies)
            #expect(await program.wait() == 0, "\(program.error)")
            #expect(program.folder.names.contains("harbour-1.png"))
        }

        #if os(Linux)
            @Test func whatAProxySaysOfATunnelIsNoAnswer() async throws {
                let proxy = try LoopbackServer { _, responder in
                    try await responder.raw("HTTP/1.1 200 Connection established\r\nX-Proxy: it\r\n\r\n")
                    responder.close()
                }
                let url = proxy.url.absoluteString
                let words = ["harbour", "--base-url", "https://127.0.0.1:9", "--retries", "0", "--no-save"]
                let program = try Executable(
                    words + ["--transport", "curl", "--verbose"],
                    environment: ["https_proxy": url, "HTTPS_PROXY": url, "no_proxy": "", "NO_PROXY": ""])
                #expect(await program.wait() == 69)
                #expect(program.error.contains("/config → tlsFailed"), "\(program.error)")
                #expect(proxy.requests.map(\.target) == ["127.0.0.1:9"])
            }
        #endif

        @Test(arguments: CommandRun.transports) func theEnvironmentsProxyIsUsed(transport: [String]) async throws {
            let front = try FrontServer { _, _, _ in false }
            for (exempt, asked) in [("127.0.0.1", false), ("", true)] {
                let proxies = ["http_proxy": front.url, "no_proxy": exempt, "NO_PROXY": exempt]
                let words = ["harbour", "--base-url", front.space.url.absoluteString, "--no-save"] + transport
                let program = try Executable(words, environment: proxies)
                #expect(await program.wait() == 0, "\(program.error)")
                #expect(front.server.requests.isEmpty != asked)
            }
        }
    }

    @Suite(.paced, .serialized) struct SignalTests {
        /// Less than the silence that would end it anyway. That the server is given two seconds to hear of it is tested on a
        /// clock that stands still.
        private let patience: Duration = .seconds(45)

        /// Starts a job that never ends, and waits until the Space works on it.
        private func startWaiting(
            at url: String, _ server: LoopbackServer, _ words: String...
        ) async throws -> Executable {
            let program = try Executable(["!never", "--base-url", url] + words)
            try await server.waitUntil {
                $0.requests.contains { $0.path.hasSuffix("/queue/data") }
            }
            return program
        }

        @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))]) func aSignalEndsItAndTheServerIsTold(
            signal: Int32, status: Int32
        ) async throws {
            let space = try LoopbackSpace()
            let program = try await startWaiting(at: space.url.absoluteString, space.server)
            let start = ContinuousClock.now
            program.send(signal)
            #expect(await program.wait() == status)
            #expect(await program.time(since: start) < patience)
            // The Space may be behind: it shares its processor with every other test.
            try await space.server.waitUntil { _ in space.cancellations == 1 }
            #expect(space.server.requests.contains { $0.method == "POST" && $0.path.hasSuffix("/cancel") })
            #expect(program.output == "")
            #expect(!program.error.contains("imagine:"), "A person who pressed Ctrl-C knows.")
        }

        @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))]) func aJobThatGoesOnIsNotLost(
            signal: Int32, status: Int32
        ) async throws {
            let prodia = try LoopbackProdia(key: "sesame")
            let key = ["MY_KEY": "sesame"]
            let words = ["--base-url", prodia.url.absoluteString, "--api-key-env", "MY_KEY"]
            let program = try Executable(
                ["!never boat", "--provider", "prodia", "--api", "v1", "--seed", "7"] + words, environment: key)
            try await prodia.server.waitUntil {
                $0.requests.contains { $0.path.hasPrefix("/v1/job/") }
            }
            program.send(signal)
            #expect(await program.wait() == status)
            let hint = try #require(program.error.split(separator: "\n").last)
            #expect(hint.hasPrefix("Go on with: imagine resume "))
            prodia.release()
            let second = try Executable(
                hint.split(separator: " ").dropFirst(4).map(String.init), environment: key)
            #expect(await second.wait() == 0, "\(second.error)")
            #expect(second.folder.names.contains("image-7.png"))
            #expect(prodia.submissions == 1)
        }

        @Test func aCallOfASpaceEndsWithASignalToo() async throws {
            let space = try LoopbackSpace()
            let words = ["space", space.url.absoluteString, "--endpoint", "/infer_1", "--data", "[\"!never\"]"]
            let program = try Executable(words)
            try await space.server.waitUntil {
                $0.requests.contains { $0.path.hasSuffix("/queue/data") }
            }
            program.send(SIGINT)
            #expect(await program.wait() == 130)
            try await space.server.waitUntil { _ in space.cancellations == 1 }
            #expect(program.output == "")
        }

        @Test func aServerThatDoesNotListenIsNotWaitedForLong() async throws {
            let front = try FrontServer { request, responder, _ in
                guard request.path.hasSuffix("/cancel") || request.path.hasSuffix("/queue/data")
                else { return false }
                await responder.waitForDisconnect()
                return true
            }
            let program = try await startWaiting(at: front.url, front.server)
            let start = ContinuousClock.now
            program.send(SIGINT)
            #expect(await program.wait() == 130)
            #expect(await program.time(since: start) < patience)
        }

        @Test func aSecondSignalEndsItAtOnce() async throws {
            let front = try FrontServer { request, responder, _ in
                guard request.path.hasSuffix("/cancel") || request.path.hasSuffix("/queue/data")
                else { return false }
                await responder.waitForDisconnect()
                return true
            }
            let program = try await startWaiting(at: front.url, front.server, "--json")
            // Two kinds, because two of one kind can become one before anybody sees them. Either may be seen first.
            program.send(SIGINT)
            program.send(SIGTERM)
            let status = await program.wait()
            #expect(status == 130 || status == 143)
            // One signal alone would have ended in an error object, two seconds later.
            #expect(!program.output.contains("cancelled"))
        }

        @Test func aSignalEndsTheWaitForAPrompt() async throws {
            let pipe = Pipe.uninherited()
            let program = try Executable(["-", "--json"], input: pipe)
            // More than a pipe holds: when all is written, somebody reads.
            let end = pipe.fileHandleForWriting
            try await blocking { try end.write(contentsOf: Data(repeating: 0x41, count: 300_000)) }
            program.send(SIGINT)
            #expect(await program.wait() == 130)
            #expect(program.output.contains("\"cancelled\""))
            try end.close()
        }

        @Test func serveEndsWithASignal() async throws {
            let pipe = Pipe.uninherited()
            let program = try Executable(["serve", "--json"], output: pipe)
            let line = try await blocking { pipe.fileHandleForReading.availableData }
            #expect(String(decoding: line, as: UTF8.self).contains("\"space\":\"http://127.0.0.1:"))
            program.send(SIGTERM)
            #expect(await program.wait() == 143)
        }
    }
#endif
