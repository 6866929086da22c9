import AdjointDiagnostics
import AdjointIR
import Testing

/// One broken program for each rule.
@Suite struct VerifierTests {
  /// `h = a + a; r0 = exp(h)`
  private func sound() throws -> Program {
    try program([TensorType([2])]) { builder, x in
      builder.span = SourceSpan(file: "Model.swift", line: 12, column: 3)
      return [try builder.exp(builder.add(x[0], x[0], name: "h"))]
    }
  }

  private func expectError(_ text: String, _ change: (inout Program) -> Void) throws {
    var broken = try sound()
    try verify(broken)
    change(&broken)
    do {
      try verify(broken)
      Issue.record("accepted: \(broken.text)")
    } catch let error as VerificationError {
      #expect(error.description == text)
    }
  }

  @Test func usesComeAfterDefinitions() throws {
    try expectError("test: operand %h is not defined here, in `%exp: f32[2] = exp(%h)` from Model.swift:12:3") {
      $0.body.operations.swapAt(0, 1)
    }
    try expectError("test: result %?9 is not defined here") {
      $0.body.results = [Value(id: 9, type: TensorType([2]))]
    }
  }

  @Test func definitionsAreUnique() throws {
    try expectError("test: %h is defined twice, in `%h: f32[2] = add(%a, %a)` from Model.swift:12:3") {
      $0.body.operations.insert($0.body.operations[0], at: 0)
    }
    try expectError(
      "test: %exp has number 2, not below nextValueID 2, in `%exp: f32[2] = exp(%h)` from Model.swift:12:3"
    ) {
      $0.nextValueID = 2
    }
  }

  @Test func typesAgree() throws {
    let scalar = Value(id: 1, type: .scalar(.f32))
    try expectError(
      "test: the results should be [f32[2]], not [f32[]], in `%h: f32[] = add(%a, %a)` from Model.swift:12:3"
    ) {
      $0.body.operations[0].results = [scalar]
    }
    try expectError(
      "test: operand %h is used as f32[] but defined as f32[2], in `%exp: f32[2] = exp(%h)` from Model.swift:12:3"
    ) {
      $0.body.operations[1].operands = [scalar]
    }
    try expectError(
      "test: add needs 2 operands, got 1: f32[2] [ir.operands], in `%h: f32[2] = add(%a)` from Model.swift:12:3"
    ) {
      $0.body.operations[0].operands.removeLast()
    }
  }

  @Test func regionsHaveOwners() throws {
    try expectError(
      "test: an operation without a body has 1 regions, in `%exp: f32[2] = exp(%h)` from Model.swift:12:3"
    ) {
      $0.body.operations[1].regions = [Region()]
    }
  }

  @Test func regionsKeepTheirValues() throws {
    var inner: Value?
    let leaking = try program([.scalar(.f32)]) { builder, x in
      let region = try builder.region(parameters: [.scalar(.f32)]) { p in
        inner = try builder.multiply(p[0], x[0], name: "inside")
        return [inner!]
      }
      _ = try builder.append(Differentiate(.gradient), x, regions: [region])
      return [inner!]
    }
    #expect {
      try verify(leaking)
    } throws: {
      "\($0)" == "test: result %inside is not defined here"
    }
  }

  @Test func descriptionsMatch() throws {
    try expectError("test: 0 parameters are described but there are 1") { $0.parameters = [] }
    try expectError("test: 0 results are described but there are 1") { $0.results = [] }
    try expectError("test: result r0 reuses parameter 3, but there are 1") { $0.results[0].reuses = 3 }
    try expectError("test: two results reuse %a") {
      $0.results[0].reuses = 0
      $0.results.append($0.results[0])
      $0.body.results.append($0.body.results[0])
    }
    try expectError("test: result r0 goes to variable 0 of argument 0, as another does") {
      $0.results[0].destination = .variable(argument: 0, variable: 0)
      $0.results.append($0.results[0])
      $0.body.results.append($0.body.results[0])
    }
    var other = try program([TensorType([2])]) { builder, x in [try builder.reduce(.sum, x[0], axes: [0])] }
    other.results[0].reuses = 0
    #expect {
      try verify(other)
    } throws: {
      "\($0)" == "test: result r0 of type f32[] reuses %a of type f32[2]"
    }
  }
}
