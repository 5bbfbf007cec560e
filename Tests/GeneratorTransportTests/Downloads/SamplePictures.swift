import Foundation

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

    private static func bytes(_ base64: String) -> [UInt8] { Data(base64Encoded: base64).map(Array.init) ?? [] }
}
