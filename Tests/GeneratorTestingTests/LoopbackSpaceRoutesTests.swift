import Foundation
import GeneratorTesting
import Gradio
import TestPace
import Testing

@Suite("The other routes of the embedded Space", .paced)
struct LoopbackSpaceRoutesTests {
    private func json(_ answer: RawAnswer) throws -> JSONValue {
        try JSONValue(parsing: Data(answer.chunks.joined().utf8))
    }

    private func run(_ peer: QueuePeer, _ name: String, _ body: String) async throws -> RawAnswer {
        try await peer.post("\(peer.prefix)/run/\(name)", body)
    }

    @Test("/run answers with the values; a number beats the name", arguments: GradioRelease.all)
    func run(_ release: GradioRelease) async throws {
        let peer = try QueuePeer(release)
        let hidden = "{\"data\": [\"a boat\", 7, 256, 256, true, 1], \"fn_index\": 3, \"session_hash\": \"abc\"}"
        let answer = try await json(run(peer, "predict", hidden))
        #expect(answer["is_generating"] == false)
        #expect(answer["data"]?[1] == 7)
        #expect(answer["data"]?[0]?["url"]?.string?.hasPrefix("http://loopback\(peer.prefix)/file=") == true)
        #expect(answer["duration"]?.double != nil)
        #expect(answer["data"]?[0]?["meta"] == ["_type": "gradio.FileData"])
        // A generator shows one value here, never its last.
        let first = try await json(run(peer, "infer_1", "{\"data\": [\"a\", 7, false, 256, 256, 3.5, 4]}"))
        #expect(first["is_generating"] == true)
        // By its name a hidden function is not found.
        #expect(try await run(peer, "generate", "{\"data\": []}").statusLine == "HTTP/1.1 500 Internal Server Error")
        #expect(try await run(peer, "nosuch", "{\"data\": []}").statusLine == "HTTP/1.1 500 Internal Server Error")
        #expect(try await run(peer, "infer", "{}").statusLine == "HTTP/1.1 422 Unprocessable Entity")
        #expect(try await peer.get("\(peer.prefix)/run/infer").statusLine == "HTTP/1.1 405 Method Not Allowed")
        #expect(peer.space.submissions == 2)
    }

    @Test("/run fails with status 500 and the release's words", arguments: GradioRelease.all)
    func runFailures(_ release: GradioRelease) async throws {
        let peer = try QueuePeer(release)
        let isOld = release.version < GradioVersion("5.0"), isNew = release.version >= GradioVersion("6.0")
        for (prompt, words) in [
            (
                "!error it's closed",
                isOld
                    ? "{\"error\":\"\\\"it's closed\\\"\",\"duration\":10,\"visible\":true}"
                    : "{\"error\":\"it's closed\",\"duration\":10,\"visible\":true,\"title\":\"Error\"}"
            ), ("!crash boom", isNew ? "{\"error\":\"boom\",\"visible\":true}" : "{\"error\":\"boom\"}"),
        ] {
            let answer = try await run(peer, "infer", "{\"data\": [\"\(prompt)\", 0, true, 256, 256, 2]}")
            #expect(answer.statusLine == "HTTP/1.1 500 Internal Server Error")
            #expect(answer.chunks == [words])
        }
    }

