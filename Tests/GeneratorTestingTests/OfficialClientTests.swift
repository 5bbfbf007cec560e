import Foundation
import GeneratorTesting
import Gradio
import TestPace
import Testing

@Suite("The embedded Space, asked by the official clients", .paced)
struct OfficialClientTests {
    private static let leftOut: Comment =
        "Not asked by the clients of Gradio \(OfficialClient.missing): run Tests/GradioLab/install"

    @Test("of every release", .enabled(if: OfficialClient.isRequired || OfficialClient.missing.isEmpty, leftOut))
    func everyRelease() {
        #expect(OfficialClient.missing.isEmpty)
    }

    @Test(
        "every endpoint gives them the right values", .enabled(if: !OfficialClient.installed.isEmpty, leftOut),
        arguments: OfficialClient.installed)
    func endpoints(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release, pace: .milliseconds(1))
        let picture = FileManager.default.temporaryDirectory.appendingPathComponent("a boat \(UUID().uuidString).png")
        try LoopbackSpace.picture(prompt: "a boat", seed: 1, width: 40, height: 20).write(to: picture)
        defer { try? FileManager.default.removeItem(at: picture) }
        let out = try await OfficialClient.run(
            """
            out["endpoints"] = sorted(client.view_api(return_format="dict", print_info=False)["named_endpoints"])
            path, out["seed"] = client.predict("a boat", 7, False, 256, 256, 2, api_name="/infer")
            out["picture"] = content(path)
            path, out["seed by default"] = client.predict(
                "a boat", randomize_seed=False, width=256, height=256, api_name="/infer")
            job = client.submit("!preview 3 a boat", 7, False, 256, 256, 3.5, 4, api_name="/infer_1")
            path, _ = job.result(timeout=240)
            out["result"] = content(path)
            out["values"] = [content(value[0]) for value in job.outputs()]
            gallery = client.predict("a cat", 7, 5, 1, api_name="/generate_image")
            out["gallery"] = [content(item["image"]) for item in gallery]
            out["answer"] = client.predict(
                handle_file(arguments[0]), "what is it", 7, 0.95, 0.1, api_name="/multimodal_understanding")
            out["turns"] = [client.predict(text, api_name="/remember") for text in ("one", "two")]
            """, release, [space.url.absoluteString, picture.path])
        #expect(
            out["endpoints"] == [
                "/generate_image", "/infer", "/infer_1", "/multimodal_understanding", "/remember",
            ])
        func painted(_ prompt: String, seed: Int, side: Int = 256) -> JSONValue {
            .string(
                LoopbackSpace.picture(prompt: prompt, seed: seed, width: side, height: side).base64EncodedString())
        }
        #expect(out["picture"] == painted("a boat", seed: 7))
        #expect(out["seed"] == 7)
        #expect(out["seed by default"] == 0)
        #expect(out["result"] == painted("!preview 3 a boat", seed: 7))
        let values = try #require(out["values"]?.array)
        #expect(values.last == painted("!preview 3 a boat", seed: 7))
        #expect(Set(values).count == 4)
        #expect(out["gallery"] == .array((7...11).map { painted("a cat", seed: $0, side: 384) }))
        #expect(out["answer"] == "The picture is 40 by 20 pixels, wider than tall. You asked: what is it")
        #expect(out["turns"] == ["one", "one, two"])
        #expect(space.submissions == 7)
    }

    @Test(
        "failures tell them why", .enabled(if: !OfficialClient.installed.isEmpty, leftOut),
        arguments: OfficialClient.installed)
    func failures(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release, workers: 1, queueLimit: 1, pace: .zero)
        let out = try await OfficialClient.run(
            """
            def infer(prompt):
                return failure(prompt, 7, False, 256, 256, 2, api_name="/infer")
            out["error"] = infer("!error closed today")
            out["crash"] = infer("!crash boom")
            out["quota"] = infer("!quota")
            out["range"] = failure("x", 7, False, 64, 256, 2, api_name="/infer")
            jobs = []
            for _ in range(2):
                jobs.append(client.submit("!never", 7, False, 256, 256, 2, api_name="/infer"))
                while len(jobs) == 1 and jobs[0].status().code.name not in ("PROCESSING", "PROGRESS"):
                    time.sleep(0.01)
            while jobs[1].status().code.name != "IN_QUEUE":
                time.sleep(0.01)
            out["place"] = jobs[1].status().rank
            out["full"] = infer("!none")
            for job in jobs:
                job.cancel()
            """, release, [space.url.absoluteString])
        let isOld = release.version < GradioVersion("5.0")
        // The older clients say more.
        #expect(out["error"]?.string?.hasSuffix(isOld ? "'closed today'" : "closed today") == true)
        #expect(isOld || out["error"]?.string?.contains("'") == false)
        #expect(out["crash"]?.string?.hasSuffix("boom") == true)
        #expect(out["quota"]?.string?.contains("You have exceeded your GPU quota (60s requested vs. 0s left).") == true)
        let isChecked = release.version >= GradioVersion("5.39")
        #expect(out["range"]?.string == (isChecked ? "Value 64 is less than minimum value 256." : nil))
        #expect(out["place"] == 0)
        #expect(out["full"]?.string?.contains("Queue is full") == true)
        #expect(space.cancellations == 2)
    }

    @Test(
        "they log in", .enabled(if: !OfficialClient.installed.isEmpty, leftOut), arguments: OfficialClient.installed)
    func login(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release, pace: .zero, login: ("alice", "wonderland"))
        let out = try await OfficialClient.run(
            """
            path, out["seed"] = client.predict("a boat", 7, False, 256, 256, 2, api_name="/infer")
            out["picture"] = content(path)
            """, release, [space.url.absoluteString], login: "alice:wonderland")
        let picture = LoopbackSpace.picture(prompt: "a boat", seed: 7, width: 256, height: 256)
        #expect(out["picture"]?.string == picture.base64EncodedString())
        let refused = try await OfficialClient.run(
            """
            try:
                Client(url, auth=("alice", "wrong"))
            except Exception as error:
                out["refused"] = type(error).__name__
            """, release, [space.url.absoluteString], login: "alice:wonderland")
        #expect(refused["refused"] == "ValueError")
    }
}
