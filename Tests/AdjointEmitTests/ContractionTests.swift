import AdjointDiagnostics
import AdjointEmit
import AdjointIR
import AdjointSchedule
import Foundation
import TestSupport
import Testing

/// A product with bias and relu, in one kernel; `left` and `right` may be stored transposed. The bias is one row, or a
/// matrix as large as the product.
struct ProductCase {
  var rows: Int
  var columns: Int
  var depth: Int
  var leftTransposed: Bool
  var rightTransposed: Bool
  var dtype = DType.f32
  var biasIsMatrix = false

  var schedule: Schedule {
    let leftShape = leftTransposed ? [depth, rows] : [rows, depth]
    let rightShape = rightTransposed ? [columns, depth] : [depth, columns]
    let element = Index(terms: [.init(variable: 0, coefficient: columns), .init(variable: 1, coefficient: 1)])
    let contraction = Contraction(
      batch: [], rows: Loop(variable: 0, extent: rows), columns: Loop(variable: 1, extent: columns), depth: depth,
      left: .init(
        buffer: 0, offset: 0, batchStrides: [], freeStride: leftTransposed ? 1 : depth,
        depthStride: leftTransposed ? rows : 1),
      right: .init(
        buffer: 1, offset: 0, batchStrides: [], freeStride: rightTransposed ? depth : 1,
        depthStride: rightTransposed ? 1 : columns),
      lanes: 1, accumulator: 2,
      epilogue: [
        .store(
          buffer: 3, at: element,
          .call(
            .maximum,
            [
              .call(.add, [.variable(2), .load(buffer: 2, at: biasIsMatrix ? element : Index(variable: 1))]),
              .constant(0, dtype),
            ]))
      ])
    let kernel = Kernel(
      name: "hidden_relu",
      sources: [.init(span: SourceSpan(file: "a/Model.swift", line: 12, column: 3), role: .primal)],
      formulas: ["h = maximum(x · kernel + bias, 0)"], reads: [0, 1, 2], writes: [3], locals: [],
      variables: [.init(name: "i", dtype: .i64), .init(name: "j", dtype: .i64), .init(name: "sum", dtype: dtype)],
      body: [.contract(contraction)])
    return Schedule(
      name: "product",
      parameters: ["x", "kernel", "bias"].enumerated().map { .init(name: $1, source: .argument($0)) },
      results: [.init(name: "h", destination: .returned(leaf: 0))],
      buffers: [
        Buffer(name: "x", type: TensorType(leftShape, dtype), storage: .parameter(0)),
        Buffer(name: "kernel", type: TensorType(rightShape, dtype), storage: .parameter(1)),
        Buffer(
          name: "bias", type: TensorType(biasIsMatrix ? [rows, columns] : [columns], dtype), storage: .parameter(2)),
        Buffer(name: "h", type: TensorType([rows, columns], dtype), storage: .result(0)),
      ], kernels: [kernel], arenaByteCount: 0, liveByteCount: 0)
  }

  /// The chain of multiply-adds that every variant must follow, with one rounding a step or two.
  func reference(_ parameters: [Literal], fuses: Bool) -> [Double] {
    let (x, kernel, bias) = (parameters[0].reals, parameters[1].reals, parameters[2].reals)
    var result: [Double] = []
    for i in 0..<rows {
      for j in 0..<columns {
        var single: Float = 0
        var double = 0.0
        for k in 0..<depth {
          let a = x[leftTransposed ? k * rows + i : i * depth + k]
          let b = kernel[rightTransposed ? j * depth + k : k * columns + j]
          single = fuses ? single.addingProduct(Float(a), Float(b)) : single + Float(a) * Float(b)
          double = fuses ? double.addingProduct(a, b) : double + a * b
        }
        let term = bias[biasIsMatrix ? i * columns + j : j]
        result.append(dtype == .f32 ? Double(max(0, single + Float(term))) : max(0, double + term))
      }
    }
    return result
  }
}

