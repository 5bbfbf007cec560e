import Foundation
import GeneratorTransport
import ImageGenerators
import TestPace
import Testing

@testable import ImagineCommand

/// The lines for what the embedded Space never says.
@Suite(.paced) struct EventLineTests {
    private func object(_ event: GenerationEvent, index: Int = 0) throws -> JSONValue {
        .object(try #require(EventLine.object(for: event, index: index, files: [])))
    }

    @Test func reasoning() throws {
        let whole = Reasoning(
            status: "Painting", progress: GenerationProgress(completed: 3, total: 28, unit: "steps"),
            queue: QueuePlace(position: 1, size: 3, estimate: .milliseconds(2500)))
        #expect(
            try object(.reasoning(whole)) == [
                "type": "reasoning", "status": "Painting",
                "progress": ["completed": 3, "total": 28, "unit": "steps"],
                "queue": ["position": 1, "size": 3, "eta": 2.5],
            ])
        let sparse = Reasoning(
            status: "Waiting", progress: GenerationProgress(completed: 0.5), queue: QueuePlace(position: 0))
        #expect(
            try object(.reasoning(sparse)) == [
                "type": "reasoning", "status": "Waiting", "progress": ["completed": 0.5], "queue": ["position": 0],
            ])
    }

    @Test("a seed that no integer holds is written as it came")
    func largeSeed() throws {
        let seed = JSONValue.largeNumber("18446744073709551617")
        let image = GeneratedImage(data: Data(), metadata: ["seed": seed])
        let line = try object(.image(ImageResponse(images: [image], alt: "", model: nil)))
        #expect(line["images"]?[0]?["seed"] == seed)
    }

    @Test("a whole number has no fraction")
    func wholeNumbers() throws {
        let warning = GenerationWarning(.adjusted, setting: "guidance", requested: .number(20), used: .number(7.5), "x")
        let line = try #require(EventLine.object(for: .warning(warning), index: 0, files: []))
        #expect(line["requested"] == 20 && line["used"] == 7.5)
        let progress = Reasoning(status: "x", progress: GenerationProgress(completed: 3, total: 28))
        let text = try object(.reasoning(progress)).description
        #expect(text.contains("\"completed\":3,\"total\":28"))
    }

    @Test func submittedWithATicket() throws {
        let job = JobHandle(provider: "prodia", id: "j1", isResumable: true)
        let ticket = try #require(job.ticket)
        #expect(try object(.submitted(job)) == ["type": "submitted", "id": "j1", "ticket": .string(ticket)])
    }

    @Test func text() throws { #expect(try object(.text("a\nb")) == ["type": "text", "text": "a\nb"]) }

    @Test func bytesHaveNoURL() throws {
        let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        let response = ImageResponse(
            images: [GeneratedImage(data: png)], alt: "harbour", model: "m", provider: "g4f", via: "flux-dev")
        #expect(
            try object(.image(response), index: 4) == [
                "type": "image", "index": 4, "provider": "g4f", "via": "flux-dev", "model": "m", "alt": "harbour",
                "images": [["mediaType": "image/png"]],
            ])
    }

    @Test func errors() {
        let job = JobHandle(provider: "prodia", id: "j1", isResumable: true)
        let whole = GenerationError(
            .timedOut, "Too late.", job: job, status: 504, retryAfter: .seconds(30), wasAccepted: true)
        #expect(
            JSONValue.object(EventLine.object(for: whole, ticket: whole.ticket)) == [
                "type": "error", "code": "timedOut", "message": "Too late.", "status": 504, "retryAfter": 30,
                "accepted": true, "ticket": .string(job.ticket ?? ""), "remedy": .string(whole.remedy),
            ])
        let over = GenerationError(.generationFailed, "No.", job: job, wasAccepted: true)
        #expect(over.ticket == nil, "There is nothing to go on with.")
        let sparse = GenerationError(.connectionLost, "It broke.", wasAccepted: nil)
        #expect(
            JSONValue.object(EventLine.object(for: sparse, ticket: sparse.ticket)) == [
                "type": "error", "code": "connectionLost", "message": "It broke.", "remedy": .string(sparse.remedy),
            ])
    }
}
