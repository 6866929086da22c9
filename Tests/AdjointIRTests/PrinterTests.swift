import AdjointDiagnostics
import AdjointIR
import Testing

@Suite struct PrinterTests {
  @Test func text() throws {
    let builder = Builder()
    let types = [TensorType([32, 64]), TensorType([64, 10]), TensorType([10])]
    let region = try builder.region(parameters: types) { p in
      builder.span = SourceSpan(file: "Sources/Model.swift", line: 12, column: 5)
      let h = try builder.matmul(p[0], p[1], name: "h")
      let shifted = try builder.add(h, builder.broadcast(p[2], to: [32, 10]), name: "h")
      builder.role = .adjoint
      let gradient = try builder.region(parameters: [TensorType([32, 10])]) { q in
        [try builder.reduce(.sum, builder.multiply(q[0], h), axes: [0, 1])]
      }
      return try builder.append(Differentiate(.gradient), [shifted], regions: [gradient])
    }
    let printed = Program(
      name: "trainStep",
      parameters: [
        .init(name: "images", source: .argument(1)),
        .init(name: "hidden.kernel", source: .variable(argument: 0, variable: 1)),
        .init(name: "hidden.bias", source: .variable(argument: 0, variable: 0)),
      ],
      results: [
        .init(name: "loss", destination: .returned(leaf: 0)),
        .init(name: "hidden.bias", destination: .variable(argument: 0, variable: 0), reuses: 2),
      ], body: region, nextValueID: builder.nextValueID)
    #expect(
      printed.text == """
        program trainStep(
          %images: f32[32, 64],  // argument 1
          %hidden.kernel: f32[64, 10],  // variable 1 of argument 0
          %hidden.bias: f32[10],  // variable 0 of argument 0
        ) {
          %h: f32[32, 10] = dot(%images, %hidden.kernel) {contracting=[1]x[0]}  // primal Model.swift:12
          %broadcastInDim: f32[32, 10] = broadcastInDim(%hidden.bias) {shape=[32, 10], dimensions=[1]}  // primal Model.swift:12
          %h_2: f32[32, 10] = add(%h, %broadcastInDim)  // primal Model.swift:12
          %differentiate: f32[], %differentiate_2: f32[32, 10] = differentiate(%h_2) {mode=gradient, auxiliaries=0} (%p: f32[32, 10]) {  // adjoint Model.swift:12
            %multiply: f32[32, 10] = multiply(%p, %h)  // adjoint Model.swift:12
            %reduce: f32[] = reduce(%multiply) {sum, axes=[0, 1]}  // adjoint Model.swift:12
            yield %reduce
          }
          return loss = %differentiate  // returned leaf 0
          return hidden.bias = %differentiate_2  // variable 0 of argument 0, in the buffer of %hidden.bias
        }

        """)
  }

  @Test func constants() {
    #expect(Constant(Literal(scalar: 0.1)).attributes == "0.1")
    #expect(Constant(Literal(scalar: 3, .i32)).attributes == "3")
    #expect(Constant(Literal([2], [1, 2])).attributes == "[1.0, 2.0]")
    #expect(Constant(Literal([10], Array(repeating: 0, count: 10))).attributes.hasSuffix("… 2 more]"))
  }

  /// A few thousand operations take no time worth speaking of.
  @Test func size() throws {
    let long = try program([TensorType([4])]) { builder, x in
      var y = x[0]
      for _ in 0..<4000 { y = try builder.add(y, x[0]) }
      return [y]
    }
    let clock = ContinuousClock()
    let time = try clock.measure {
      try verify(long)
      #expect(long.text.count > 100_000)
      _ = try evaluate(long, [Literal([4], [1, 2, 3, 4])])
    }
    #expect(time < .seconds(5))
  }
}
