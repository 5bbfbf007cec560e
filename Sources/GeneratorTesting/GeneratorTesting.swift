// A test needs the requests, events and errors of the core as well: one import is enough for all.
@_exported public import GeneratorCore