    @Test("requests to join that do not fit", arguments: GradioRelease.all)
    func badJoins(_ release: GradioRelease) async throws {
        let peer = try QueuePeer(release)
        func join(_ body: String) async throws -> RawAnswer {
            try await peer.post("\(peer.prefix)/queue/join", body)
        }
        let data = "\"data\": [\"x\", 7, false, 256, 256, 2]"
        var answer = try await join("{\(data), \"fn_index\": 2}")
        #expect(answer.statusLine == "HTTP/1.1 400 Bad Request")
        #expect(answer.chunks == ["{\"detail\":\"Session hash not found.\"}"])
        answer = try await join("{\(data), \"fn_index\": 2, \"session_hash\": null}")
        #expect(answer.chunks == ["{\"detail\":\"Session hash not found.\"}"])
        answer = try await join("{\(data), \"session_hash\": \"a\"}")
        #expect(answer.statusLine == "HTTP/1.1 400 Bad Request")
        #expect(answer.chunks == ["{\"detail\":\"No function index provided.\"}"])
        answer = try await join("{\(data), \"fn_index\": \"infer\", \"session_hash\": \"a\"}")
        #expect(answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
        #expect(
            answer.chunks == [
                "{\"detail\":[{\"type\":\"int_parsing\",\"loc\":[\"body\",\"fn_index\"],\"msg\":\"Input should be a valid "
                    + "integer, unable to parse string as an integer\",\"input\":\"infer\"}]}"
            ])
        for number in ["99", "-1"] {
            answer = try await join("{\(data), \"fn_index\": \(number), \"session_hash\": \"a\"}")
            #expect(answer.statusLine == "HTTP/1.1 500 Internal Server Error")
            #expect(
                answer.chunks[0] == "Internal Server Error" || answer.chunks[0].hasSuffix("\nKeyError: \(number)\n"))
        }
        answer = try await peer.get("\(peer.prefix)/queue/data")
        #expect(
            answer.chunks == [
                "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"query\",\"session_hash\"],\"msg\":\"Field required\","
                    + "\"input\":null}]}"
            ])
        #expect(peer.space.submissions == 0)
        // What no component is called and what is too much does not matter.
        let odd = "{\"data\": [\"!none\", 7, false, 256, 256, 2, \"extra\"], \"fn_index\": 2, \"trigger_id\": 9999"
        #expect(try await join("\(odd), \"session_hash\": \"a\"}").statusLine == "HTTP/1.1 200 OK")
    }

    @Test("an unknown session is an error, and the stream is cut", arguments: GradioRelease.all)
    func unknownSession(_ release: GradioRelease) async throws {
        let peer = try QueuePeer(release)
        let (text, ending) = try await peer.stream("nosuch").peer.receive()
        #expect(ending == .finished)
        let words =
            release.version < GradioVersion("5.38")
            ? "{\"msg\":\"unexpected_error\",\"event_id\":null,\"message\":\"404: Session not found.\",\"success\":false}"
            : "{\"msg\":\"unexpected_error\",\"event_id\":null,\"message\":\"404: Not Found\",\"session_not_found\":true,"
                + "\"success\":false}"
        #expect(text.hasSuffix("data: \(words)\n\n\r\n"))
    }

    @Test("uploads are looked at, and served again", arguments: GradioRelease.all)
    func uploads(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release, pace: .zero)
        let app = try await GradioApp.connect(to: space.url)
        let picture = LoopbackSpace.picture(prompt: "a boat", seed: 1, width: 40, height: 20)
        let file = try await app.upload(picture, name: "a boat.png", mediaType: "image/png")
        let question: [JSONValue] = [file.argument, "what is it", 7, 0.95, 0.1]
        let sentence: JSONValue = "The picture is 40 by 20 pixels, wider than tall. You asked: what is it"
        #expect(try await app.submit("/multimodal_understanding", question).output() == [sentence])
        #expect(try await app.submit("/multimodal_understanding", question, route: .queue).output() == [sentence])
        var blind = question
        blind[0] = nil
        #expect(
            try await app.submit("/multimodal_understanding", blind).output()
                == ["I see no picture. You asked: what is it"])
        var stranger = question
        stranger[0] = ["path": "/etc/hostname", "meta": ["_type": "gradio.FileData"]]
        let error = await #expect(throws: GenerationError.self) {
            try await app.submit("/multimodal_understanding", stranger, route: .queue).output()
        }
        #expect(error?.message.contains("/etc/hostname") == true)
    }

    @Test("a file that is too large is refused")
    func tooLarge() async throws {
        let peer = try QueuePeer()
        let content = String(repeating: "z", count: (16 << 20) + 1)
        let body =
            "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.bin\"\r\n\r\n\(content)\r\n--b--\r\n"
        let answer = try await peer.post("/gradio_api/upload", body, type: "multipart/form-data; boundary=b")
        #expect(answer.statusLine.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.chunks == ["File size exceeded maximum allowed size of 16777216 bytes."])
    }

    @Test("a gallery has five pictures of its seed", arguments: GradioRelease.all)
    func gallery(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release, pace: .zero)
        let app = try await GradioApp.connect(to: space.url)
        let output = try await app.submit("/generate_image", ["a cat", 7, 5, 1]).output()
        let pictures = try #require(output.first?.array)
        #expect(Set(pictures.compactMap { $0["image"]?["path"]?.string }).count == 5)
        #expect(pictures.allSatisfy { $0["caption"] == .null && $0["image"]?["orig_name"] == .null })
        #expect(try await app.submit("/generate_image", ["!none", 7, 5, 1]).output() == [[]])
    }

    @Test("state belongs to the session", arguments: GradioRelease.all)
    func state(_ release: GradioRelease) async throws {
        let peer = try QueuePeer(release)
        func remember(_ text: String, _ session: String) async throws -> JSONValue? {
            let answer = try await run(
                peer, "remember", "{\"data\": [null, \"\(text)\"], \"session_hash\": \"\(session)\"}")
            return try json(answer)["data"]
        }
        #expect(try await remember("one", "a") == [nil, "one"])
        #expect(try await remember("two", "a") == [nil, "one, two"])
        #expect(try await remember("!error no", "a") == nil)
        #expect(try await remember("three", "b") == [nil, "three"])
        _ = try await peer.job("three", session: "a", endpoint: 7)
        var stream = try await peer.stream("a")
        let end = try await stream.messages().first { $0["msg"] == "process_completed" }
        #expect(end?["output"]?["data"] == [nil, "one, two, three"])
        // Without a session each call is one of its own; from 6.18 on its place may be left out there.
        let app = try await GradioApp.connect(to: peer.space.url)
        #expect(try await app.submit("/remember", [nil, "x"]).output() == [nil, "x"])
        #expect(try await app.submit("/remember", [nil, "y"]).output() == [nil, "y"])
        let short = try await peer.post("\(peer.prefix)/call/remember", "{\"data\": [\"z\"]}")
        let id = try #require(json(short)["event_id"]?.string)
        let text = try await peer.get("\(peer.prefix)/call/remember/\(id)").chunks.joined()
        #expect(text.contains("[null, \"z\"]") == (release.version >= GradioVersion("6.18")))
    }

    @Test("small routes", arguments: GradioRelease.all)
    func small(_ release: GradioRelease) async throws {
        let peer = try QueuePeer(release)
        #expect(try await json(peer.get("\(peer.prefix)/app_id"))["app_id"]?.integer != nil)
        #expect(try await peer.get("\(peer.prefix)/startup-events").chunks == ["false"])
        #expect(try await peer.get("\(peer.prefix)/user").chunks == ["null"])
        #expect(try await peer.post("\(peer.prefix)/reset", "{\"event_id\": \"x\"}").chunks == ["{\"success\":true}"])
        let alive = try RawPeer(port: peer.space.server.port)
        await alive.request("GET \(peer.prefix)/heartbeat/abc")
        #expect(await alive.receive(through: "data: ALIVE\n\n\r\n").contains("text/event-stream"))
        let hidden = try await json(peer.get("\(peer.prefix)/info?all_endpoints=True"))
        let isNew = release.version >= GradioVersion("6.0")
        #expect(hidden["unnamed_endpoints"]?.object?.keys.sorted() == (isNew ? [] : ["3"]))
        #expect(
            hidden["named_endpoints"]?.object?.keys.sorted() == [
                "/generate_image", "/infer", "/infer_1", "/multimodal_understanding", "/remember",
            ])
    }

    @Test("an app with a login lets nobody else in", arguments: GradioRelease.all)
    func login(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release, pace: .zero, login: ("alice", "wonder land"))
        let peer = QueuePeer(space, release)
        let isOld = release.version < GradioVersion("5.50")
        let words =
            isOld
            ? "{\"detail\":\"Not authenticated\"}"
            : "{\"detail\":{\"error\":\"Not authenticated\",\"auth_message\":null}}"
        for path in ["/config", "\(peer.prefix)/info", "\(peer.prefix)/queue/data?session_hash=a"] {
            let answer = try await peer.get(path)
            #expect(answer.statusLine == "HTTP/1.1 401 Unauthorized")
            #expect(answer.chunks == [words])
        }
        #expect(try await peer.join("x", session: "a").chunks == [words])
        let form = "application/x-www-form-urlencoded"
        let wrong = try await peer.post("/login", "username=alice&password=wrong", type: form)
        #expect(wrong.statusLine == "HTTP/1.1 400 Bad Request")
        #expect(wrong.chunks == ["{\"detail\":\"Incorrect credentials.\"}"])
        #expect(try await peer.post("/login", "{}").statusLine == "HTTP/1.1 422 Unprocessable Entity")
        let right = try await peer.post("/login", "username=alice&password=wonder+land", type: form)
        #expect(right.chunks == ["{\"success\":true}"])
        let cookies = right.headers.filter { $0.name == "set-cookie" }
            .compactMap { $0.value.split(separator: ";").first.map(String.init) }
        #expect(cookies.count == 2)
        // Over plain HTTP only the second can be sent.
        let cookie = try #require(cookies.last)
        #expect(try await peer.get("/config", cookie: cookie).statusLine == "HTTP/1.1 200 OK")
        #expect(try await peer.get("\(peer.prefix)/user", cookie: cookie).chunks == ["\"alice\""])
        #expect(try await peer.get("/config", cookie: cookie + "x").statusLine == "HTTP/1.1 401 Unauthorized")
        #expect(try await peer.get("/logout", cookie: cookie).statusLine == "HTTP/1.1 302 Found")
        #expect(try await peer.get("/config", cookie: cookie).statusLine == "HTTP/1.1 401 Unauthorized")
        #expect(space.submissions == 0)
    }
}
