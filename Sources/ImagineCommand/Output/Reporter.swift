internal import Foundation
internal import ImageGenerators

/// Writes what happens: JSON lines for programs, or files on standard output and the rest on standard error for people.
struct Reporter: Sendable {
    let console: Console
    let isJSON: Bool
    let isQuiet: Bool
    let isVerbose: Bool
    let progress: ProgressLine
    /// What stands behind a ticket where a person is told how to go on; `nil` where nobody can.
    var resumeWords: [String]? = []
    /// Whether a text is on its way whose last line has not ended.
    private let isWithinText = Locked(false)
    /// What time-outs and waits are measured on.
    let clock: GeneratorClock
    private let start = ContinuousClock.now

    /// - Parameters:
    ///   - console: Where it writes.
    ///   - clock: What time-outs and waits are measured on.
    ///   - isGiven: Whether an option is given.
    init(_ console: Console, clock: GeneratorClock = GeneratorClock(), _ isGiven: (String) -> Bool) {
        self.console = console
        self.clock = clock
        isJSON = isGiven("--json")
        isQuiet = isGiven("--quiet")
        isVerbose = isGiven("--verbose")
        progress = ProgressLine(console, isQuiet: isQuiet || isJSON)
    }

    /// Reports an event. `files` are the files that a picture's images were saved to.
    func report(_ event: GenerationEvent, index: Int = 0, files: [DownloadedFile?] = []) {
        if isJSON {
            if let object = EventLine.object(for: event, index: index, files: files) { line(object) }
            return
        }
        switch event {
        // A status between two pieces of a text would end its line.
        case .reasoning(let reasoning): if !isWithinText.withLock({ $0 }) { progress.show(reasoning) }
        case .warning(let warning): if !isQuiet { progress.say("Warning: \(warning.message.printable)") }
        case .submitted(let job):
            endText()
            guard isVerbose else { break }
            progress.say("The service accepted the job \(job.id.printable).")
            if let resumeWords, let ticket = job.ticket {
                progress.say("If this run is interrupted, go on with: " + Self.command(resuming: ticket, resumeWords))
            }
        case .preview(let response):
            progress.countPreview()
            for image in response.images where isVerbose && !image.isLocal {
                progress.say("A preview lies at \(image.url.absoluteString)")
            }
        case .image(let response):
            progress.finish()
            for (position, image) in response.images.enumerated() {
                let file = files.indices.contains(position) ? files[position] : nil
                console.output((file?.file.path ?? place(of: image)) + "\n")
                guard !isQuiet else { continue }
                let size = (file?.size ?? image.size).map(\.description)
                let seed = image.seed.map { "seed \($0)" }
                let price = image.metadata["dollars"]?.double.map { "$\($0)" }
                let facts = [response.model?.printable, size, file?.format.fileExtension, seed, price].compactMap { $0 }
                progress.say("  " + facts.joined(separator: " · "))
            }
        case .text(let text):
            guard !text.isEmpty else { break }
            progress.finish()
            console.output(text)
            isWithinText.withLock { $0 = !text.hasSuffix("\n") }
        @unknown default: break
        }
    }

    /// Where a picture is that was not saved. The bytes of one as text are for programs: on a terminal they would hide all else.
    private func place(of image: GeneratedImage) -> String {
        guard image.isLocal, console.isOutputTerminal else { return image.url.absoluteString }
        return "data:\(image.mediaType ?? "image");base64,… (leave out --no-save to keep it)"
    }

    /// Reports what a Space was asked for.
    func report(_ answer: SpaceAnswer) {
        progress.finish()
        switch answer {
        case .listing(let listing):
            if isJSON { line(listing.object, elapsed: false) } else { console.output(listing.text) }
        case .output(let output):
            if isJSON { return line(EventLine.object(for: output)) }
            for (text, files) in zip(output.texts, output.files) {
                for place in files.compactMap(\.place) { console.output(place + "\n") }
                if let text { console.output(text + (text.hasSuffix("\n") ? "" : "\n")) }
            }
        }
    }

    /// Ends the last line of a text, once.
    private func endText() {
        let isOpen = isWithinText.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        if isOpen { console.output("\n") }
    }

