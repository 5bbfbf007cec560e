import Foundation
import GeneratorCore
import TestPace
import Testing

@testable import Prodia

@Suite(.paced) struct ProdiaCancellationTests {
    @Test func whoIsCancelledHearsOfThatAndNotOfAnAnswerThatMakesNoSense() async {
        let reading = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(throws: CancellationError.self) { try ProdiaJobDocument(Data(#"{"id":"a"}"#.utf8)) }
            #expect(throws: CancellationError.self) { try ProdiaAnswer.outputNames(Data("[]".utf8)) }
        }
        await reading.value
    }
}
