import Foundation
import GeneratorTransport

/// Pictures of 37 x 21 pixels, each by a real encoder; the JPEGs end after their frame header.
enum SamplePictures {
    /// PNG, 8-bit RGB.
    static let png = bytes(
        """
        iVBORw0KGgoAAAANSUhEUgAAACUAAAAVCAIAAABOhrD5AAAAJklEQVR4nGPkqjjBQEfARE/LRu0btW/UvlH7Ru0btW/UvlH7\
        qAAAn2IBdCmkmiUAAAAASUVORK5CYII=
        """)

    /// JPEG, baseline.
    static let jpeg = bytes(
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////\
        ////////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////\
        ////////////////////wAARCAAVACUDASIAAhEBAxEB
        """)

    /// JPEG, progressive.
    static let progressiveJPEG = bytes(
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////\
        ////////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////\
        ////////////////////wgARCAAVACUDASIAAhEBAxEB
        """)

    /// GIF.
    static let gif = bytes(
        """
        R0lGODdhJQAVAIEAAAp4yAAAAAAAAAAAACwAAAAAJQAVAEAILwABCBxIsKDBgwgTKlzIsKHDhxAjSpxIsaLFixgzatzIsaPH\
        jyBDihxJsqRJkgEBADs=
        """)

    /// WebP with a VP8 chunk.
    static let lossyWebP = bytes(
        """
        UklGRkQAAABXRUJQVlA4IDgAAAAwAwCdASolABUAP5nK3mc5Ma0npWgDIDMJZwDQVA8Kmm4AAP7Lt/VlqIcj/qrS3NjC5uM8\
        HgAAAA==
        """)

    /// WebP with a VP8L chunk.
    static let losslessWebP = bytes(
        """
        UklGRh4AAABXRUJQVlA4TBEAAAAvJAAFAAdQvCoUuf+BiOh/AAA=
        """)

    /// WebP with a VP8X chunk.
    static let extendedWebP = bytes(
        """
        UklGRmgAAABXRUJQVlA4WAoAAAAQAAAAJAAAFAAAQUxQSAoAAAABB1DAiAhERP8DVlA4IDgAAAAwAwCdASolABUAP5nK3mc5\
        Ma0npWgDIDMJZwDQVA8Kmm4AAP7Lt/VlqIcj/qrS3NjC5uM8HgAAAA==
        """)

    /// AVIF with two items: the picture and its alpha channel.
    static let avif = bytes(
        """
        AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAAGGbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAA\
        AAAAAAAAAAAOcGl0bQAAAAAAAQAAACxpbG9jAAAAAEQAAAIAAQAAAAEAAAHCAAAAJwACAAAAAQAAAa4AAAAUAAAAQmlpbmYA\
        AAAAAAIAAAAaaW5mZQIAAAAAAQAAYXYwMUNvbG9yAAAAABppbmZlAgAAAAACAABhdjAxQWxwaGEAAAAAGmlyZWYAAAAAAAAA\
        DmF1eGwAAgABAAEAAADDaXBycAAAAJ1pcGNvAAAAFGlzcGUAAAAAAAAAJQAAABUAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOB\
        AAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAAA5waXhpAAAAAAEIAAAADGF2MUOBABwAAAAAOGF1eEMAAAAAdXJuOm1wZWc6bXBl\
        Z0I6Y2ljcDpzeXN0ZW1zOmF1eGlsaWFyeTphbHBoYQAAAAAeaXBtYQAAAAAAAAACAAEEAQKDBAACBAEFhgcAAABDbWRhdBIA\
        CgYYFSSjCoAyCB+Q//EAv9eAEgAKCRgVJKNEBDQaEDIYH/eHhRXf///iwAAA3KjBBWSRs4oamzb1
        """)

    /// BMP, 24 bits, its first rows.
    static let bmp = bytes(
        """
        Qk1mCQAAAAAAADYAAAAoAAAAJQAAABUAAAABABgAAAAAADAJAADEDgAAxA4AAAAAAAAAAAAAyHgKyHgK
        """)

    /// TIFF, least significant bytes first; its directory stands behind the picture.
    static let tiff = bytes(
        """
        SUkqACQAAAB4nOOqOME1ikbRKBpFo2gUjaJRNIrACADPCenICgAAAQMAAQAAACUAAAABAQMAAQAAABUAAAACAQMAAwAAAKIAAAAD\
        AQMAAQAAAAgAAAAGAQMAAQAAAAIAAAARAQQAAQAAAAgAAAAVAQMAAQAAAAMAAAAWAQMAAQAAABUAAAAXAQQAAQAAABwAAAAcAQMA\
        AQAAAAEAAAAAAAAACAAIAAgA
        """)

    /// HEIC, 64 x 64 pixels of which 37 x 21 are shown.
    static let heic = bytes(
        """
        AAAAGGZ0eXBoZWljAAAAAG1pZjFoZWljAAABfG1ldGEAAAAAAAAAIWhkbHIAAAAAAAAAAHBpY3QAAAAAAAAAAAAAAAAAAAAAImls\
        b2MAAAAAREAAAQABAAAAAAGcAAEAAAAAAAAAJgAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEAAGh2YzEAAAAADnBpdG0AAAAA\
        AAEAAAD8aXBycAAAANxpcGNvAAAAdWh2Y0MBA3AAAACQAAAAAAAe8AD8/fj4AAAPA2AAAQAYQAEMAf//A3AAAAMAkAAAAwAAAwAe\
        ugJAYQABAClCAQEDcAAAAwCQAAADAAADAB6gIIEFluqumubgIaDAgAAADIAAAAMAhGIAAQAGRAHBc8GJAAAAE2NvbHJuY2x4AAEA\
        DQAGgAAAABRpc3BlAAAAAAAAAEAAAABAAAAAKGNsYXAAAAAlAAAAAQAAABUAAAAB////5QAAAAL////VAAAAAgAAABBwaXhpAAAA\
        AAMICAgAAAAYaXBtYQAAAAAAAAABAAEFgQIDBYQAAAAubWRhdAAAACIoAa8EEhNM4Pjpwmg/yo+2EL1lvJ+0qyvjSZ93sRiSqf+g
        """)

    /// SVG behind a prologue, as programs for drawing write it.
    static let svg = Array(
        """
        \u{FEFF}<?xml version="1.0" standalone="no"?>
        <!-- drawn > by hand -->
        <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
            <!ENTITY ns "http://www.w3.org/2000/svg">
        ]>
        <svg xmlns="http://www.w3.org/2000/svg" width="37" height="21"/>
        """.utf8)

    /// One of each kind of file, with its format.
    static let all: [(bytes: [UInt8], format: ImageFormat)] = [
        (png, .png), (jpeg, .jpeg), (progressiveJPEG, .jpeg), (gif, .gif), (lossyWebP, .webp), (losslessWebP, .webp),
        (extendedWebP, .webp), (avif, .avif), (bmp, .bmp), (tiff, .tiff), (heic, .heic), (svg, .svg),
    ]

    private static func bytes(_ base64: String) -> [UInt8] { Data(base64Encoded: base64).map(Array.init) ?? [] }
}
