// With the one import that the README names, and no other: events, results and errors must come with it.
import Flux1Schnell

func readmeProgram() async throws {
    do {
        for try await event in Flux1SchnellProvider().createAsyncGenerator(
            model: "flux-schnell", prompt: "A quiet harbour")
        {
            switch event {
            case .reasoning(let reasoning): print(reasoning.status)
            case .image(let response): print(response.images[0].url)
            default: break
            }
        }
    } catch { print("No picture:", error) }
}
