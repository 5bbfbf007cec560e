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

    private func run(
        _ space: SpaceServer, _ messages: [ChatMessage], prompt: String? = nil,
        _ credentials: GenerationCredentials = GenerationCredentials(),
        unsupported: GenerationRequest.UnsupportedPolicy = .warn
    ) async -> ProviderRun {
        let provider = JanusProProvider(url: space.url, hubURL: hub.server.url, environment: .test(credentials))
        var request = GenerationRequest(messages: messages, prompt: prompt, model: "janus-pro-7b")
        request.unsupported = unsupported
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

    private func tokens(_ space: SpaceServer) -> [String?] {
        space.server.requests.filter { $0.path.hasSuffix("/join") }.map { $0.header("x-zerogpu-token") }
    }

    @Test("another Space gets neither the session nor the token of the first, hears everything, and the caller is told")
    func elsewhere() async throws {
        let first = try SpaceServer.janus(), second = try SpaceServer.janus()
        let own = GenerationCredentials(apiKey: Secret("key.of.the.first"))
        _ = await run(first, [.user("hello")], own)
        let talk: [ChatMessage] = [.user("hello"), .assistant("An answer."), .user("and now?")]
        let refused = await run(second, talk, unsupported: .fail)
        #expect(refused.failure?.code == .unsupportedSetting)
        #expect(refused.failure?.wasAccepted == false)
        #expect(second.jobs.isEmpty)
        let run = await run(second, talk)
        #expect(run.texts == ["An answer."])
        #expect(run.warnings.map(\.setting) == ["conversation"])
        let words = "User: hello\nAssistant: An answer.\nUser: and now?\nAssistant:"
        #expect(second.jobs.map { $0.arguments[1] } == [.string(words)])
        #expect(tokens(first) == ["key.of.the.first"])
        #expect(tokens(second) == ["page.token"])
        let session = try #require(first.jobs.first?.session)
        let heard = second.server.requests.filter { request in
            request.target.contains(session) || String(decoding: request.body, as: UTF8.self).contains(session)
                || request.headers.contains { $0.value.contains("key.of.the.first") || $0.value.contains(session) }
        }
        #expect(heard.isEmpty)
        // From now on it is the second's.
        #expect(conversation.sessionID == second.jobs.first?.session)
        let next = await self.run(second, talk + [.assistant("An answer."), .user("later?")])
        #expect(next.warnings.isEmpty)
        #expect(second.jobs.last?.arguments[1] == "later?")
    }

    @Test("a caller's own key goes along with the turn that has it, and with no other")
    func ownKey() async throws {
        let space = try SpaceServer.janus()
        for key in ["one", nil, "two", nil] {
            _ = await run(space, [.user("hello")], GenerationCredentials(apiKey: key.map { Secret($0) }))
        }
        #expect(tokens(space) == ["one", "page.token", "two", "page.token"])
        #expect(Set(space.jobs.map(\.session)).count == 1)
    }

    @Test("a token that the Hub gave for one user is not sent for another")
    func users() async throws {
        let space = try SpaceServer.janus()
        let users = ["hf_a", "hf_a", "hf_b", nil].map { GenerationCredentials(hubToken: $0.map { Secret($0) }) }
        for user in users { _ = await run(space, [.user("hello")], user) }
        #expect(tokens(space) == ["signed.token", "signed.token", "signed.token", "page.token"])
        #expect(hub.paths.filter { $0.hasSuffix("/jwt") }.count == 2)
    }
}
