import Foundation

@testable import GeneratorTransport

extension FuzzTarget {
    static let pictures = [image, dataURL]

    static let image = FuzzTarget(
        "image",
        bytes: {
            let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
            let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 17, 8, 0, 16, 0, 32, 3]
            return [
                png + Array("IHDR".utf8) + [0, 0, 0, 16, 0, 0, 0, 32], jpeg,
                Array("GIF89a".utf8) + [16, 0, 32, 0],
                Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBPVP8X".utf8) + [
                    10, 0, 0, 0, 0, 0, 0, 0, 15, 0, 0, 31, 0, 0,
                ],
                Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBPVP8L".utf8) + [9, 0, 0, 0, 0x2F, 15, 0, 8, 0],
                avif,
            ]
        },
        words: ["ftyp", "avif", "meta", "iprp", "ipco", "ispe", "IHDR", "VP8 ", "VP8L", "VP8X"]
    ) { bytes in
        let format = ImageFormat(signature: bytes)
        try demand(format == ImageFormat(signature: ([0] + bytes).dropFirst()), "a slice has another format")
        for format in [ImageFormat.png, .jpeg, .gif, .webp, .avif] {
            let size = ImageSizeProbe.size(of: bytes, format: format)
            try demand((size?.width ?? 1) > 0 && (size?.height ?? 1) > 0, "\(format): \(String(describing: size))")
            let slice = ImageSizeProbe.size(of: ([0] + bytes).dropFirst(), format: format)
            try demand(slice == size, "a slice has another size")
        }
        if let whole = try? DownloadedImage(data: Data(bytes)) {
            try demand(whole.format == format, "the picture has another format than its signature")
        }
    }

    private static var avif: [UInt8] {
        func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
            [0, 0, 0, UInt8(content.count + 8)] + Array(type.utf8) + content
        }
        let size = box("ispe", [0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 32])
        return box("ftyp", Array("avif".utf8) + [0, 0, 0, 0] + Array("mif1".utf8))
            + box("meta", [0, 0, 0, 0] + box("iprp", box("ipco", size)))
    }

    static let dataURL = FuzzTarget(
        "data-url",
        seeds: {
            ["data:image/png;base64,AAAA", " DATA:text/plain;charset=utf-8,a%20b#c", "data:;base64,QUJD%3D", "data:,"]
        },
        words: ["data:", ";base64", ",", ";", "=", "%", "charset"]
    ) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let url = try? DataURL(text, limit: 4096) else { return }
        try demand(url.data.count <= 4096, "\(url.data.count) bytes are more than the limit")
        let again = try DataURL(url.text, limit: 4096)
        try demand(again == url, "\(url) became \(again)")
        try demand(url.url.absoluteString.hasPrefix("data:"), "the URL is \(url.url)")
    }
}
