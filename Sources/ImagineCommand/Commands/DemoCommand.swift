internal import Foundation
internal import ImageGenerators

/// `imagine demo`: the same as `imagine`, against servers that it starts itself.
struct DemoCommand: Sendable {
    private let arguments: Arguments
    private let reporter: Reporter

    init(_ arguments: Arguments, _ reporter: Reporter) {
        self.arguments = arguments
        self.reporter = reporter
    }

    /// Makes the prompt's pictures, or shows round where there is none, and gives the exit status.
    func run(_ prompt: String?) async throws -> Int32 {
        let servers = try DemoServers()
        defer { servers.stop() }
        let isProdia = arguments.text("--provider") == "prodia"
        let (name, url) = isProdia ? ("Prodia", servers.prodiaURL) : ("Space", servers.spaceURL)
        say("The embedded \(name) runs at \(url.absoluteString); nothing leaves this machine.")
        // What belongs to one provider leaves no choice among them.
        let own = [
            "--provider", "--space", "--endpoint", "--model", "--image", "--mask", "--option", "--sampler", "--api",
        ]
        let isTour = prompt == nil && !own.contains(where: arguments.has)
        let status =
            isTour
            ? try await tour(servers) : try await picture(of: prompt ?? "A quiet harbour at dawn", from: servers)
        if status == ExitStatus.done, !arguments.has("--no-save") {
            let folder = URL(fileURLWithPath: arguments.text("--output") ?? ".").standardizedFileURL.path
            say("The pictures lie in \(folder).")
        }
        return status
    }

    private func picture(of prompt: String, from servers: DemoServers) async throws -> Int32 {
        let command = try command(nil, servers)
        say(prompt.printable(limit: 60))
        return await command.run(prompt)
    }

    /// A picture at once, one of a job that is asked for, one with previews and steps, and a question about it.
    private func tour(_ servers: DemoServers) async throws -> Int32 {
        var last: GeneratedImage?
        var index = 0
        for (provider, prompt) in [
            ("flux1-schnell", "A quiet harbour at dawn"), ("prodia", "Snow over the mountains at night"),
            ("flux-dev", "A red bicycle under a golden sky"),
        ] {
            let command = try command(provider, servers)
            say("\(prompt) (\(provider))")
            let status = await command.run(prompt, firstIndex: index) { last = $0 }
            guard status == ExitStatus.done else { return status }
            index += command.count
        }
        guard let last else { return ExitStatus.done }
        let question = "What does this picture show?"
        say("\(question) (janus-pro)")
        return try await command("janus-pro", servers).ask(question, about: .remote(last.url))
    }

    /// The variables stay out: a real token has nothing to do with these servers.
    private func command(_ provider: String?, _ servers: DemoServers) throws -> GenerateCommand {
        // Of a tour all pictures have links, also where none are saved.
        try GenerateCommand(
            arguments, [:], reporter, servers: servers, provider: provider, api: provider == nil ? nil : .v2Async)
    }

    private func say(_ line: String) {
        if !reporter.isJSON, !reporter.isQuiet { reporter.console.error(line + "\n") }
    }
}
