#if os(Linux)
    internal import CurlShim
    internal import Foundation

    extension CurlTransfer {
        /// Tells libcurl what to do.
        func configure(_ connections: UnsafeMutableRawPointer?) throws {
            try set(CURLSHIM_URL, url)
            // Signals are not for threads, and an answer never leads to another protocol.
            try set(CURLSHIM_NOSIGNAL, 1)
            try set(CURLSHIM_PROTOCOLS, 3)  // http and https
            try set(CURLSHIM_HTTP_VERSION, 2)  // 1.1
            try set(CURLSHIM_PATH_AS_IS, 1)
            // Without waiting for a lookup when the transfer is stopped. Unknown before 7.87.
            curlshim_set_number(easy, Int32(CURLSHIM_QUICK_EXIT.rawValue), 1)
            if let authorities = order.authorities { try set(CURLSHIM_CAINFO, authorities) }
            // From 7.87 on libcurl keeps what it has read from a file alone. With a folder beside it, as on Debian, each
            // connection would read all certificates anew, which takes twenty times as long as the handshake.
            if !order.readsAuthorities { curlshim_trust_file_only(easy) }
            try setConnections(connections)
            try setProxy()
            try setBody()
            try setHeaders()
        }

        private func setConnections(_ connections: UnsafeMutableRawPointer?) throws {
            // As fast as the curl program; 64 KiB are no faster, and a thousand at once take 15 MB more. What answers a create
            // is small or comes event by event, and thousands may wait for some. What was used before may refuse it.
            let size: Int64 = if case .read = order.request.intent { 32 << 10 } else { 8 << 10 }
            curlshim_set_number(easy, Int32(CURLSHIM_BUFFERSIZE.rawValue), size)
            if let connections {
                guard curlshim_set_pointer(easy, Int32(CURLSHIM_SHARE.rawValue), connections) == 0 else {
                    throw refusal(CURLSHIM_SHARE)
                }
            }
            switch order.request.intent {
            case .create:
                try set(CURLSHIM_FRESH_CONNECT, 1)
                if connections == nil { try set(CURLSHIM_FORBID_REUSE, 1) }
            case .follow:
                // By itself libcurl would ask again when the create's connection dies unanswered. The events that were
                // lost with it do not come twice: that would be waited for until the deadline.
                curlshim_send_once(easy)
                try set(CURLSHIM_FORBID_REUSE, 1)
            case .read:
                // libcurl takes a tunnel for the same whoever it was opened for.
                guard let proxy = order.request.proxy, proxy.username != nil || proxy.password != nil else { return }
                try set(CURLSHIM_FRESH_CONNECT, 1)
                try set(CURLSHIM_FORBID_REUSE, 1)
            }
        }

        /// Without a proxy of the request's own, libcurl reads the environment.
        private func setProxy() throws {
            try set(CURLSHIM_SUPPRESS_CONNECT_HEADERS, 1)
            try set(CURLSHIM_SOCKS5_AUTH, 1)  // name and password
            guard let proxy = order.request.proxy else { return }
            let password = proxy.password?.reveal()
            guard accepts(CURLSHIM_PROXY, proxy.url.absoluteString),
                // Else `no_proxy` would overrule the request.
                accepts(CURLSHIM_NOPROXY, ""),
                proxy.username == nil && password == nil
                    || accepts(CURLSHIM_PROXYUSERNAME, proxy.username ?? "")
                        && accepts(CURLSHIM_PROXYPASSWORD, password ?? "")
            else { throw TransportError(.proxyUnsupported, "libcurl cannot use this proxy.") }
        }

        private func setBody() throws {
            let request = order.request
            if let body = order.body {
                try set(CURLSHIM_POST, 1)
                try set(CURLSHIM_POSTFIELDSIZE_LARGE, body.length)
                if let bytes = body.small { try copy(bytes) }
            } else if ["POST", "PUT", "PATCH"].contains(request.method) {
                // With these a server expects to be told that there is nothing.
                try set(CURLSHIM_POST, 1)
                try set(CURLSHIM_POSTFIELDSIZE_LARGE, 0)
                try copy(Data())
            } else if request.method == "HEAD" {
                try set(CURLSHIM_NOBODY, 1)
            } else {
                try set(CURLSHIM_HTTPGET, 1)
            }
            if request.method != "HEAD" { try set(CURLSHIM_CUSTOMREQUEST, request.method) }
        }

        private func copy(_ bytes: Data) throws {
            // Never a null pointer, which would mean: ask for the bytes.
            let result = (bytes + [0]).withUnsafeBytes {
                curlshim_set_pointer(easy, Int32(CURLSHIM_COPYPOSTFIELDS.rawValue), $0.baseAddress)
            }
            guard result == 0 else { throw refusal(CURLSHIM_COPYPOSTFIELDS) }
        }

        private func setHeaders() throws {
            // No waiting for a permission to send the body, and no type that nobody named.
            try addHeader("Expect", ":", "")
            if order.request.headers["Content-Type"] == nil { try addHeader("Content-Type", ":", "") }
            for field in order.request.headers {
                // The semicolon is libcurl's way to say "empty"; a colon alone would mean "leave it out".
                try addHeader(field.name, field.value.isEmpty ? ";" : ": ", field.value)
            }
            guard curlshim_set_pointer(easy, Int32(CURLSHIM_HTTPHEADER.rawValue), headerList) == 0 else {
                throw refusal(CURLSHIM_HTTPHEADER)
            }
        }

        private func addHeader(_ name: String, _ separator: String, _ value: String) throws {
            // As a pointer into the text itself, which is copied where it is passed on as a text.
            let list = name.withCString { name in
                value.withCString { value in
                    separator.withCString { curlshim_list_append(headerList, name, $0, value) }
                }
            }
            guard let list else { throw refusal(CURLSHIM_HTTPHEADER) }
            headerList = list
        }

        private func set(_ option: curlshim_option, _ value: Int64) throws {
            guard curlshim_set_number(easy, Int32(option.rawValue), value) == 0 else { throw refusal(option) }
        }

        private func set(_ option: curlshim_option, _ value: String) throws {
            guard accepts(option, value) else { throw refusal(option) }
        }

        private func accepts(_ option: curlshim_option, _ value: String) -> Bool {
            value.withCString { curlshim_set_text(easy, Int32(option.rawValue), $0) } == 0
        }

        private func refusal(_ option: curlshim_option) -> TransportError {
            TransportError(.invalidRequest, "libcurl refuses the request (option \(option.rawValue)).")
        }
    }
#endif
