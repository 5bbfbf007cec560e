internal import Foundation

/// An answer with a job document and outputs, as a Go program writes it.
struct ProdiaMultipart: Sendable {
    let contentType: String
    let data: Data

    init(document: Data, outputs: [(name: String, data: Data)]) {
        let digits = (0..<60).map { _ in String(Int.random(in: 0...15), radix: 16) }.joined()
        var data = Data()
        func part(_ name: String, _ fileName: String, _ type: String, _ content: Data) {
            data.append(contentsOf: "\(data.isEmpty ? "" : "\r\n")--\(digits)\r\n".utf8)
            data.append(
                contentsOf: "Content-Disposition: form-data; name=\"\(name)\"; filename=\"\(fileName)\"\r\n".utf8)
            data.append(contentsOf: "Content-Type: \(type)\r\n\r\n".utf8)
            data.append(content)
        }
        part("job", "job.json", "application/json", document)
        for output in outputs { part("output", output.name, "image/png", output.data) }
        data.append(contentsOf: "\r\n--\(digits)--\r\n".utf8)
        self.data = data
        contentType = "multipart/form-data; boundary=\(digits)"
    }
}
