extension FaultRun {
    /// What Foundation on Linux does not survive, whatever we do: the process ends inside it.
    package static let endsFoundation: Set<String> = [
        "FIN behind the status line", "FIN within a header", "a trailer field behind the chunks",
    ]

    /// What libcurl underneath Foundation asks for a second time by itself, so that events that were lost are waited for.
    package static let isAskedAgainByFoundation: Set<String> = ["RST before a byte, once", "FIN before a byte, once"]

    /// Whether what is wrong with a run over URLSession on Linux is known, and cannot be mended here.
    package var isKnownOfFoundation: Bool {
        result.outcome == Self.death && Self.endsFoundation.contains(cell.fault.name)
            || result.outcome == "timedOut" && cell.phase == .stream
                && Self.isAskedAgainByFoundation.contains(cell.fault.name)
    }
}
