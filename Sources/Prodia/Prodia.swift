// One import is enough: the provider's events, errors and results come with it.
@_exported public import GeneratorCore
