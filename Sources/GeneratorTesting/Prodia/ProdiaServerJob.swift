internal import Foundation
internal import Gradio

/// A job of the embedded Prodia: what was asked for, and when.
struct ProdiaServerJob: Sendable {
    /// What a job is about at a moment.
    enum Phase: Sendable {
        case waiting, working, odd, done, failed
    }

    let id = UUID().uuidString.lowercased()
    let type: String
    let config: [String: JSONValue]
    let seed: Int
    let width: Int
    let height: Int
    let created = ContinuousClock.now
    let date = Date()
    let script: ProdiaScript
    var looks = 0

    init(type: String, config: [String: JSONValue], seed: Int?, width: Int, height: Int) {
        self.type = type
        self.config = config
        self.seed = seed.flatMap { $0 < 0 ? nil : $0 } ?? Int.random(in: 0...Int(Int32.max))
        self.width = min(2048, max(1, width))
        self.height = min(2048, max(1, height))
        script = ProdiaScript(prompt: config["prompt"]?.string ?? "")
    }

    var prompt: String { config["prompt"]?.string ?? "" }

    func phase(isReleased: Bool) -> Phase {
        let elapsed = created.duration(to: .now)
        if script.isEndless, !isReleased { return script.isOdd ? .odd : .working }
        // A slow job is seen waiting and working, however late somebody looks.
        if elapsed < script.delay || script.delay > .zero && (1...2).contains(looks) {
            return script.isOdd ? .odd : looks <= 1 ? .waiting : .working
        }
        if case .failure = script.outcome { return .failed }
        return .done
    }

    /// The names of its outputs.
    var outputs: [String] {
        switch script.outcome {
        case .nothing, .failure: []
        case .picture: ["image.png"]
        case .pictures: ["foreground.png", "mask.png"]
        }
    }

    /// One of its outputs; the second is of another seed.
    func picture(_ index: Int = 0) -> LoopbackPicture {
        LoopbackPicture(prompt: prompt, seed: seed &+ index, width: width, height: height)
    }

    /// The document that the current interface has about a job.
    func document(isReleased: Bool, withPrice: Bool) -> JSONValue {
        let time = ISO8601DateFormatter().string(from: date)
        var all = config
        all["seed"] = .integer(seed)
        let current = stateWord(isReleased: isReleased)
        var document: [String: JSONValue] = [
            "id": .string(id), "type": .string(type), "config": .object(all), "created_at": .string(time),
            "updated_at": .string(time), "expires_at": .string(time),
            "state": ["current": .string(current), "history": [["state": "queued"]]],
            "metrics": ["elapsed": .number(script.delay / .seconds(1) + 0.25), "ips": 8],
        ]
        if withPrice { document["price"] = ["product": .string(type), "dollars": 0.001] }
        if case .failure(let words) = script.outcome, current == "failed" { document["error"] = .string(words) }
        return .object(document)
    }

    /// The one word that the current interface has for what a job is about.
    func stateWord(isReleased: Bool) -> String {
        switch phase(isReleased: isReleased) {
        case .waiting, .working: "processing"
        case .odd: "dreaming"
        case .done: "processed"
        case .failed: "failed"
        }
    }

    /// The word of the old interfaces.
    func oldWord(isReleased: Bool) -> String {
        switch phase(isReleased: isReleased) {
        case .waiting: "queued"
        case .working: "generating"
        case .odd: "dreaming"
        case .done: "succeeded"
        case .failed: "failed"
        }
    }
}
