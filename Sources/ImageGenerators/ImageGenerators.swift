// The umbrella: one import for every provider.
@_exported public import Flux1Schnell
@_exported public import G4F
@_exported public import GeneratorCore
@_exported public import Gradio
@_exported public import Prodia
