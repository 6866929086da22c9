import AdjointDiagnostics
import AdjointDriver
import Testing

/// A mistake in a model is an error on its line, whatever stage finds it.
@Suite struct MistakeTests {
  /// The sample with one piece of text exchanged, and what it is refused with.
  private func refusals(_ piece: String, _ replacement: String) throws -> [String] {
    let text = Sample.model
    let range = try #require(text.range(of: piece))
    return try AdjointDriverTests.refusals(text.replacingCharacters(in: range, with: replacement))
  }

  @Test func theSampleHasNone() throws {
    #expect(try AdjointDriverTests.refusals(Sample.model) == [])
  }

  @Test func wrongSizesInAMatrixProduct() throws {
    #expect(try refusals("tanh(layer(x))", "matmul(x, layer(x))") == ["8:62 shape.dot"])
    // In the library's Linear, so at the call in the user's code.
    #expect(try refusals("@Shape(4, 2) x", "@Shape(4, 5) x") == ["8:67 value.precondition"])
    let message = try #require(
      try findings(
        """
        func f(@Shape(2, 3) a: Tensor<Float>, @Shape(4, 5) b: Tensor<Float>) -> Tensor<Float> {
          let sum = a + a
          return matmul(sum, b)
        }
        """
      ).first)
    #expect("\(message.span)".hasSuffix(":3:10") && message.id == "shape.dot")
    #expect(message.message.contains("[2, 3]") && message.message.contains("[4, 5]"), "\(message.message)")
  }

  @Test func shapesThatDoNotBroadcast() throws {
    #expect(try refusals("@Shape(4, 3) y", "@Shape(5, 3) y") == ["12:65 shape.broadcast"])
  }

  @Test func aLossThatIsNoScalar() throws {
    #expect(try refusals("((model(x) - y) ** 2).mean()", "(model(x) - y) ** 2") == ["12:69 grad.scalar"])
  }

  @Test func unknownNames() throws {
    #expect(try refusals("tanh(layer(x))", "tanhh(layer(x))") == ["8:62 name.unknown"])
    #expect(try refusals("tanh(layer(x))", "tanh(layers(x))") == ["8:67 name.unknown"])
    #expect(try refusals("layer(x)", "layer.kernels") == ["8:73 name.member"])
    #expect(try refusals("_ model: Line", "_ model: Lime").first == "11:20 name.unknown")
  }

  @Test func unsupportedStatements() throws {
    #expect(
      try refusals("  return loss\n", "  do { throw Oops() } catch { return loss }\n  return loss\n").first
        == "15:23 fence.catch")
    #expect(try refusals("  return loss\n", "  let s = #file\n  return loss\n") == ["15:11 fence.macro"])
    #expect(
      try refusals("  return loss\n", "  if loss > 1 { return loss }\n  return loss\n") == ["15:11 type.operands"])
  }

  @Test func missingAnnotations() throws {
    #expect(try refusals("@Shape(4, 3) y", "y") == ["11:57 annotation.missing"])
    #expect(try refusals("@Shape(4, 3) y: Tensor<Float>", "rate: Float").contains("11:57 annotation.missing"))
  }

  @Test func aModelWhoseInitCannotBeKnown() throws {
    #expect(try refusals("init(rngs: Rngs) {", "init(size: Int, rngs: Rngs) {") == ["11:11 model.init"])
  }

  @Test func assignmentsThatCannotBeCarriedOut() throws {
    #expect(
      try refusals("  return loss\n", "  model.layer.kernel = x\n  return loss\n") == ["15:15 assign.type"])
    #expect(
      try refusals("  return loss\n", "  model.layer = Linear(2, 3, rngs: Rngs(1))\n  return loss\n") == [
        "15:9 assign.let"
      ])
    #expect(try refusals("  return loss\n", "  loss = loss * 2\n  return loss\n") == ["15:3 assign.let"])
  }

  @Test func allOfARunTogether() throws {
    let text = """
      func f(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { x + nope }
      func g(@Shape(2) x: Tensor<Float>, y: Tensor<Float>) {}
      func h(@Shape(2) x: Tensor<Float>, @Shape(3) y: Tensor<Float>) -> Tensor<Float> {
        let a = x + y
        let b = #line
        return x
      }
      """
    #expect(
      try AdjointDriverTests.refusals(text) == [
        "1:59 name.unknown", "2:36 annotation.missing", "4:13 shape.broadcast", "5:11 fence.macro",
      ])
  }

  @Test func everyRefusalSaysWhatItIs() throws {
    let all = try findings("func f(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { x + nope }")
    #expect(all.count == 1)
    #expect(all[0].text.hasSuffix("/app/Model.swift:1:59: error: \(all[0].message) [name.unknown]"))
    #expect(all[0].message.contains("'nope'"))
  }
}
