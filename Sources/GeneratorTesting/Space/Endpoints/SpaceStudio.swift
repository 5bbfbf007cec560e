import Foundation
import GeneratorTransport
import Gradio

/// What the functions of the embedded Space can do: paint, look at pictures, remember.
struct SpaceStudio: Sendable {
    /// A GPU that is waited for, as ZeroGPU words it.
    private static let gpuLines = ["Waiting for a GPU to become available", "Successfully acquired a GPU"]
    private static let galleryCount = 5
    private static let gallerySide = 384

    let release: GradioRelease
    /// Where the caller reached the Space.
    let root: String
    let session: String
    let files: SpaceFiles
    let memory: SpaceMemory
    let painter: @Sendable (LoopbackPicture) -> Data

    /// A picture and its seed.
    func picture(
        _ arguments: SpaceArguments, steps: Int, previews: Int = 0, waitsForGPU: Bool = false
    ) throws
        -> SpacePlan
    {
        let prompt = try arguments.text()
        let isRandom = arguments["randomize_seed"].bool ?? false
        let seed = isRandom ? Int.random(in: 0...2_147_483_647) : arguments.whole("seed")
        let width = arguments.whole("width"), height = arguments.whole("height")
        return SpacePlan(
            steps: steps, showsSteps: true, previews: previews,
            logs: waitsForGPU ? Self.gpuLines.map { SpaceLog(level: .info, text: $0, title: "ZeroGPU queue") } : [],
            text: prompt,
            values: { finished in
                let file = paint(prompt, seed, width, height, finished: finished)
                return [fileData(file, name: "image.png"), .integer(seed)]
            }, nothing: [nil, .integer(seed)])
    }

    /// Several small pictures.
    func gallery(_ arguments: SpaceArguments) throws -> SpacePlan {
        let prompt = try arguments.text()
        let seed = arguments.whole("seed"), side = Self.gallerySide
        return SpacePlan(
            steps: Self.galleryCount, text: prompt,
            values: { finished in
                let pictures = (0..<Self.galleryCount).map { number -> OrderedJSON in
                    let file = paint(prompt, seed &+ number, side, side, finished: finished)
                    return ["image": fileData(file, name: nil), "caption": nil]
                }
                return [.array(pictures)]
            }, nothing: [[]])
    }

    /// A sentence about a picture, or about there being none.
    func answer(_ arguments: SpaceArguments) throws -> SpacePlan {
        let question = try arguments.text()
        let sentence = try sentence(about: sentPicture(arguments["image"]))
        let answer = "\(sentence) You asked: \(question)"
        return SpacePlan(text: question, values: { _ in [.string(answer)] }, nothing: [nil])
    }

    private func sentence(about picture: Data?) throws -> String {
        guard let picture else { return "I see no picture." }
        guard let format = ImageFormat(signature: picture),
            let size = ImageSizeProbe.size(of: picture, format: format)
        else { throw SpaceFailure.crash("cannot identify image file") }
        let shape =
            size.width == size.height ? "a square" : size.width > size.height ? "wider than tall" : "taller than wide"
        return "The picture is \(size.width) by \(size.height) pixels, \(shape)."
    }

    /// Everything that was said in this session.
    func remember(_ arguments: SpaceArguments) throws -> SpacePlan {
        let text = try arguments.text()
        return SpacePlan(
            text: text,
            values: { finished in
                // On the way to the answer nothing is remembered yet.
                finished < 1 ? [nil, nil] : [nil, .string(memory.append(text, to: session).joined(separator: ", "))]
            },
            nothing: [nil, nil])
    }
}

extension SpaceStudio {
    private func paint(_ prompt: String, _ seed: Int, _ width: Int, _ height: Int, finished: Double) -> String {
        let picture = LoopbackPicture(prompt: prompt, seed: seed, width: width, height: height, finished: finished)
        return files.keep(painter(picture), name: "image.png", on: finished < 1 ? .previews : .pictures)
    }

    /// A file of the Space, with Gradio's own members.
    private func fileData(_ path: String, name: String?) -> OrderedJSON {
        [
            "path": .string(path), "url": .string("\(root)\(release.prefix)/file=\(path)"), "size": nil,
            "orig_name": name.map(OrderedJSON.string) ?? .null, "mime_type": nil, "is_stream": false,
            "meta": ["_type": "gradio.FileData"],
        ]
    }

    /// The picture that a caller sent: a file of the Space, or a `data:` URL; nothing is fetched.
    /// - Throws: ``SpaceFailure`` as Gradio words it.
    private func sentPicture(_ value: JSONValue) throws -> Data? {
        if value.isNull { return nil }
        guard case .object(let members) = value else {
            throw SpaceFailure.crash("1 validation error for ImageData\n  Input should be a valid dictionary")
        }
        guard let path = members["path"]?.string else {
            guard release.readsDataURLs, let url = members["url"]?.string,
                let data = try? DataURL(url, limit: SpaceFiles.uploadLimit).data
            else { throw SpaceFailure.crash("Could not preprocess input component: a file needs a path.") }
            return data
        }
        if path.hasPrefix("http://") || path.hasPrefix("https://") {
            throw SpaceFailure.crash("Hostname \(URL(string: path)?.host() ?? "") failed validation")
        }
        guard let file = files.file(at: path) else {
            throw SpaceFailure.crash(
                "Cannot move \(path) to the gradio cache dir because it was not uploaded by a user.")
        }
        return file.bytes
    }
}
