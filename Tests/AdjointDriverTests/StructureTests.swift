import AdjointDiagnostics
import Testing

/// Structures that a pure function makes of its arguments: a call has no layout or graph definition for another one.
@Suite struct StructureTests {
  private static let model = """
    import Adjoint
    final class Part: Module {
      @Param var w: Tensor<Float>
      var scale: Float = 1
      init() { w = Tensor<Float>(1) }
    }
    final class Model: Module {
      let a: Part
      var b: Part
      var held: Param?
      init() { a = Part(); b = Part(); held = Param(Tensor<Float>(2)) }
    }

    """

  /// The findings of a pure function that returns a state after `change`.
  private func findings(
    _ change: String, returning result: String = "Adjoint.state(model)", _ type: String = "State<Model>"
  )
    throws -> [String]
  {
    try refusals(
      Self.model + """
        func f(_ graphdef: GraphDef<Model>, _ state: State<Model>, @Shape() x: Tensor<Float>) -> \(type) {
          let model = merge(graphdef, state)
          \(change)
          return \(result)
        }
        """)
  }

  @Test("a pure function cannot return a state that is shared otherwise than its arguments") func states() throws {
    #expect(try findings("model.b = model.a") == ["13:6 return.structure"])
  }

  @Test("nor a graph definition")
  func definitions() throws {
    #expect(
      try findings("model.b = model.a", returning: "split(model)", "(GraphDef<Model>, State<Model>)")
        == ["13:6 return.structure"])
    #expect(
      try findings("model.a.scale = 2", returning: "Adjoint.graphdef(model)", "GraphDef<Model>") == [
        "13:6 return.structure"
      ])
  }

  @Test("values and flags may change, also for a while what is put back")
  func allowed() throws {
    #expect(try findings("model.a.w = model.b.w + x") == [])
    #expect(try findings("model.a.scale = 2; model.b.w = model.b.w * model.a.scale") == [])
    #expect(try findings("let b = model.b; model.b = model.a; model.b.w += x; model.b = b") == [])
    #expect(try findings("let t = model.a.w; model.a.w = model.b.w; model.b.w = t") == [])
    #expect(try findings("", returning: "Adjoint.state(model, .paths(\"b\"))") == [])
    // A state without a variable is a part, which the arguments' layout tells.
    #expect(try findings("model.held = nil") == [])
    #expect(try findings("let p = pop(model, .paths(\"held\")); model.a.w += p.count == 1 ? 1 : 0") == [])
  }
}
