#if os(Linux)
    internal import CurlShim

    /// What the thread does. Everything here is used by that thread alone.
    final class CurlLoop {
        /// What moments are rounded from.
        static let origin = ContinuousClock.now

        private let loop: OpaquePointer
        private var transfers: [UInt64: CurlTransfer] = [:]
        private var connections: [UInt64: UnsafeMutableRawPointer] = [:]
        /// When the first transfer may have been silent for too long.
        private var nextLook: ContinuousClock.Instant?

        init(_ loop: OpaquePointer) { self.loop = loop }

        /// Serves for ever.
        func run(_ messages: () -> [CurlEngine.Message]) {
            while true {
                for message in messages() { perform(message) }
                curlshim_loop_wait(loop, millisecondsToNextLook)
                var result: Int32 = 0
                while let user = curlshim_loop_next_done(loop, &result) {
                    end(CurlTransfer.from(user), result)
                }
                lookForSilence()
            }
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

        private func start(_ order: CurlOrder) {
            do {
                let transfer = try CurlTransfer(order, connections: order.lease.flatMap(connections(of:)))
                guard curlshim_loop_add(loop, transfer.easy) == 0 else {
                    transfer.close()
                    throw TransportError(.connectionFailed, "No more transfers can be started.")
                }
                transfers[order.number] = transfer
                nextLook = min(nextLook ?? transfer.nextLook, transfer.nextLook)
            } catch {
                order.transfer.fail(error)
            }
        }

        private var millisecondsToNextLook: Int64 {
            guard let nextLook else { return -1 }
            let left = ContinuousClock.now.duration(to: nextLook)
            return left <= .zero ? 0 : Int64(left.seconds * 1000) + 1
        }

        /// One look at all for all: a cancelled `Task.sleep` stays with the system until its time has come, so that a task
        /// for each transfer would cost memory for a minute.
        private func lookForSilence() {
            guard let due = nextLook, due <= .now else { return }
            // An end by silence leaves a message, and does not change the table.
            for transfer in transfers.values where transfer.nextLook <= .now { transfer.endIfSilent() }
            nextLook = transfers.values.lazy.map(\.nextLook).min()
        }

        private func connections(of lease: CurlLease) -> UnsafeMutableRawPointer? {
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
