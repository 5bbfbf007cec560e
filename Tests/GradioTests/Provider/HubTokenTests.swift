import Foundation
import GeneratorCore
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

@Suite("The Hub's token", .paced)
struct HubTokenTests {
    private func folder(_ token: String, at path: String = "token") throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        let file = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(token.utf8).write(to: file)
        return folder
    }

    @Test("is HF_TOKEN, else what the Hub's own tools have written")
    func sources() throws {
        let home = try folder("hf_file\n"), user = try folder("hf_user", at: ".cache/huggingface/token")
        defer { for folder in [home, user] { try? FileManager.default.removeItem(at: folder) } }
        func token(_ variables: [String: String]) -> String? {
            GenerationCredentials.hubToken(in: variables)?.reveal()
        }
        #expect(token(["HF_TOKEN": " hf_named ", "HF_HOME": home.path]) == "hf_named")
        #expect(token(["HF_TOKEN": " ", "HF_HOME": home.path]) == "hf_file")
        #expect(token(["HF_HOME": home.path, "HOME": user.path]) == "hf_file")
        #expect(token(["HOME": user.path]) == "hf_user")
        #expect(token(["XDG_CACHE_HOME": user.path + "/.cache"]) == "hf_user")
        #expect(token(["HF_TOKEN_PATH": home.path + "/token"]) == "hf_file")
        #expect(token(["HF_HOME": user.path]) == nil)
        #expect(token([:]) == nil)
    }

    @Test("a file that can be no token is none", arguments: ["", " \n", String(repeating: "x", count: 9000)])
    func unfit(_ content: String) throws {
        let home = try folder(content)
        defer { try? FileManager.default.removeItem(at: home) }
        #expect(GenerationCredentials.hubToken(in: ["HF_HOME": home.path]) == nil)
        #expect(GenerationCredentials.hubToken(in: ["HF_TOKEN_PATH": home.path]) == nil)
    }

    @Test("credentials without one look nowhere")
    func none() {
        #expect(GenerationCredentials().hubToken == nil)
        var credentials = GenerationCredentials(hubToken: Secret("hf_a"))
        #expect(credentials.hubToken?.reveal() == "hf_a")
        credentials.hubToken = nil
        #expect(credentials == GenerationCredentials())
    }

    @Test(
        "what is left of a quota is in the words",
        arguments: [
            ("You have exceeded your free ZeroGPU quota (60s requested vs. 12s left). Try again in 1:02:03.", 60, 12),
            ("You have exceeded your GPU quota (0s left vs. 75s requested).", 75, 0),
            ("You have exceeded your GPU quota (60s requested).", 60, nil), ("quota exceeded", nil, nil),
        ] as [(String, Int?, Int?)])
    func quota(_ words: String, _ requested: Int?, _ left: Int?) {
        let error = GenerationError(gradioFailure: ["error": .string(words), "title": "ZeroGPU quota exceeded"])
        #expect(error.code == .quotaExceeded)
        #expect(error.quota?.requested == requested.map { .seconds($0) })
        #expect(error.quota?.left == left.map { .seconds($0) })
    }
}
