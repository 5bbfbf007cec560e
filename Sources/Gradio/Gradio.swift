// A user of a Space needs the events, errors and results of the core as well: one import is enough for all.
@_exported public import GeneratorCore