/// An entry point around a schedule that no front end wrote.
func entryPoint(_ name: String, _ schedules: [Schedule]) -> ScheduledEntryPoint {
  let specialisations = schedules.enumerated().map { number, schedule in
    EntryPoint.Specialisation(
      sizes: schedules.count > 1 ? ["size": number] : [:],
      program: Program(
        name: name, parameters: schedule.parameters, results: schedule.results, body: Region(), nextValueID: 0))
  }
  return ScheduledEntryPoint(
    entryPoint: EntryPoint(
      name: name, enclosingType: nil, access: "internal", isThrowing: false, arguments: [], returnTypeText: nil,
      returns: .void, specialisations: specialisations, span: .none), schedules: schedules)
}

@Suite struct ContractionTests {
  private static var cases: [ProductCase] {
    var cases: [ProductCase] = []
    for (rows, columns, depth) in [
      (1, 3, 2), (32, 128, 64), (13, 10, 33), (12, 32, 7), (5, 17, 16), (25, 48, 9), (1, 65, 40), (7, 100, 3),
      (70, 144, 5), (26, 140, 330), (130, 10, 400),
    ] {
      for (left, right) in [(false, false), (true, false), (false, true), (true, true)] {
        cases.append(
          ProductCase(rows: rows, columns: columns, depth: depth, leftTransposed: left, rightTransposed: right))
      }
    }
    cases.append(
      ProductCase(rows: 13, columns: 21, depth: 12, leftTransposed: false, rightTransposed: false, dtype: .f64))
    // Rows in blocks, with the depth in one piece and cut.
    for (depth, columns) in [(20, 70), (330, 66)] {
      for (left, right) in [(false, true), (true, false)] {
        cases.append(
          ProductCase(rows: 610, columns: columns, depth: depth, leftTransposed: left, rightTransposed: right))
      }
    }
    // A right matrix read in place and asked for early, with the depth in one piece and cut; rows packed for many panels.
    for (rows, columns, depth) in [(50, 272, 40), (100, 96, 340), (60, 96, 560)] {
      for left in [false, true] {
        cases.append(
          ProductCase(rows: rows, columns: columns, depth: depth, leftTransposed: left, rightTransposed: false))
      }
    }
    // Rows of no whole number of vectors read in place, but for the last.
    for (rows, columns, depth) in [(14, 8, 65), (25, 31, 130), (13, 9, 512)] {
      for dtype in [DType.f32, .f64] {
        cases.append(
          ProductCase(
            rows: rows, columns: columns, depth: depth, leftTransposed: false, rightTransposed: false, dtype: dtype))
      }
    }
    // Rows copied while they are read, and before where they are many; panels turned about one by one.
    for (rows, columns, depth) in [(37, 290, 340), (29, 75, 390), (3, 33, 330)] {
      for (left, right, dtype) in [
        (true, false, DType.f32), (true, true, .f32), (false, true, .f32), (true, true, .f64),
      ] {
        cases.append(
          ProductCase(
            rows: rows, columns: columns, depth: depth, leftTransposed: left, rightTransposed: right, dtype: dtype))
      }
    }
    cases.append(
      ProductCase(rows: 550, columns: 269, depth: 120, leftTransposed: true, rightTransposed: false, dtype: .f64))
    // Columns in blocks.
    for left in [false, true] {
      cases.append(ProductCase(rows: 14, columns: 700, depth: 300, leftTransposed: left, rightTransposed: true))
    }
    for (left, right) in [(true, false), (false, true)] {
      cases.append(
        ProductCase(rows: 31, columns: 272, depth: 40, leftTransposed: left, rightTransposed: right, dtype: .f64))
    }
    // Few columns and rows side by side: tiles that lie the other way about, one or two high, the last one narrow.
    for (rows, columns, depth) in [(16, 1, 64), (48, 7, 33), (80, 10, 40), (64, 10, 300), (112, 20, 9), (32, 3, 700)] {
      for (right, dtype) in [(false, DType.f32), (true, .f32), (false, .f64)] {
        cases.append(
          ProductCase(
            rows: rows, columns: columns, depth: depth, leftTransposed: true, rightTransposed: right, dtype: dtype,
            biasIsMatrix: true))
      }
    }
    return cases
  }

