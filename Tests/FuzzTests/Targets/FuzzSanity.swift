import GeneratorCore
import GeneratorTransport

@testable import Gradio

/// What must be true of the numbers in an event, whatever a server sent.
func demandSane(_ event: GenerationEvent) throws {
    switch event {
    case .reasoning(let reasoning):
        try demand(reasoning.elapsed >= .zero, "\(reasoning.elapsed) have passed")
        if let progress = reasoning.progress { try demandSane(progress) }
        if let place = reasoning.queue { try demandSane(place) }
    case .preview(let response), .image(let response):
        try demand(response.index >= 0 && response.elapsed >= .zero, "\(response)")
        for image in response.images {
            try demand((image.seed ?? 0) >= 0, "the seed \(image.seed ?? 0)")
            try demand(
                (image.size?.width ?? 1) > 0 && (image.size?.height ?? 1) > 0, "\(String(describing: image.size))")
        }
    default: break
    }
}

func demandSane(_ progress: GenerationProgress) throws {
    try demand(progress.completed.isFinite && progress.completed >= 0, "\(progress.completed) are done")
    try demand(progress.total.map { $0.isFinite && $0 > 0 } ?? true, "\(progress.completed) of \(progress.total ?? 0)")
    try demand(progress.fraction.map { (0...1).contains($0) } ?? true, "the part \(progress.fraction ?? 0)")
}

func demandSane(_ place: QueuePlace) throws {
    try demand((place.position ?? 0) >= 0 && (place.size ?? 0) >= 0, "\(place)")
    try demand((place.estimate ?? .zero) >= .zero, "\(place)")
}

/// What must be true of the numbers in a message of an app.
func demandSane(_ message: GradioMessage) throws {
    switch message {
    case .queued(let place): try demandSane(place)
    case .started(let estimate): try demand((estimate ?? .zero) >= .zero, "\(message)")
    case .progress(let bars):
        for bar in bars {
            let isSane = [bar.index, bar.length].allSatisfy { $0.map { $0.isFinite && $0 >= 0 } ?? true }
            try demand(isSane && bar.fraction.map { (0...1).contains($0) } ?? true, "\(bar)")
        }
    default: break
    }
}
