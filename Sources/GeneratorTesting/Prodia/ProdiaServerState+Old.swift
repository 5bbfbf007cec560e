internal import Foundation
internal import Gradio

/// The keyless interface, and v1.
extension ProdiaServerState {
    private static let samplers = [
        "Euler", "Euler a", "LMS", "Heun", "DPM2", "DPM2 a", "DPM++ 2S a", "DPM++ 2M", "DPM++ SDE", "DPM fast",
        "DPM adaptive", "LMS Karras", "DPM2 Karras", "DPM2 a Karras", "DPM++ 2S a Karras", "DPM++ 2M Karras",
        "DPM++ SDE Karras", "DDIM", "PLMS",
    ]

    /// A few of Prodia's, and one of each family that only the lists name.
    private static let models = [
        "sd": [
            "v1-5-pruned-emaonly.safetensors [d7049739]", "absolutereality_v181.safetensors [3d9d4d2b]",
            "loopback_sd.safetensors [00000001]",
        ],
        "sdxl": ["sd_xl_base_1.0.safetensors [be9edd61]", "loopback_xl.safetensors [00000002]"],
    ]

    func answerLegacy(_ path: [String], _ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        guard request.method == "GET" else { throw ProdiaRefusal(status: 405, words: "method not allowed") }
        switch (path.first, path.count) {
        case ("generate", 1): try await generate(request, responder)
        case ("job", 2): try await sendOldJob(path[1], responder)
        case (let name?, 1) where name.hasSuffix(".png"): try await sendPicture(request, responder)
        case ("models", 1):
            let labelled = Self.models["sd"]?.map { ($0.split(separator: ".").first.map(String.init) ?? $0, $0) } ?? []
            try await send(
                .object(Dictionary(labelled.map { ($0.0, .string($0.1)) }) { first, _ in first }), responder)
        default: throw ProdiaRefusal(status: 404, words: "not found")
        }
    }

    private func generate(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        // A server reads a plus sign in a query as a space: a client that does not escape it loses its sampler.
        var query: [String: String] = [:]
        for field in request.target.split(separator: "?").dropFirst().joined().split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? ""
            }
            query[parts[0]] = parts.count > 1 ? parts[1] : ""
        }
        let sizes = ["square": (512, 512), "portrait": (512, 768), "landscape": (768, 512)]
        guard let prompt = query["prompt"], let sampler = query["sampler"], Self.samplers.contains(sampler),
            let size = sizes[query["aspect_ratio"] ?? ""], let steps = Int(query["steps"] ?? ""),
            (1...25).contains(steps),
            let guidance = Double(query["cfg"] ?? ""), (0...20).contains(guidance), let seed = Int(query["seed"] ?? "")
        else { throw ProdiaRefusal(status: 400, words: "Invalid Generation Parameters") }
        let factor = query["upscale"] == "True" ? 2 : 1
        let job = ProdiaServerJob(
            type: "TextToImage", config: ["prompt": .string(prompt)], seed: seed, width: size.0 * factor,
            height: size.1 * factor)
        try await accept(job, responder)
        try await send(
            [
                "job": .string(job.id), "status": "queued",
                "params": [
                    "type": "TextToImage", "options": ["sd_model_checkpoint": .string(query["model"] ?? "")],
                    "request": [
                        "prompt": .string(prompt), "cfg_scale": .number(guidance), "steps": .integer(steps),
                        "seed": .integer(seed), "sampler_name": .string(sampler), "width": .integer(size.0),
                        "height": .integer(size.1),
                    ],
                ],
            ], responder)
    }

    private func sendOldJob(_ id: String, hasLink: Bool = false, _ responder: LoopbackResponder) async throws {
        let job = try look(id, responder)
        let word = job.oldWord(isReleased: isReleased)
        var members: [String: JSONValue] = ["job": .string(id), "status": .string(word)]
        if hasLink, word == "succeeded", !job.outputs.isEmpty {
            members["imageUrl"] = .string("\(imagesURL.withLock { $0 })/\(id).png")
        }
        // Prodia did not always label its JSON as such.
        let text = String(decoding: try JSONValue.object(members).serialized(), as: UTF8.self)
        try await responder.respond(body: text)
    }

    func answerV1(_ path: [String], _ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        guard accepts(request.header("X-Prodia-Key")) else {
            throw ProdiaRefusal(status: 401, words: "API Access Not Enabled")
        }
        switch (request.method, path.first, path.dropFirst().first, path.count) {
        case ("GET", "job", let id?, 2): try await sendOldJob(id, hasLink: true, responder)
        case ("GET", let family?, "models", 2) where Self.models[family] != nil:
            try await send(.array((Self.models[family] ?? []).map(JSONValue.string)), responder)
        case ("GET", "sd", "samplers", 2), ("GET", "sdxl", "samplers", 2):
            try await send(.array(Self.samplers.map(JSONValue.string)), responder)
        case ("POST", let family?, "generate", 2) where Self.models[family] != nil,
            ("POST", let family?, "transform", 2) where Self.models[family] != nil:
            try await createV1(family, isTransform: path[1] == "transform", request, responder)
        default: throw ProdiaRefusal(status: 404, words: "not found")
        }
    }

    private func createV1(
        _ family: String, isTransform: Bool, _ request: LoopbackRequest, _ responder: LoopbackResponder
    ) async throws {
        let invalid = ProdiaRefusal(status: 400, words: "Invalid Generation Parameters")
        guard request.header("Content-Type")?.hasPrefix("application/json") == true,
            let body = (try? JSONValue(parsing: request.body))?.object, body["prompt"]?.string != nil
        else { throw invalid }
        let models = Self.models[family] ?? []
        guard models.contains(body["model"]?.string ?? models.first ?? ""),
            (1...50).contains(body["steps"]?.integer ?? 20), (0...20).contains(body["cfg_scale"]?.double ?? 7),
            Self.samplers.contains(body["sampler"]?.string ?? "Euler"), body.values.allSatisfy({ !$0.isNull })
        else { throw invalid }
        let pictures = [body["imageUrl"]?.string, body["imageData"]?.string].compactMap { $0 }
        guard pictures.count == (isTransform ? 1 : 0),
            body["imageData"]?.string.map({ Data(base64Encoded: $0) != nil }) ?? true,
            (0...1).contains(body["denoising_strength"]?.double ?? 0.7)
        else { throw invalid }
        let side = family == "sdxl" ? 1024 : 512, factor = body["upscale"] == true ? 2 : 1
        func length(_ name: String) -> Int { min(2048, max(1, body[name]?.integer ?? side)) }
        let job = ProdiaServerJob(
            type: family, config: body, seed: body["seed"]?.integer,
            width: length("width") * factor, height: length("height") * factor)
        try await accept(job, responder)
        try await send(["job": .string(job.id), "status": "queued"], responder)
    }
}
