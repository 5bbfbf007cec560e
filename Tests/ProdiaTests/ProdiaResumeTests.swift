import Foundation
import GeneratorTesting
import Prodia
import ProviderRuns
import TestPace
import Testing

@Suite("Prodia: tickets", .paced)
struct ProdiaResumeTests {
    private func handle(_ id: String, _ state: [String: JSONValue] = ["api": "v1"]) -> JobHandle {
        JobHandle(provider: "prodia", id: id, isResumable: true, state: state)
    }

    @Test("hold neither key, nor origin, nor prompt", arguments: [ProdiaAPI.legacy, .v1, .v2Async])
    func contents(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(api, prodia).run("a secret harbour")
        let job = try #require(run.jobs.first)
        let text = String(decoding: try JSONEncoder().encode(job), as: UTF8.self)
        for word in ["sesame", "127.0.0.1", "http", "harbour", "\(prodia.server.port)"] {
            #expect(!text.contains(word), "\(word)")
        }
        #expect(job.state["api"] == .string(api.rawValue))
        #expect(try JobHandle(ticket: #require(job.ticket)) == job)
    }

    @Test("the interface is the ticket's, whatever the provider was made for", arguments: [ProdiaAPI.v1, .v2Async])
    func anotherInterface(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia(key: "sesame-key")
        let job = try #require(await ProdiaProvider(api, prodia).run("a boat").jobs.first)
        let other = api == .v1 ? ProdiaAPI.v2 : .legacy
        let run = await ProviderRun(ProdiaProvider(other, prodia).resumeAsyncGenerator(job))
        #expect(run.pictures.count == 1)
        #expect(run.statuses.first == "Looking for the job")
        #expect(prodia.submissions == 1)
    }

    @Test("what the document says comes back with the picture")
    func document() async throws {
        let prodia = try LoopbackProdia()
        let provider = ProdiaProvider(.v2Async, prodia)
        let job = try #require(await provider.run("a boat", model: "sdxl", seed: nil).jobs.first)
        let run = await ProviderRun(provider.resumeAsyncGenerator(job))
        let response = try #require(run.images.first)
        #expect(response.alt == "a boat")
        #expect(response.model == "inference.sdxl.txt2img.v1")
        let image = try #require(response.images.first)
        #expect(image.seed != nil && image.metadata["dollars"] == 0.001)
        let picture = LoopbackProdia.picture(prompt: "a boat", seed: image.seed ?? 0, width: 256, height: 256)
        #expect(try await image.load().data == picture)
    }

    @Test("a job that is unknown or gone", arguments: [ProdiaAPI.legacy, .v1, .v2Async])
    func unknown(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia()
        let job = handle("0e7c9c1e-0000-0000-0000-000000000000", ["api": .string(api.rawValue)])
        let run = await ProviderRun(ProdiaProvider(api, prodia).resumeAsyncGenerator(job))
        #expect(run.failure?.code == .notFound)
        #expect(prodia.server.requests.count == 1)
    }

    @Test("a forged ticket leads nowhere, and sends nothing")
    func forged() async throws {
        let prodia = try LoopbackProdia()
        let ids = [
            "", ".", "..", "../v2/job", "a/b", "a\\b", "a b", "ä", "a\nb", "a\u{0}b",
            String(repeating: "x", count: 201),
        ]
        let states: [[String: JSONValue]] = [
            [:], ["api": "v3"], ["api": "v2"], ["api": 1], ["api": nil], ["url": "http://203.0.114.9"],
        ]
        for job in ids.map({ handle($0) }) + states.map({ handle("abc", $0) }) {
            let run = await ProviderRun(ProdiaProvider(.v1, prodia).resumeAsyncGenerator(job))
            #expect(run.failure?.code == .invalidRequest, "\(job)")
        }
        #expect(prodia.server.acceptedConnections == 0)
    }

    @Test("what a ticket says besides is not believed where it makes no sense")
    func nonsense() async throws {
        let prodia = try LoopbackProdia()
        let job = try #require(await ProdiaProvider(.v1, prodia).run("a boat").jobs.first)
        let forged = handle(
            job.id,
            [
                "api": "v1", "seed": "seven", "width": -1, "height": 1e300, "model": [1], "url": "http://203.0.114.9",
                "imageUrl": "http://203.0.114.9/x.png", "key": "x",
            ])
        let run = await ProviderRun(ProdiaProvider(.v1, prodia).resumeAsyncGenerator(forged))
        let image = try #require(run.pictures.first)
        #expect(image.seed == nil && image.size == nil)
        #expect(image.url.absoluteString.hasPrefix("\(prodia.imagesURL)/"))
        // An odd but harmless name stays one segment of the path.
        _ = await ProviderRun(ProdiaProvider(.v1, prodia).resumeAsyncGenerator(handle("a%2F..?x=#y")))
        #expect(prodia.server.requests.last?.target == "/v1/job/a%252F..%3Fx%3D%23y")
    }
}
