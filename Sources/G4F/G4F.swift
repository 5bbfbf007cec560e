// One import is enough: the providers' events, errors and results come with it.
@_exported public import GeneratorCore
