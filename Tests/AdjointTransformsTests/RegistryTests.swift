import AdjointIR
import AdjointTransforms
import Testing

/// Every op there is, on the operands that its own file says it is tested on.
@Suite("Derivatives of every op")
struct RegistryTests {
  @Test("tangents agree with finite differences, cotangents with tangents", arguments: 0..<OpRegistry.all.count)
  func derivatives(index: Int) throws {
    let op = OpRegistry.all[index]
    for (number, probe) in op.probes.enumerated() {
      for draw in 0..<30 {
        let seed = UInt64(index * 1000 + number * 100 + draw)
        var generator = ProbeGenerator(seed: seed)
        let probed = probe.draw(&generator)
        try check(probed, probed.arguments(using: &generator), &generator, "\(op.name), probe \(number), seed \(seed)")
      }
    }
  }

  private func check(
    _ probed: Probe.Case, _ x: [Literal], _ generator: inout ProbeGenerator, _ what: String
  ) throws {
    let types = probed.operands
    let real = types.indices.filter { types[$0].dtype.isFloat }
    let resultTypes = try probed.op.resultTypes(types, regions: [])
    guard !real.isEmpty, resultTypes.allSatisfy({ $0.dtype.isFloat }) else { return }
    let (realTypes, n) = (real.map { types[$0] }, types.count)
    func function(_ builder: Builder, _ x: [Value], _ p: [Value]) throws -> [Value] {
      var operands = x
      for (position, parameter) in zip(real, p) { operands[position] = parameter }
      return try builder.append(probed.op, operands)
    }
    let primal = try makeProgram(types) { builder, x in try builder.append(probed.op, x) }
    let forward = try makeProgram(types + realTypes) { builder, all in
      let x = Array(all.prefix(n))
      return try builder.differentiate(.forward, at: real.map { x[$0] }, with: Array(all.dropFirst(n))) {
        try function(builder, x, $0)
      }
    }
    let reverse = try makeProgram(types + resultTypes) { builder, all in
      let x = Array(all.prefix(n))
      return try builder.differentiate(.reverse, at: real.map { x[$0] }, with: Array(all.dropFirst(n))) {
        try function(builder, x, $0)
      }
    }
    let (tangents, cotangents) = (random(realTypes, &generator), random(resultTypes, &generator))
    let pushed = try run(forward, x + tangents).dropFirst(resultTypes.count)
    let pulled = try run(reverse, x + cotangents).dropFirst(resultTypes.count)
    #expect(isClose(dot(Array(pushed), cotangents), dot(Array(pulled), tangents), 1e-10), "\(what): dot products")

    func shifted(_ step: Double) throws -> [Literal] {
      var operands = x
      for (position, tangent) in zip(real, tangents) {
        operands[position] = moved([x[position]], along: [tangent], by: step)[0]
      }
      return try evaluate(primal, operands, precision: .float64)
    }
    let h = 1e-6
    for (pair, tangent) in zip(zip(try shifted(h), try shifted(-h)), pushed) {
      for (numbers, actual) in zip(zip(pair.0.reals, pair.1.reals), tangent.reals) {
        let expected = (numbers.0 - numbers.1) / (2 * h)
        // In Float64 throughout, so that only the difference itself is inexact.
        #expect(isClose(expected, actual, 2e-5), "\(what): finite difference \(expected), tangent \(actual)")
      }
    }
  }

  private func run(_ program: Program, _ arguments: [Literal]) throws -> [Literal] {
    let expanded = try expandDerivatives(program)
    try verify(expanded)
    return try evaluate(expanded, arguments, precision: .float64)
  }
}
