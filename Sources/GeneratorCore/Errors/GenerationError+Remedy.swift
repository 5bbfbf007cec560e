extension GenerationError {
    /// What to do about it, in a sentence or two for people; never empty.
    public var remedy: String {
        if concernsDownload, code != .fileUnwritable, code != .responseTooLarge, code != .unsafeURL {
            return "It was made: fetch it again, which costs nothing."
        }
        let warning = wasAccepted == false || concernsDownload ? "" : Self.maybe[wasAccepted == true] ?? ""
        return advice + warning
    }

    /// What a second try may come to.
    private static let maybe = [
        true: " The service had taken the job, and making it again may be paid for twice.",
        false: " The service may have taken the job, and making it again may be paid for twice.",
    ]

    /// When to try again.
    private var later: String {
        guard let seconds = retryAfter?.seconds.rounded(.up), seconds >= 1, let whole = Int(exactly: seconds) else {
            return "Try again later."
        }
        return "Try again in \(whole) \(whole == 1 ? "second" : "seconds")."
    }

    private var advice: String {
        switch code {
        case .invalidRequest, .unsupportedSetting: "Change the request."
        case .unknownModel: "Name a model that the provider has, or none."
        case .proxyUnsupported: "Use another proxy or another transport."
        case .transportUnavailable: "Use another transport."
        case .missingCredentials: "Give the key or token that the service wants."
        case .unauthorized: "Check the key, the token or the login."
        case .forbidden: "Use a key or token that allows this, or ask the owner of the service for access."
        case .notFound: "Check the URL and the name."
        case .rateLimited, .queueFull, .serviceUnavailable: later
        case .quotaExceeded: later + " A token of another account may have a larger allowance."
        case .serviceError: "Try again later; if it stays, only the owner of the service can mend it."
        case .spaceUnavailable: "Look at the Space's page, and try again when it runs."
        case .connectionFailed: "Check the URL, the network and the proxy."
        case .connectionLost: "Check the network, and try again."
        case .tlsFailed: "Check the URL, the server's certificate and the clock of this machine."
        case .timedOut where wasAccepted == true: "The service may still be working on the job. Allow more time."
        case .timedOut: "Allow more time, or try again later."
        case .generationFailed: "Change the request, or try again."
        case .contentFiltered: "Change the prompt or the input pictures."
        case .noImage: "Try again, or use another model."
        case .invalidResponse: "Check that the URL is that of the service; if it is, only its owner can mend it."
        case .responseTooLarge: "Ask for less, or raise the limit."
        case .unsafeURL: "Name that server as the URL of the provider if you trust it."
        case .fileUnreadable: "Give a file that can be read."
        case .fileUnwritable: "Use another folder, or make room."
        case .cancelled: "Ask again if it was not meant to stop."
        default: "Look at what the service says about it."
        }
    }
}
