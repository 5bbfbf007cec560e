import Foundation
import G4F
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns
import TestPace
import Testing

@Suite("Conversations with Janus-Pro-7B", .paced)
struct JanusProConversationTests {
    private let hub: HubServer
    private let conversation = JanusProConversation()

    init() throws { hub = try HubServer() }

    private func run(_ space: SpaceServer, _ messages: [ChatMessage], prompt: String? = nil) async -> ProviderRun {
        let provider = JanusProProvider(url: space.url, hubURL: hub.server.url, environment: .test())
        var request = GenerationRequest(messages: messages, prompt: prompt, model: "janus-pro-7b")
        var options = JanusProOptions()
        options.conversation = conversation
        request[options: JanusProProvider.self] = options
        return await provider.run(request)
    }

    @Test("keeps session and token, and sends the last turn only")
    func turns() async throws {
        let space = try SpaceServer.janus()
        #expect(conversation.sessionID == nil)
        let first = await run(space, [.system("be brief"), .user("hello")])
        #expect(first.texts == ["An answer."])
        let session = try #require(conversation.sessionID)
        let talk: [ChatMessage] = [.system("be brief"), .user("hello"), .assistant("An answer.")]
        _ = await run(space, talk + [.user(" and "), .user("now?")])
        _ = await run(space, talk + [.user("later?"), .assistant("said last")])
        #expect(space.jobs.map(\.session) == [session, session, session])
        #expect(
            space.jobs.map { $0.arguments[1] } == [
                "System: be brief\nUser: hello\nAssistant:", "and\nnow?",
                // Nobody spoke last: then all of it is sent.
                "System: be brief\nUser: hello\nAssistant: An answer.\nUser: later?\nAssistant: said last\nAssistant:",
            ])
        let joins = space.server.requests.filter { $0.path.hasSuffix("/join") }
        #expect(joins.map { $0.header("x-zerogpu-token") } == ["page.token", "page.token", "page.token"])
        #expect(joins.map { $0.header("x-zerogpu-uuid") } == ["u-1", "u-1", "u-1"])
        #expect(hub.paths.count == 1)
        var text = "\(conversation)"
        dump(conversation, to: &text)
        #expect(!text.contains("page.token") && !text.contains("u-1"))
    }

    @Test("a prompt of its own wins over the messages in every turn")
    func prompt() async throws {
        let space = try SpaceServer.janus()
        for prompt in ["one", "two"] { _ = await run(space, [.user("hello")], prompt: prompt) }
        #expect(space.jobs.map { $0.arguments[1] } == ["one", "two"])
    }

    @Test("a turn that failed leaves nothing", arguments: ["{\"error\":\"no\"}", "{\"data\":[\"\"]}"])
    func failed(_ output: String) async throws {
        let isFailing = Locked(true)
        let space = try SpaceServer.janus { job in
            isFailing.withLock { $0 }
                ? [job.message("process_completed", "\"output\":\(output),\"success\":\(output.contains("data"))")]
                : [job.completed("[\"An answer.\"]")]
        }
        let lost = await run(space, [.user("one")])
        #expect(lost.failure != nil)
        #expect(conversation.sessionID == nil)
        isFailing.withLock { $0 = false }
        _ = await run(space, [.user("one"), .user("two")])
        #expect(space.jobs.map { $0.arguments[1] } == ["one", "User: one\nUser: two\nAssistant:"])
        let session = try #require(conversation.sessionID)
        #expect(space.jobs[0].session != session)
        // Later failures keep what the turns before have left.
        isFailing.withLock { $0 = true }
        _ = await run(space, [.user("three")])
        #expect(conversation.sessionID == session)
        #expect(space.jobs[2].session == session)
    }

    @Test("who has the answer may go on at once")
    func atOnce() async throws {
        let space = try SpaceServer.janus()
        let provider = JanusProProvider(url: space.url, hubURL: hub.server.url, environment: .test())
        var request = GenerationRequest(messages: [.user("hello")])
        var options = JanusProOptions()
        options.conversation = conversation
        request[options: JanusProProvider.self] = options
        for try await event in provider.createAsyncGenerator(request) {
            if case .text = event { break }
        }
        #expect(conversation.sessionID == space.jobs.first?.session)
    }
}
