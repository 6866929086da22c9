import AdjointEmit
import AdjointIR
import AdjointSchedule
import Foundation
import Testing

@Suite struct NetTests {
  /// Arguments of a program: reals from -1 to 1, integers below `bound`.
  static func arguments(_ program: Program, seed: UInt64, below bound: Int64 = 10) -> [Literal] {
    var generator = ProbeGenerator(seed: seed)
    return program.body.parameters.map { parameter in
      let type = parameter.type
      switch type.dtype {
      case .f32, .f64:
        return Literal(
          type, .real((0..<type.count).map { _ in Double(Float.random(in: -1...1, using: &generator)) }))
      case .bool: return Literal(type, .bool((0..<type.count).map { _ in Bool.random(using: &generator) }))
      default:
        return Literal(
          type, .integer((0..<type.count).map { _ in Int64.random(in: 0..<bound, using: &generator) }))
      }
    }
  }

  static func subjects() throws -> [Subject] {
    func subject(_ title: String, _ program: Program, positive: Bool = false) -> Subject {
      var arguments = arguments(program, seed: 5)
      if positive {
        for index in [6, 7] {
          arguments[index] = Literal(arguments[index].type, .real(arguments[index].reals.map(abs)))
        }
      }
      return Subject(title: title, program: program, arguments: arguments, tolerance: 2e-4)
    }
    return [
      subject("perceptron", try Nets.perceptron(batch: 8, inputs: 20, hidden: 33, classes: 10)),
      subject("wide perceptron", try Nets.perceptron(batch: 32, inputs: 64, hidden: 128, classes: 10)),
      subject("layer norm and gelu", try Nets.normalised(rows: 7, width: 50)),
      subject("embedding", try Nets.embedding(rows: 10, width: 12, tokens: 30)),
      subject("adam", try Nets.adam(), positive: true),
      subject("normal", try Nets.normal(count: 1000)),
    ]
  }

  @Test func typicalStepsAgreeWithTheReference() throws { try check(Self.subjects()) }

  @Test func unfusedStepsAgreeToo() throws { try check(Self.subjects(), flags: ["-O1"], fuse: false) }

  @Test func typicalStepsAreCleanUnderSanitizers() throws {
    try check(Self.subjects(), flags: ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"])
  }
}
