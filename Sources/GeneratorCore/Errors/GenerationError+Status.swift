public import Foundation

extension GenerationError {
    /// Makes an error of an answer whose status says that something is wrong.
    ///
    /// The words are the server's own where it sent JSON or text; an HTML page is called that and never quoted.
    /// - Parameters:
    ///   - status: The status, 400 or more.
    ///   - retryAfter: How long the server asks to wait.
    ///   - body: The beginning of the answer.
    public init(status: Int, retryAfter: Duration?, body: Data) {
        let text = ServiceText(body: body)
        let code: Code =
            switch status {
            case 401: .unauthorized
            case 402: .quotaExceeded
            case 403: .forbidden
            case 404: .notFound
            case 429: .rateLimited
            case 503: body.saysQueueIsFull ? .queueFull : .serviceUnavailable
            default: .serviceError
            }
        let isRefusal = [400, 403, 422, 451].contains(status) && text.isContentRefusal
        let message =
            status == 407
            ? "The proxy wants another name and password (407): http://NAME:PASSWORD@HOST:PORT"
            : "The server answered \(status): \(text.message)"
        self.init(
            text.isQuota ? .quotaExceeded : isRefusal ? .contentFiltered : code, message, status: status,
            retryAfter: retryAfter ?? text.retryAfter, wasAccepted: nil)
        if text.isQuota { quota = GenerationQuota(in: text.message) }
    }
}
