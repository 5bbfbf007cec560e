#if os(Linux)
    internal import CurlShim
    internal import Foundation

    /// One transfer as libcurl sees it. Used under the loop's lock alone; libcurl calls back into it there.
    final class CurlTransfer {
        /// One request on its way to the loop.
        struct Order: Sendable {
            let number: UInt64
            let request: HTTPRequest
            let body: CurlBody?
            let transfer: HTTPTransfer
            let lease: CurlEngine.Lease?
            /// A file with the certificates that are trusted; the system's where there is none.
            let authorities: String?
            /// Whether the certificates are read anew, from the system's folder too.
            var readsAuthorities = false

            /// Whether libcurl's handle may serve another request: a proxy's password stays with nobody.
            var isReusable: Bool { request.proxy == nil }
        }

        /// libcurl never hands over more at once.
        static let largestPiece = 16 << 10

        /// More than that is no head: older versions limit the length of a field, but not their number.
        private static let headLimit = 256 << 10

        let order: Order
        let url: String
        let easy: UnsafeMutableRawPointer
        /// The header list, which libcurl reads while the transfer lasts.
        var headerList: UnsafeMutableRawPointer?
        private unowned let loop: CurlLoop
        /// Whether the loop knows that the reader has something to look at.
        var hasNews = false
        private let errorText: UnsafeMutablePointer<CChar>
        private var head = CurlHead()
        private var headBytes = 0
        private var bytesSent: Int64 = 0
        /// When news that ages came last, with nothing else after it.
        private var lastAgingNews: ContinuousClock.Instant?

        /// Prepares a transfer.
        /// - Throws: ``TransportError`` where libcurl does not take what the request asks for.
        init(_ order: Order, connections: UnsafeMutableRawPointer?, loop: CurlLoop) throws {
            self.order = order
            self.loop = loop
            url = order.request.url.absoluteString
            errorText = .allocate(capacity: 256)
            errorText.initialize(repeating: 0, count: 256)
            var callbacks = Self.callbacks
            let handle = url.withCString { [shim = loop.shim, errorText] url in
                curlshim_open(shim, order.isReusable ? url : nil, &callbacks, errorText)
            }
            guard let easy = handle else {
                errorText.deallocate()
                throw TransportError(.connectionFailed, "No more transfers can be started.")
            }
            self.easy = easy
            curlshim_set_user(easy, Unmanaged.passUnretained(self).toOpaque())
            do {
                try configure(connections)
            } catch {
                close()
                throw error
            }
        }

        /// Gives back what libcurl holds. Called exactly once, when the loop no longer knows the transfer.
        func close() {
            url.withCString { curlshim_close(loop.shim, easy, order.isReusable ? $0 : nil) }
            curlshim_list_free(headerList)
            errorText.deallocate()
        }

        /// The transfer behind a pointer that libcurl was given. Whoever calls has it in the loop's table.
        static func from(_ user: UnsafeMutableRawPointer) -> CurlTransfer {
            Unmanaged<CurlTransfer>.fromOpaque(user).takeUnretainedValue()
        }

        /// What a result means; `nil` for the regular end.
        func failure(_ result: Int32) -> TransportError? {
            guard result != 0 else { return nil }
            let text = String(cString: errorText)
            return TransportError(
                curl: result, text: text.isEmpty ? String(cString: curlshim_error_text(result)) : text,
                wasSent: curlshim_was_sent(easy) != 0, headArrived: head.isComplete,
                proxyStatus: curlshim_connect_status(easy), hasProxy: order.request.proxy != nil)
        }

        // MARK: Slowing down

        func resume() -> Int32 { curlshim_pause(easy, 0) }

        // MARK: What libcurl calls

        private static var callbacks: curlshim_callbacks {
            curlshim_callbacks(
                write: { bytes, size, count, user in
                    guard let user else { return 0 }
                    return CurlTransfer.from(user).receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
                },
                header: { bytes, size, count, user in
                    guard let user else { return 0 }
                    return CurlTransfer.from(user).receiveHead(
                        UnsafeRawBufferPointer(start: bytes, count: size * count))
                },
                read: { bytes, size, count, user in
                    guard let user else { return Int(CURLSHIM_READ_ABORT.rawValue) }
                    return CurlTransfer.from(user).send(
                        into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
                },
                seek: { user, offset, origin in
                    guard let user, origin == 0 else { return Int32(CURLSHIM_SEEK_FAILED.rawValue) }
                    // libcurl repeats a request whose re-used connection died: its body begins anew.
                    CurlTransfer.from(user).bytesSent = offset
                    return 0
                })
        }

        /// Takes a piece of the body. Anything but its size ends the transfer.
        private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
            let transfer = order.transfer
            guard head.isComplete else {
                // Switching protocols is what nobody asked for: the reader would wait for a head for ever.
                transfer.fail(
                    TransportError(
                        .invalidResponse, "The server sent a body without the head of an answer.", reachedServer: true))
                return 0
            }
            if transfer.hold(before: bytes.count) { return Int(CURLSHIM_WRITE_PAUSE.rawValue) }
            let isAging = bytes.isEvent(beginningWith: order.request.agingPrefix)
            guard transfer.receive([UInt8](bytes), isAging: isAging, waking: false) else { return 0 }
            if isAging { transfer.wakeReaderSoon() } else { loop.note(newsOf: self) }
            if isAging || lastAgingNews != nil { letRest(isAging) }
            return bytes.count
        }

        /// Reads less often where such news comes so quickly that nobody can follow it. Where it comes now and then, what comes
        /// behind it is not to wait.
        private func letRest(_ isAging: Bool) {
            let now = ContinuousClock.now
            let isQuick = isAging && lastAgingNews.map { $0.duration(to: now) < .milliseconds(20) } == true
            curlshim_loop_let_rest(loop.shim, easy, isQuick ? 1 : 0)
            lastAgingNews = isAging ? now : nil
        }

        private func receiveHead(_ line: UnsafeRawBufferPointer) -> Int {
            headBytes += line.count
            guard headBytes <= Self.headLimit else {
                order.transfer.fail(
                    TransportError(
                        .invalidResponse, "The head of the server's answer is too large.", reachedServer: true))
                return 0
            }
            order.transfer.noteProgress()
            if let complete = head.add(line) {
                order.transfer.receive(head: complete, waking: false)
                loop.note(newsOf: self)
            }
            // Older versions let it pass.
            guard !head.isMalformed else {
                order.transfer.fail(
                    TransportError(
                        .invalidResponse, "The head of the server's answer is not valid HTTP.", reachedServer: true))
                return 0
            }
            return line.count
        }

        private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
            order.transfer.noteProgress()
            guard let body = order.body, let count = body.read(into: buffer, at: bytesSent) else {
                order.transfer.fail(
                    TransportError(
                        .fileUnreadable, "The file could not be read to its end while it was sent.",
                        reachedServer: true))
                return Int(CURLSHIM_READ_ABORT.rawValue)
            }
            bytesSent += Int64(count)
            return count
        }
    }

    extension UnsafeRawBufferPointer {
        /// Whether this is one event of a single line that begins so; never for an empty beginning.
        fileprivate func isEvent(beginningWith prefix: [UInt8]) -> Bool {
            guard !prefix.isEmpty, count > prefix.count + 2, starts(with: prefix), last == 0x0A else { return false }
            return firstIndex(of: 0x0A) == count - 2
        }
    }
#endif