  /// Where columns are few and the left matrix's rows lie side by side, vectors run along the rows.
  @Test(arguments: [(10, true), (10, false), (12, true), (20, true), (24, true)])
  func narrowProductsAreTurnedAbout(columns: Int, leftTransposed: Bool) throws {
    let product = ProductCase(
      rows: 64, columns: columns, depth: 40, leftTransposed: leftTransposed, rightTransposed: false, biasIsMatrix: true)
    let files = try emitC(module: "Model", source: "Model.swift", [entryPoint("predict", [product.schedule])]).files
    let kernels = try #require(files.first { $0.path == "Model.kernels.h" }).text
    let isTurned = leftTransposed && [10, 20].contains(columns)
    #expect(kernels.contains("kernel + j_tile, 1, \(columns), NULL, x + i_tile, 64, 0, 40") == isTurned)
    #expect(kernels.contains("h[place] =") == isTurned)
  }

  /// The NEON kernels, under an emulator.
  @Test(.enabled(if: EmulatedARM.isThere, "no qemu-aarch64, or no AArch64 C library"))
  func everyTileGivesTheSameOnNEON() throws {
    try check(Self.cases, [["-O2"]], isas: ["baseline"], isEmulated: true)
  }

  @Test func everyTileAndTranspositionGivesTheChainOfMultiplyAdds() throws {
    // Sanitised code is for every edge of a tile, not for its speed.
    let sanitised = ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    try check(Self.cases, [["-O1"], sanitised], isas: instructionSets, isEmulated: false)
  }

  /// Sizes that nobody chose, in every transposition.
  @Test func randomSizesGiveTheChainOfMultiplyAdds() throws {
    let seed = testSeed
    var generator = ProbeGenerator(seed: seed)
    let cases = (0..<12).map { number in
      ProductCase(
        rows: .random(in: 1...70, using: &generator), columns: .random(in: 1...420, using: &generator),
        depth: .random(in: 1...420, using: &generator), leftTransposed: number & 1 == 0,
        rightTransposed: number & 2 == 0, dtype: number % 5 == 4 ? .f64 : .f32, biasIsMatrix: number % 3 == 0)
    }
    print("products of random sizes, seed \(seed)")
    let sanitised = ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    try check(cases, [sanitised], isas: instructionSets, isEmulated: false)
  }

  private func check(_ cases: [ProductCase], _ flags: [[String]], isas: [String], isEmulated: Bool) throws {
    let schedules = cases.map(\.schedule)
    let emitted = try emitC(module: "Products", source: "Products.swift", [entryPoint("product", schedules)])
    var generator = ProbeGenerator(seed: 11)
    let parameters = schedules.map { schedule in
      (0..<3).map { number in
        let type = schedule.buffers[number].type
        return Literal(
          type, .real((0..<type.count).map { _ in Double(Float.random(in: -1...1, using: &generator)) }))
      }
    }
    let (fused, rounded) = (
      zip(cases, parameters).map { $0.reference($1, fuses: true) },
      zip(cases, parameters).map { $0.reference($1, fuses: false) }
    )
    for flags in flags {
      let compiled = try CompiledC(emitted, schedules, module: "Products", flags: flags, isEmulated: isEmulated)
      defer { compiled.remove() }
      for isa in isas {
        let results = try compiled.run(parameters, isa: isa, inPlace: false)
        for (number, product) in cases.enumerated() {
          let reference = isEmulated || fusesProducts(isa) ? fused[number] : rounded[number]
          #expect(results[number][0].reals == reference, "\(product) on \(isa)")
        }
      }
    }
  }
}
