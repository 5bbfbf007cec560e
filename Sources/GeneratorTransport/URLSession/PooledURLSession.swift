internal import Foundation

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// One immortal session and its delegate, which hands what arrives to the transfer that a task belongs to.
///
/// Only a *session* delegate is used: on Linux a task delegate sees no data. Tasks are never suspended (resuming sends
/// the request again), and cancelled from a queue of their own (a cancel from the wrong place never completes).
final class PooledURLSession: Sendable {
    private let session: URLSession
    private let router: Router
    private static let cancelQueue = DispatchQueue(label: "GeneratorTransport.cancel")

    /// Makes a session.
    /// - Parameter proxy: What all its connections go through. None on Linux, where a session cannot have one.
    init(proxy: HTTPProxy? = nil) {
        router = Router(proxy: proxy)
        let configuration = URLSessionConfiguration.ephemeral
        // A cache makes cancel() crash the process on Linux; cookie and credential stores replace what the caller set.
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        configuration.urlCredentialStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.httpMaximumConnectionsPerHost = 1
        configuration.timeoutIntervalForRequest = 1e9
        #if canImport(Darwin)
            proxy?.configure(configuration)
        #endif
        session = URLSession(configuration: configuration, delegate: router, delegateQueue: nil)
    }

    /// Starts a task whose events go to `transfer`. `loan` is held until the task is over.
    func start(
        _ request: URLRequest, bodyFile: URL? = nil, transfer: HTTPTransfer, loan: URLSessionLoan
    ) -> Cancellable {
        let task =
            bodyFile.map { session.uploadTask(with: request, fromFile: $0) } ?? session.dataTask(with: request)
        let origin = request.url.flatMap(HTTPOrigin.init)
        router.register(Router.Route(transfer: transfer, loan: loan, origin: origin), for: task)
        task.resume()
        return Cancellable(task: task)
    }

    /// Ends a session that does not go back into the pool.
    func invalidate() { session.finishTasksAndInvalidate() }

    /// A task that can be cancelled from anywhere.
    struct Cancellable: Sendable {
        fileprivate let task: URLSessionTask

        func cancel() { PooledURLSession.cancelQueue.async { task.cancel() } }
    }
}

/// Routes by task identifier, which is unique within a session.
private final class Router: NSObject, URLSessionDataDelegate, Sendable {
    struct Route: Sendable {
        let transfer: HTTPTransfer
        let loan: URLSessionLoan
        let origin: HTTPOrigin?
        /// Whether a byte of the request has left; `nil` where nobody says so.
        var wasSent: Bool?
    }

    private let routes = Locked<[Int: Route]>([:])
    private let proxy: HTTPProxy?

    init(proxy: HTTPProxy?) { self.proxy = proxy }

    func register(_ route: Route, for task: URLSessionTask) {
        routes.withLock { $0[task.taskIdentifier] = route }
    }

    private func transfer(of task: URLSessionTask) -> HTTPTransfer? {
        routes.withLock { $0[task.taskIdentifier]?.transfer }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        if let head = HTTPTransfer.Head(response) { transfer(of: dataTask)?.receive(head: head) }
        // Always allow: on Linux the other answers are ignored.
        completionHandler(.allow)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didSendBodyData bytesSent: Int64, totalBytesSent: Int64,
        totalBytesExpectedToSend: Int64
    ) {
        transfer(of: task)?.noteProgress()
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard let transfer = transfer(of: dataTask) else { return }
        // Behind an informational answer the real one is not announced on Linux.
        if transfer.receivedHead == nil, let head = dataTask.response.flatMap(HTTPTransfer.Head.init) {
            transfer.receive(head: head)
        }
        transfer.receive([UInt8](data))
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        // Foundation would carry every credential to the new host and lose the body of a 307.
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        #if canImport(Darwin)
            if challenge.protectionSpace.isProxy(), challenge.previousFailureCount == 0,
                let credential = proxy?.credential
            {
                return completionHandler(.useCredential, credential)
            }
        #endif
        // Left unanswered, a 401 with a Basic challenge never completes on Linux. Rejected, it ends as cancelled.
        let isTrust = challenge.protectionSpace.authenticationMethod == "NSURLAuthenticationMethodServerTrust"
        completionHandler(isTrust ? .performDefaultHandling : .rejectProtectionSpace, nil)
    }

    #if canImport(Darwin)
        func urlSession(
            _ session: URLSession, task: URLSessionTask, didFinishCollecting metrics: URLSessionTaskMetrics
        ) {
            let wasSent = metrics.transactionMetrics.contains {
                $0.requestStartDate != nil || $0.countOfRequestHeaderBytesSent + $0.countOfRequestBodyBytesSent > 0
            }
            // A task without a transaction says nothing.
            guard !metrics.transactionMetrics.isEmpty else { return }
            routes.withLock { $0[task.taskIdentifier]?.wasSent = wasSent || task.countOfBytesSent > 0 }
        }
    #endif

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let (transfer, failure) = close(task, error) else { return }
        if let failure { transfer.fail(failure) } else { transfer.finish() }
    }

    /// Ends the route of a task, so that its session is back in the pool before the reader can ask for it again.
    private func close(_ task: URLSessionTask, _ error: (any Error)?) -> (HTTPTransfer, TransportError?)? {
        guard let route = routes.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return nil }
        // A redirect without a usable Location completes without a response callback.
        if let response = task.response, let head = HTTPTransfer.Head(response) { route.transfer.receive(head: head) }
        let head = route.transfer.receivedHead
        let answered401 = head?.status == 401 && (error as? URLError)?.code == .cancelled
        if let origin = route.origin {
            let announced = head?.headers["Connection"]?.lowercased().contains("close") == true
            // A failed or cancelled HTTP/1.1 transfer closes its connection; over TLS it may have been HTTP/2.
            let broken = error != nil && !answered401 && origin.scheme == "http"
            route.loan.transferEnded(with: origin, closed: announced || broken)
        }
        guard let error, !answered401 else { return (route.transfer, nil) }
        return (route.transfer, TransportError(classifying: error, headArrived: head != nil, wasSent: route.wasSent))
    }
}

extension HTTPTransfer.Head {
    /// The head of an answer; `nil` for an informational one, which says nothing about the real one.
    fileprivate init?(_ response: URLResponse) {
        guard let response = response as? HTTPURLResponse, response.statusCode >= 200 else { return nil }
        var headers = HTTPHeaders()
        for (name, value) in response.allHeaderFields {
            if let name = name as? String, let value = value as? String { headers.add(name, value) }
        }
        self.init(status: response.statusCode, headers: headers)
    }
}
