internal import ImageGenerators

/// The exit statuses of the command, mostly those of sysexits.h.
enum ExitStatus {
    static let done: Int32 = 0
    static let usage: Int32 = 64
    static let interrupted: Int32 = 130
    static let terminated: Int32 = 143

    static func status(for error: GenerationError) -> Int32 {
        switch error.code {
        case .invalidRequest, .unknownModel, .unsupportedSetting, .proxyUnsupported, .transportUnavailable: 64
        case .invalidResponse, .noImage, .responseTooLarge, .unsafeURL: 65
        case .fileUnreadable: 66
        case .fileUnwritable: 73
        // Where nothing was accepted, trying again costs nothing. A poll or a download can be refused after that, too.
        case .timedOut, .connectionLost, .rateLimited, .quotaExceeded, .queueFull, .serviceUnavailable:
            error.wasAccepted == false ? 75 : 74
        case .missingCredentials, .unauthorized, .forbidden: 77
        default: 69
        }
    }
}