    /// Takes a generation's events to their end. Whatever stops it before is reported, and the server hears of it.
    /// - Parameters:
    ///   - stream: The events.
    ///   - take: Takes one event.
    ///   - summary: What to say about a work that failed half-way.
    /// - Returns: The exit status.
    func follow(
        _ stream: GenerationStream, taking take: (GenerationEvent) async throws -> Void,
        summary: () -> String? = { nil }
    ) async -> Int32 {
        defer { progress.finish() }
        // The numbers of the pictures that are here.
        var arrived: Set<Int> = []
        // The job of a picture that cannot be fetched or saved.
        var unsaved: JobHandle?
        var isStopped = false
        do {
            for try await event in stream {
                if case .image(let response) = event {
                    arrived.insert(response.index)
                    unsaved = response.job
                }
                do {
                    try await take(event)
                } catch {
                    isStopped = true
                    throw error
                }
                unsaved = nil
            }
            endText()
            return ExitStatus.done
        } catch {
            endText()
            let isInterrupted = Task.isCancelled
            var rest = UnfinishedWork(of: stream, without: arrived, unsaved)
            // A second Ctrl-C ends the program at once: what may be paid for is said before the server hears of the first.
            let isSaid = isInterrupted && !isJSON && say(rest)
            // The server hears of it before the program ends.
            await stream.cancel()
            if !isSaid { rest = UnfinishedWork(of: stream, without: arrived, unsaved) }
            if isInterrupted { return isSaid ? ExitStatus.interrupted : interrupted(leaving: rest) }
            if !isJSON, !isQuiet, let summary = summary() { progress.say(summary) }
            let described = GenerationError(wrapping: error)
            report(described, jobs: rest.jobs)
            if isStopped, !isJSON { sayWhatGoesOn(rest) }
            return ExitStatus.status(for: described)
        }
    }

    /// Reports a failure, and how to go on with the jobs that are not done.
    func report(_ error: GenerationError, jobs: [JobHandle] = []) {
        progress.finish()
        if isJSON {
            // A picture that cannot be fetched or saved does not know its job; that one was done, whatever the reason.
            line(EventLine.object(for: error, ticket: error.job == nil ? jobs.last?.ticket : error.ticket))
            return
        }
        let picture = error.index.map { "picture \($0 + 1): " } ?? ""
        console.error("imagine: \(picture)\(error.subject)\(error.message) [\(error.code)]\n")
        // What is wrong with the command line says itself what to do.
        if error.provider != nil, let remedy = error.recoverySuggestion { console.error(remedy + "\n") }
        if error.code == .missingCredentials, error.provider == "prodia" {
            console.error("--api-key-env NAME names the variable that holds the key.\n")
        }
        if error.code == .invalidRequest, error.provider == "gradio", error.message.contains("endpoint") {
            console.error(SpaceMapping.hint + " `imagine space` shows what there is.\n")
        }
        let others = jobs.filter { $0 != error.job }.compactMap(\.ticket)
        sayHowToGoOn(others + [error.ticket].compactMap { $0 })
    }

    private func sayHowToGoOn(_ tickets: [String]) {
        guard let resumeWords else { return }
        for ticket in tickets {
            console.error("Go on with: " + Self.command(resuming: ticket, resumeWords) + "\n")
        }
    }

    private static func command(resuming ticket: String, _ words: [String]) -> String {
        (["imagine resume", ticket] + words).joined(separator: " ")
    }

    /// Says what the service may do, and charge for, although nobody waits for it here.
    /// - Returns: Whether there was something to say.
    @discardableResult private func sayWhatGoesOn(_ rest: UnfinishedWork) -> Bool {
        // The servers of the demo are gone, and charge for nothing.
        guard resumeWords != nil, let words = rest.warning else { return false }
        console.error(words + "\n")
        return true
    }

    /// Says what a person who pressed Ctrl-C cannot know: how to go on with a job that was accepted, and that one goes on
    /// without them.
    /// - Returns: Whether there was something to say.
    private func say(_ rest: UnfinishedWork) -> Bool {
        progress.finish()
        let isWarned = sayWhatGoesOn(rest)
        let tickets = rest.jobs.compactMap(\.ticket)
        sayHowToGoOn(tickets)
        return isWarned || !tickets.isEmpty
    }

    /// Reports that the work was stopped from outside.
    /// - Returns: The exit status.
    func interrupted(leaving rest: UnfinishedWork = UnfinishedWork()) -> Int32 {
        if isJSON {
            report(
                GenerationError(
                    .cancelled, "The work was interrupted.", job: rest.jobs.last, wasAccepted: rest.wasAccepted))
        } else {
            _ = say(rest)
        }
        return ExitStatus.interrupted
    }

    /// Writes one JSON object as a line of standard output, with the time that has passed.
    func line(_ members: [String: JSONValue], elapsed: Bool = true) {
        var members = members
        if elapsed { members["elapsed"] = JSONValue(plain: (start.duration(to: .now).seconds * 1000).rounded() / 1000) }
        guard let data = try? JSONValue.object(members.mapValues(\.finite)).serialized() else { return }
        console.line(json: String(decoding: data, as: UTF8.self))
    }

    /// A line for `--verbose`.
    var log: (@Sendable (HTTPLogEntry) -> Void)? {
        guard isVerbose else { return nil }
        let progress = progress
        return { progress.say($0.description) }
    }
}

extension JSONValue {
    /// The value with `null` in place of numbers that JSON cannot write.
    fileprivate var finite: JSONValue {
        switch self {
        case .number(let value) where !value.isFinite: .null
        case .array(let values): .array(values.map(\.finite))
        case .object(let members): .object(members.mapValues(\.finite))
        default: self
        }
    }
}
