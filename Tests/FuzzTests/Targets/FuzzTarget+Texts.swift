import Foundation
import GeneratorCore

@testable import GeneratorTransport

extension FuzzTarget {
    static let texts = [json, serviceText, fileName, modelName]

    static let json = FuzzTarget(
        "json",
        seeds: {
            [
                "{\"a\":[1,-2.5e3,true,false,null,\"\\u00e9\\ud83d\\ude00\\n\"],\"b\":{\"c\":[]}}", " [ ] ", "\"text\"",
                "0",
                "[9223372036854775807,-9223372036854775808,1e400,0.1,-0]", "{\"a\":1,\"a\":2}", "[[[[[[[[]]]]]]]]",
            ]
        },
        words: ["{\"", "\":", "[", "]", "}", "\\u", "\\ud800", "true", "null", "e+", "-", ".5", "\\\\", " "]
    ) { bytes in
        guard let value = try? JSONValue(parsing: Data(bytes)), let text = try? value.serialized() else { return }
        // 1.0 is written as 1, which is the same number of another kind: the text is compared.
        let again = try JSONValue(parsing: text).serialized()
        try demand(
            again == text, "\(String(decoding: text, as: UTF8.self)) became \(String(decoding: again, as: UTF8.self))")
    }

    static let serviceText = FuzzTarget(
        "service-text",
        seeds: {
            [
                "{\"detail\":[{\"msg\":\"field required\"}]}", "<html>no</html>",
                "quota exceeded, try again in 1:02:03",
                "{\"error\":{\"message\":\"NSFW content detected\"}}", "Try again in 99:99 <a href",
            ]
        },
        words: ["{\"error\":", "try again in ", ":", "quota", "exceeded", "<html", "Traceback (most recent call last)"]
    ) { bytes in
        let text = ServiceText(body: Data(bytes))
        try demand(!text.message.isEmpty, "no words")
        try demand(text.message.count <= 501, "\(text.message.count) characters")
        try demand(text.message.unicodeScalars.allSatisfy { !$0.isUnprintable }, "\(text.message.debugDescription)")
        try demand((text.retryAfter ?? .zero) >= .zero, "a wait of \(String(describing: text.retryAfter))")
        try demand(!text.message.contains("Traceback (most recent call last)"), text.message)
        // What looks like markup only now was a text about markup.
        guard !text.message.hasSuffix("…"), !text.message.contains(where: { "<&".contains($0) }) else { return }
        let again = ServiceText(text.message)
        try demand(again.message == text.message, "\(text.message) became \(again.message)")
    }

    static let fileName = FuzzTarget(
        "file-name",
        seeds: { ["a quiet harbour.png", "../../etc/passwd", "con.txt", ".hidden. ", "é漢字🎨", "a/b\\c:d"] },
        words: ["../", "con", ".png", ".", " ", "-", "_", "com1", "nul"]
    ) { bytes in
        let name = FileName.sanitised(String(decoding: bytes, as: UTF8.self))
        try demand(!name.isEmpty && name.utf8.count <= 130, "\(name.utf8.count) bytes")
        try demand(!name.contains("/") && !name.contains("\\") && name.first != ".", "\(name.debugDescription)")
        try demand(name.unicodeScalars.allSatisfy { !$0.isUnprintable }, "\(name.debugDescription)")
    }

    static let modelName = FuzzTarget(
        "model-name", seeds: { ["flux-schnell", "FLUX", "sdxl\u{0}", "x/y"] }, words: ["flux", "-", "schnell"]
    ) { bytes in
        let catalog = ModelCatalog(
            ModelDescriptor("flux-schnell"), [ModelDescriptor("flux-dev")], aliases: ["flux": "flux-dev"])
        let name = String(decoding: bytes, as: UTF8.self)
        do {
            _ = try catalog.resolve(name)
        } catch let error as GenerationError {
            try demand(error.message.count < 1000, "\(error.message.count) characters")
            let isClean = error.message.unicodeScalars.allSatisfy { !$0.isUnprintable }
            try demand(isClean, error.message.debugDescription)
        }
    }
}

extension Unicode.Scalar {
    /// Whether a terminal would obey it, or show what follows in another order.
    var isUnprintable: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
