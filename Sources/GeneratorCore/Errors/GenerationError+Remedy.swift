extension GenerationError {
    /// What to do about it, in a sentence or two for people; empty where the message says it already.
    public var remedy: String {
        if concernsDownload { return downloadAdvice }
        return [advice, warning].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// What a second try may come to, or what may become of a job that nobody here waits for any more.
    private var warning: String {
        if speaksForOthers {
            return "Other pictures of this request \(wasAccepted == nil ? "may have been" : "were") accepted: "
                + "ask only for those that are missing, or you pay for the others twice."
        }
        guard let wasAccepted else {
            return code == .cancelled
                ? "The service may have taken the job: then it may still do the work and charge for it."
                : "The service may have taken the job, and making it again may be paid for twice."
        }
        guard wasAccepted else { return "" }
        return switch code {
        case .cancelled: "The service had taken the job: it may still do the work and charge for it."
        case .timedOut:
            "The service had taken the job and may still be working on it: making it again may be paid for twice."
        default: "The service had taken the job, and making it again may be paid for twice."
        }
    }

    /// What to do about a finished picture that is not here.
    private var downloadAdvice: String {
        switch code {
        case .unsafeURL: advice
        case .responseTooLarge: "It was made: raise the limit and fetch it again, which costs nothing."
        case .fileUnwritable: "It was made: save it elsewhere, which costs nothing."
        default: "It was made: fetch it again, which costs nothing."
        }
    }

    /// When to try again.
    private var later: String {
        guard let seconds = retryAfter?.seconds.rounded(.up), seconds >= 1, let whole = Int(exactly: seconds) else {
            return "Try again later."
        }
        // Nobody counts more than two minutes in seconds.
        let (count, unit) =
            whole <= 120
            ? (whole, "second") : whole <= 7200 ? ((whole - 1) / 60 + 1, "minute") : ((whole - 1) / 3600 + 1, "hour")
        return "Try again in \(count) \(unit)\(count == 1 ? "" : "s")."
    }

    private var advice: String {
        switch code {
        // Their messages say what is wrong, and with it what to do.
        case .invalidRequest, .unsupportedSetting, .unknownModel, .missingCredentials, .fileUnreadable, .fileUnwritable,
            .cancelled:
            ""
        case .proxyUnsupported: "Use another proxy or another transport."
        case .transportUnavailable: "Use another transport."
        case .unauthorized: "Check the key, the token or the login."
        case .forbidden: "Use a key or token that allows this, or ask the owner of the service for access."
        // What an app does not have, by the list that it gave, is told with that list.
        case .notFound: status == nil ? "" : "Check the URL and the name."
        case .rateLimited, .queueFull, .serviceUnavailable: later
        case .quotaExceeded: later + " A token of another account may have a larger allowance."
        case .serviceError where status == 407: ""
        case .serviceError where status.map { 400..<500 ~= $0 } == true:
            "Change the request; if it is in order, only the owner of the service can mend it."
        case .serviceError: "Try again later; if it stays, only the owner of the service can mend it."
        case .spaceUnavailable: "Look at the Space's page, and try again when it runs."
        case .connectionFailed: "Check the URL, the network and the proxy."
        case .connectionLost: "Check the network, and try again."
        case .tlsFailed: "Check the URL, the server's certificate and the clock of this machine."
        case .timedOut where wasAccepted == true: "Allow more time."
        case .timedOut: "Allow more time, or try again later."
        case .generationFailed: "Change the request, or try again."
        case .contentFiltered: "Change the prompt or the input pictures."
        case .noImage: "Try again, or use another model."
        case .invalidResponse: "Check that the URL is that of the service; if it is, only its owner can mend it."
        case .responseTooLarge: "Ask for less; if that does not help, only the owner of the service can mend it."
        case .unsafeURL:
            "If you trust that server, give its URL yourself; else only the owner of the service can mend it."
        default: ""
        }
    }
}
