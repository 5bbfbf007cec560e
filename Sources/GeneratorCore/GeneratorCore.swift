// The types of the transport appear in the environment, in errors and in results: one import is enough for all.
@_exported public import GeneratorTransport
