import Foundation
import GeneratorTesting

extension LoopbackSpace {
    /// The numbers of the functions that were called, each time.
    var functions: [Int] {
        server.requests.filter { $0.method == "POST" }.compactMap { request in
            ((try? JSONSerialization.jsonObject(with: request.body)) as? [String: Any])?["fn_index"] as? Int
        }
    }
}
