import AdjointIR
import AdjointSchedule
import AdjointTransforms
import Testing

/// The numbers of a schedule are the program's, fused or not, wherever buffers lie.
@Suite struct AgreementTests {
  @Test(arguments: OpRegistry.all.map { $0.name })
  func everyOp(name: String) throws {
    guard let op = OpRegistry.all.first(where: { $0.name == name }) else { return }
    for (number, probe) in op.probes.enumerated() {
      for seed in 0..<6 {
        var generator = ProbeGenerator(seed: UInt64(seed * 100 + number))
        let drawn = probe.draw(&generator)
        let program = try makeProgram(drawn.operands) { builder, values in
          try builder.append(drawn.op, values)
        }
        let arguments = zip(drawn.operands, drawn.domains).map { draw($0, $1, &generator) }
        try check(program, arguments, "\(name), probe \(number), seed \(seed)")
      }
    }
  }

  @Test(arguments: 0..<240)
  func randomPrograms(seed: Int) throws {
    var generator = ProbeGenerator(seed: UInt64(seed))
    let types = RandomFunction.argumentTypes(&generator)
    let function = RandomFunction(seed: UInt64(seed), operations: 10 + seed % 15)
    let program = try makeProgram(types, reuses: types.indices.map { $0 }) { builder, values in
      let outputs = try function.write(builder, values, outputs: 4)
      // New values of the arguments, which may take their memory.
      let updated = try values.map { value in
        try builder.subtract(value, builder.multiply(builder.constant(0.5, like: value), builder.tanh(value)))
      }
      return updated + outputs
    }
    let arguments = types.map { random($0, &generator) }
    try check(program, arguments, tolerance: 1e-9, "seed \(seed)")
    try check(simplify(program), arguments, tolerance: 1e-9, "seed \(seed), simplified")
  }

  @Test(arguments: 0..<120)
  func randomGradients(seed: Int) throws {
    var generator = ProbeGenerator(seed: UInt64(seed))
    let types = RandomFunction.argumentTypes(&generator)
    let function = RandomFunction(seed: UInt64(seed), operations: 8 + seed % 8)
    let program = try makeProgram(types, reuses: [nil] + types.indices.map { $0 }) { builder, values in
      let region = try builder.region(parameters: types) { try function.write(builder, $0) }
      let results = try builder.append(Differentiate(.gradient), values, regions: [region])
      let steps = try zip(values, results.dropFirst()).map { value, gradient in
        try builder.subtract(value, builder.multiply(builder.constant(0.1, like: value), gradient))
      }
      return [results[0]] + steps
    }
    let expanded = try simplify(expandDerivatives(program))
    try check(expanded, types.map { random($0, &generator) }, tolerance: 1e-8, "seed \(seed)")
  }

  @Test func swappedParameters() throws {
    let types = [TensorType([3, 4]), TensorType([3, 4])]
    let program = try makeProgram(types, reuses: [0, 1]) { _, x in [x[1], x[0]] }
    var generator = ProbeGenerator(seed: 1)
    try check(program, types.map { random($0, &generator) })
  }

  @Test func transposedInPlace() throws {
    let types = [TensorType([4, 4])]
    let program = try makeProgram(types, reuses: [0]) { builder, x in
      [try builder.transpose(x[0], [1, 0])]
    }
    var generator = ProbeGenerator(seed: 2)
    try check(program, types.map { random($0, &generator) })
  }

  @Test func emptyTensors() throws {
    let program = try makeProgram([TensorType([0, 3]), TensorType([3, 2])]) { builder, x in
      [
        try builder.matmul(x[0], x[1]), try builder.reduce(.sum, x[0], axes: [0]),
        try builder.reduce(.max, x[0], axes: [0, 1]), try builder.exp(x[0]),
      ]
    }
    var generator = ProbeGenerator(seed: 3)
    try check(program, [random(TensorType([0, 3]), &generator), random(TensorType([3, 2]), &generator)])
  }
}
