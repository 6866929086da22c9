import Adjoint
import AdjointIR
import Foundation
import TestSupport
import Testing

/// That the agreement tests leave nothing out: every op, everything of the library, every example.
@Suite struct CoverageTests {
  /// The files whose functions run eagerly, by reference evaluation, as C and as Swift.
  private static let files = ["Functions", "StateFunctions", "ModelFunctions", "TrainingFunctions"]

  @Test("every op of the registry is in a function that is compared")
  func everyOp() throws {
    var found: Set<String> = []
    func visit(_ region: Region) {
      for operation in region.operations {
        found.insert(type(of: operation.op).name)
        operation.regions.forEach(visit)
      }
    }
    for harness in [Harness.shared, Harness.state, Harness.models, Harness.training] {
      for function in try harness.get().functions { visit(function.program.body) }
    }
    // Derivatives are written out before anything is run.
    let missing = OpRegistry.all.map { $0.name }.filter { !found.contains($0) && $0 != Differentiate.name }
    #expect(missing.isEmpty, "\(missing)")
  }

  /// A public declaration of the library and the words of its text.
  private struct Declared {
    var name: String
    var words: Set<String>
  }

  private static func words(_ text: String) -> Set<String> {
    Set(text.components(separatedBy: CharacterSet.alphanumerics.union(["_"]).inverted))
  }

  @Test("everything public in the library is used by a function that is compared")
  func everythingInTheLibrary() throws {
    let library = Harness.packageRoot.appendingPathComponent("Sources/Adjoint/Library")
    var declared: [Declared] = []
    for file in try FileManager.default.contentsOfDirectory(atPath: library.path).sorted() {
      var lines: [Substring] = []
      let text = try String(contentsOf: library.appendingPathComponent(file), encoding: .utf8)
      for line in text.split(separator: "\n") where !line.hasPrefix("//") {
        lines.append(line)
        guard line.hasPrefix("}") || line.hasPrefix("public typealias") else { continue }
        let head = lines[0].split(separator: " ")
        let kinds = ["class", "struct", "func", "enum", "extension", "typealias"]
        if let kind = head.firstIndex(where: { kinds.contains(String($0)) }), kind + 1 < head.count {
          let name = head[kind + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
          let isExtension = head[kind] == "extension"
          declared.append(
            Declared(name: isExtension ? "" : String(name), words: Self.words(lines.joined(separator: "\n"))))
        }
        lines = []
      }
    }
    #expect(declared.count { !$0.name.isEmpty } > 70, "the library is read")
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    var used: Set<String> = []
    for file in Self.files {
      used.formUnion(
        Self.words(try String(contentsOf: folder.appendingPathComponent(file + ".swift"), encoding: .utf8)))
    }
    // What something that is used uses is used too.
    var count = 0
    while count != used.count {
      count = used.count
      for item in declared where used.contains(item.name) { used.formUnion(item.words) }
    }
    let missing = declared.map(\.name).filter { !$0.isEmpty && !used.contains($0) }
    #expect(missing.isEmpty, "\(missing)")
  }

  @Test("Swift kernels of every example are its C to the bit, and both agree with the evaluation of small ones")
  func everyExample() throws {
    let harness = try Harness.examples.get()
    let sources = try FileManager.default.subpathsOfDirectory(
      atPath: Harness.packageRoot.appendingPathComponent("Sources/Examples").path)
    for source in sources where source.hasSuffix(".swift") && !source.contains("Generated/") {
      let path = Harness.packageRoot.appendingPathComponent("Sources/Examples/\(source)")
      guard try String(contentsOf: path, encoding: .utf8).contains("@Shape(") else { continue }
      #expect(harness.functions.contains { $0.entry.span.fileName == path.lastPathComponent }, "\(source)")
    }
    let seed = testSeed
    for function in harness.functions {
      var generator = ProbeGenerator(seed: seed)
      let arguments = zip(function.program.parameters, function.program.body.parameters).map { parameter, value in
        wellConditioned(AnyTensor.random(value.type, limit: 2, &generator), parameter.name)
      }
      let c = try harness.runC(function, arguments).map(\.numbers)
      let swift = try harness.runSwift(function, arguments).map(\.numbers)
      let note = "\(function.entry.name) \(function.sizes) seed \(seed)"
      for (number, result) in function.program.results.enumerated() {
        #expect(isSame(swift[number], c[number]), "Swift is not C, \(result.name) of \(note)")
      }
      let work = function.program.body.operations.reduce(0) { $0 + ($1.results.first?.type.count ?? 0) }
      guard work < 500_000 else { continue }
      let reference = try harness.runReference(function, arguments)
      for (number, result) in function.program.results.enumerated() {
        #expect(deviation(c[number], reference[number]) < 5e-5, "C, \(result.name) of \(note)")
      }
    }
  }

  /// Small numbers, so that no softmax saturates and turns the rounding of large sums into gradients. Second moments are
  /// means of squares, and the rates of a rule lie between 0 and 1: with others, what divides by the root of a moment
  /// makes any rounding of it large where it comes next to 0.
  private func wellConditioned(_ tensor: AnyTensor, _ name: String) -> AnyTensor {
    guard tensor.scalarType == .f32 else { return tensor }
    let isPositive = tensor.shape.isEmpty || name.hasPrefix("nu.")
    let numbers = tensor.numbers.map { isPositive ? Float(abs($0)) / 4 + 0.2 : Float($0) / 10 }
    return Tensor<Float>(shape: tensor.shape, numbers).erased
  }
}
