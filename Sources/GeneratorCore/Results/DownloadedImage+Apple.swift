#if canImport(ImageIO)
    internal import CoreFoundation
    public import CoreGraphics
    public import GeneratorTransport
    internal import ImageIO

    #if canImport(UIKit)
        public import UIKit
    #elseif canImport(AppKit)
        public import AppKit
    #endif

    extension DownloadedImage {
        /// The picture as Core Graphics draws it, decoded by ImageIO; of an animation the first frame. There only on Apple's
        /// platforms.
        /// - Returns: The picture, with at most 100 million pixels: a small file of a hostile server can stand for a bitmap
        ///   that no memory holds.
        /// - Throws: ``GenerationError``: `invalidResponse` where the system cannot decode the format, as with SVG;
        ///   `responseTooLarge` where the picture has more pixels.
        public func cgImage() throws -> CGImage {
            // Not bridged from `Data`: without Objective-C, where this is checked too, there is no bridge.
            guard let bytes = CFDataCreate(nil, [UInt8](data), data.count),
                let source = CGImageSourceCreateWithData(bytes, nil),
                let image = CGImageSourceCreateImageAtIndex(source, 0, nil)
            else {
                throw GenerationError(
                    .invalidResponse, "The system cannot decode this picture, which is of the type \(format.mediaType)."
                )
            }
            let (pixels, isOver) = image.width.multipliedReportingOverflow(by: image.height)
            guard !isOver, pixels <= 100_000_000 else {
                throw GenerationError(
                    .responseTooLarge,
                    "The picture has \(image.width) × \(image.height) pixels; at most 100 million are decoded.")
            }
            return image
        }

        #if canImport(UIKit)
            /// The picture for a view of UIKit; for SwiftUI it goes into `Image(uiImage:)`.
            /// - Returns: The picture.
            /// - Throws: ``GenerationError``, as ``cgImage()``.
            public func uiImage() throws -> UIImage { UIImage(cgImage: try cgImage()) }
        #elseif canImport(AppKit)
            /// The picture for a view of AppKit, one point a pixel; for SwiftUI it goes into `Image(nsImage:)`.
            /// - Returns: The picture.
            /// - Throws: ``GenerationError``, as ``cgImage()``.
            public func nsImage() throws -> NSImage {
                let image = try cgImage()
                return NSImage(cgImage: image, size: NSSize(width: image.width, height: image.height))
            }
        #endif
    }
#endif
