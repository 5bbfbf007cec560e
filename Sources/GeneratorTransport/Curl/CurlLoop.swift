#if os(Linux)
    internal import CurlShim

    /// The transfers of the process. Used under its lock: by the thread that waits for what arrives, and by whoever begins a
    /// transfer while that one sleeps.
    final class CurlLoop {
        let shim: OpaquePointer
        private var transfers: [UInt64: CurlTransfer] = [:]
        private var connections: [UInt64: UnsafeMutableRawPointer] = [:]
        private var news: [CurlTransfer] = []

        init(_ shim: OpaquePointer) { self.shim = shim }

        /// Does what has arrived, what is due, and what others have asked for.
        /// - Parameter takeMessages: Takes what others have asked for. Called when it is noted that somebody did: what comes from
        ///   then on ends the next sleep.
        /// - Returns: How long nothing is due, in milliseconds.
        func turn(_ takeMessages: () -> [CurlEngine.Message]) -> Int32 {
            curlshim_loop_serve(shim)
            tell()
            let messages = takeMessages()
            if !messages.isEmpty {
                for message in messages { perform(message) }
                curlshim_loop_ring(shim)
                tell()
            }
            return curlshim_loop_rest(shim)
        }

        /// Begins a transfer at once, while another thread sleeps.
        func begin(_ order: CurlTransfer.Order) {
            start(order)
            curlshim_loop_begin(shim)
            tell()
            curlshim_loop_arm(shim)
        }

        /// Remembers a transfer whose reader is to be woken when everything that has arrived is taken.
        func note(newsOf transfer: CurlTransfer) {
            guard !transfer.hasNews else { return }
            transfer.hasNews = true
            news.append(transfer)
        }

        /// Tells the readers what has come, and what is over.
        private func tell() {
            var result: Int32 = 0
            while let user = curlshim_loop_next_done(shim, &result) {
                end(CurlTransfer.from(user), result)
            }
            for transfer in news {
                transfer.hasNews = false
                transfer.order.transfer.wakeReader()
            }
            news.removeAll(keepingCapacity: true)
        }

        private func perform(_ message: CurlEngine.Message) {
            switch message {
            case .start(let order): start(order)
            case .stop(let number):
                guard let transfer = transfers.removeValue(forKey: number) else { return }
                curlshim_loop_remove(shim, transfer.easy)
                transfer.close()
            case .resume(let number):
                guard let transfer = transfers[number] else { return }
                let result = transfer.resume()
                if result != 0 { end(transfer, result) }
            case .closeConnections(let number):
                if let set = connections.removeValue(forKey: number) { curlshim_connections_free(set) }
            }
        }

        private func start(_ order: CurlTransfer.Order) {
            do {
                let transfer = try CurlTransfer(order, connections: order.lease.flatMap(connections(of:)), loop: self)
                guard curlshim_loop_add(shim, transfer.easy) == 0 else {
                    transfer.close()
                    throw TransportError(.connectionFailed, "No more transfers can be started.")
                }
                transfers[order.number] = transfer
            } catch {
                order.transfer.fail(error)
            }
        }

        private func connections(of lease: CurlEngine.Lease) -> UnsafeMutableRawPointer? {
            if let set = connections[lease.number] { return set }
            let set = curlshim_connections_create()
            connections[lease.number] = set
            return set
        }

        /// libcurl's code for a certificate that nobody vouches for.
        private static let notVerified: Int32 = 60

        /// Gives everything back before the reader hears of the end, so that its next request finds the connection.
        ///
        /// Who is not known from the certificates at hand may be from those that were added since, or lie elsewhere.
        private func end(_ transfer: CurlTransfer, _ result: Int32) {
            guard transfers.removeValue(forKey: transfer.order.number) != nil else { return }
            let error = transfer.failure(result)
            curlshim_loop_remove(shim, transfer.easy)
            transfer.close()
            if result == Self.notVerified, error?.reachedServer == false, !transfer.order.readsAuthorities {
                var order = transfer.order
                order.readsAuthorities = true
                return start(order)
            }
            if let error { transfer.order.transfer.fail(error) } else { transfer.order.transfer.finish() }
        }
    }
#endif
