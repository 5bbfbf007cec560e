import Foundation
import GeneratorCore
import Observation

// The samples of "In an app".

@available(macOS 14, iOS 17, tvOS 17, watchOS 10, *)
@Observable @MainActor final class PictureModel {
    private(set) var snapshot: GenerationSnapshot?
    private(set) var picture: DownloadedImage?
    private(set) var problem: String?
    private let provider: any AsyncGeneratorProvider

    init(provider: any AsyncGeneratorProvider) { self.provider = provider }

    func paint(_ prompt: String) async {
        problem = nil
        do {
            for try await snapshot in provider.createAsyncGenerator(prompt: prompt).snapshots {
                self.snapshot = snapshot
            }
            picture = try await snapshot?.images.last?.load()
        } catch is CancellationError {
            // The view went away, and nobody looks any more.
        } catch {
            problem = error.localizedDescription
        }
    }
}

#if canImport(ImageIO)
    import CoreGraphics

    @available(macOS 14, iOS 17, tvOS 17, watchOS 10, *)
    extension PictureModel {
        var drawing: CGImage? { try? picture?.cgImage() }
    }
#endif
