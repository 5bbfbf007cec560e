import Flux1Schnell
import G4F
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import Gradio
import ImageGenerators
import Prodia
import TestPace
import Testing

/// A public type that bears the name of a module hides every other type of that module. That this file compiles shows
/// that there is none: each module's types can be named through it.
@Suite(.paced) struct ModuleNameTests {
    @Test func everyModuleCanBeNamed() {
        let types: [Any.Type] = [
            GeneratorTransport.HTTPRequest.self, GeneratorTransport.HTTPResponse.self, GeneratorTransport.HTTPBody.self,
            GeneratorTransport.TransportError.self, GeneratorTransport.Secret.self, GeneratorTransport.Deadline.self,
            GeneratorCore.GenerationRequest.self, GeneratorCore.GenerationError.self, GeneratorCore.ImageResponse.self,
            GeneratorCore.Reasoning.self, GeneratorCore.ModelCatalog.self, GeneratorCore.JSONValue.self,
            Gradio.GradioApp.self, Gradio.GradioJob.self, Flux1Schnell.Flux1SchnellProvider.self,
            G4F.G4FProvider.self, G4F.JanusProProvider.self,
            Prodia.ProdiaProvider.self, Prodia.ProdiaAPI.self, Prodia.ProdiaOptions.self,
            GeneratorTesting.LoopbackSpace.self, GeneratorTesting.ScriptedProvider.self,
            ImageGenerators.ProviderRegistry.self,
        ]
        #expect(Set(types.map { ObjectIdentifier($0) }).count == types.count)
    }
}
