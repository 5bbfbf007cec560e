#if os(Linux)
    internal import CurlShim

    /// What the thread does. Everything here is used by that thread alone.
    final class CurlLoop {
        private let loop: OpaquePointer
        private var transfers: [UInt64: CurlTransfer] = [:]
        private var connections: [UInt64: UnsafeMutableRawPointer] = [:]
        private var news: [CurlTransfer] = []

        init(_ loop: OpaquePointer) { self.loop = loop }

        /// Serves for ever.
        func run(_ messages: () -> [CurlEngine.Message]) {
            while true {
                for message in messages() { perform(message) }
                wakeReaders()
                curlshim_loop_wait(loop)
                var result: Int32 = 0
                while let user = curlshim_loop_next_done(loop, &result) {
                    end(CurlTransfer.from(user), result)
                }
                wakeReaders()
            }
        }

        /// Remembers a transfer whose reader is to be woken when everything that has arrived is taken.
        func note(newsOf transfer: CurlTransfer) {
            guard !transfer.hasNews else { return }
            transfer.hasNews = true
            news.append(transfer)
        }

        private func wakeReaders() {
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
                curlshim_loop_remove(loop, transfer.easy)
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
                guard curlshim_loop_add(loop, transfer.easy) == 0 else {
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

        /// Gives everything back before the reader hears of the end, so that its next request finds the connection.
        private func end(_ transfer: CurlTransfer, _ result: Int32) {
            guard transfers.removeValue(forKey: transfer.order.number) != nil else { return }
            let error = transfer.failure(result)
            curlshim_loop_remove(loop, transfer.easy)
            transfer.close()
            if let error { transfer.order.transfer.fail(error) } else { transfer.order.transfer.finish() }
        }
    }
#endif
