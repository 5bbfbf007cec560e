internal import Foundation
internal import ImageGenerators

/// Takes pictures as they come, saves them, and reports what happens.
struct PictureRun: Sendable {
    let reporter: Reporter
    /// Where the files go; `nil` where none are wanted.
    let directory: URL?
    /// How long one picture may take, its download included; `nil` for no limit.
    let timeout: Duration?

    /// Takes a generation's events to their end.
    /// - Parameters:
    ///   - stream: The events.
    ///   - firstIndex: The number of the first picture.
    ///   - count: How many pictures are to come.
    ///   - made: Is told of each picture.
    /// - Returns: The exit status.
    func follow(
        _ stream: GenerationStream, firstIndex: Int = 0, count: Int = 1,
        made: (GeneratedImage) -> Void = { _ in }
    ) async -> Int32 {
        var missing = Set(0..<count)
        var deadline = Deadline(in: timeout, clock: reporter.clock)
        return await reporter.follow(stream) { event in
            guard case .image(let response) = event else { return reporter.report(event) }
            let (files, failure) = await save(response, before: deadline)
            // What cannot be saved still has a URL, and may have been paid for.
            reporter.report(event, index: firstIndex + response.index, files: files)
            response.images.forEach(made)
            if let failure { throw failure }
            missing.remove(response.index)
            deadline = Deadline(in: timeout, clock: reporter.clock)
        } summary: {
            missing.count == count ? nil : Self.summary(of: count, missing: missing)
        }
    }

    /// How many pictures there are, and which are not.
    private static func summary(of count: Int, missing: Set<Int>) -> String {
        let numbers = missing.sorted().map { String($0 + 1) }
        let made = "\(count - missing.count) of \(count) pictures were made"
        guard let last = numbers.last, numbers.count <= 20 else { return made + "." }
        let list = numbers.count == 1 ? last : numbers.dropLast().joined(separator: ", ") + " and " + last
        return "\(made); \(numbers.count == 1 ? "number \(list) is" : "numbers \(list) are") missing."
    }

    /// - Returns: The files; with the failure, as many as were saved before it.
    private func save(
        _ response: ImageResponse, before deadline: Deadline
    ) async -> (files: [DownloadedFile?], failure: (any Error)?) {
        guard let directory else { return ([], nil) }
        var files: [DownloadedFile?] = []
        do {
            for image in response.images {
                let name = Self.fileName(for: response.alt, seed: image.seed)
                files.append(try await deadline.run { try await image.save(to: directory, named: name) })
            }
            return (files, nil)
        } catch let error as TransportError where error.code == .timedOut {
            let late = GenerationError(
                .timedOut, "The picture was not downloaded in time: raise --timeout.", underlying: error)
            return (files, GenerationError(downloading: late))
        } catch {
            return (files, error)
        }
    }

    /// The first words of the prompt, and the seed: `a-red-bicycle-7`.
    private static func fileName(for prompt: String, seed: Int?) -> String {
        let words = prompt.prefix(200).lowercased().split { !$0.isLetter && !$0.isNumber }
        var name = ""
        for word in words where name.count + word.count < 40 { name += (name.isEmpty ? "" : "-") + word }
        if name.isEmpty { name = words.first.map { String($0.prefix(24)) } ?? "image" }
        return name + (seed.map { "-\($0)" } ?? "")
    }
}
