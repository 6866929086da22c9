import CAdjoint
import Foundation
import Testing

/// The scalar maths that generated kernels and the eager runtime share.
@Suite struct MathAccuracyTests {
  typealias Map = @convention(c) (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void

  func map(_ function: Map, _ x: [Float]) -> [Float] {
    var y = [Float](repeating: 0, count: x.count)
    function(x, &y, x.count)
    return y
  }

  func described(_ function: Map, _ x: [Float]) -> String {
    map(function, x).map { $0.isNaN ? "nan" : "\($0)" }.joined(separator: ", ")
  }

  /// The error in units of the last place of the exact result.
  func ulps(_ got: Float, _ exact: Double) -> Double {
    let rounded = Float(exact)
    if exact.isNaN || got.isNaN { return exact.isNaN && got.isNaN ? 0 : .infinity }
    if rounded.isInfinite || got.isInfinite { return rounded == got ? 0 : .infinity }
    let unit = max(exact.magnitude.binade * 0x1p-23, 0x1p-149)
    return (Double(got) - exact).magnitude / unit
  }

  static let functions:
    [(name: String, map: Map, exact: @Sendable (Double) -> Double, domain: ClosedRange<Float>, limit: Double)] = [
      ("exp", adjoint_map_exp_f32, { Foundation.exp($0) }, -.infinity ... .infinity, 0.9),
      ("expm1", adjoint_map_expm1_f32, { Foundation.expm1($0) }, -.infinity ... .infinity, 1.5),
      ("log", adjoint_map_log_f32, { Foundation.log($0) }, 0 ... .infinity, 1.2),
      ("log1p", adjoint_map_log1p_f32, { Foundation.log1p($0) }, -1 ... .infinity, 2.5),
      ("tanh", adjoint_map_tanh_f32, { Foundation.tanh($0) }, -.infinity ... .infinity, 2.5),
      ("logistic", adjoint_map_logistic_f32, { 1 / (1 + Foundation.exp(-$0)) }, -.infinity ... .infinity, 2.5),
      ("erf", adjoint_map_erf_f32, { Foundation.erf($0) }, -.infinity ... .infinity, 1.1),
      (
        "sin", adjoint_map_sin_f32, { Foundation.sin($0) }, -Float.greatestFiniteMagnitude ... .greatestFiniteMagnitude,
        1.6
      ),
      (
        "cos", adjoint_map_cos_f32, { Foundation.cos($0) }, -Float.greatestFiniteMagnitude ... .greatestFiniteMagnitude,
        1.6
      ),
      ("sqrt", adjoint_map_sqrt_f32, { $0.squareRoot() }, 0 ... .infinity, 0.5),
      ("rsqrt", adjoint_map_rsqrt_f32, { 1 / $0.squareRoot() }, 0 ... .infinity, 1.5),
      ("floor", adjoint_map_floor_f32, { $0.rounded(.down) }, -.infinity ... .infinity, 0),
      ("abs", adjoint_map_abs_f32, { $0.magnitude }, -.infinity ... .infinity, 0),
    ]

  @Test(arguments: functions.indices) func errorIsAsDocumented(_ index: Int) {
    let (name, map, exact, domain, limit) = Self.functions[index]
    var x: [Float] = []
    for pattern in stride(from: UInt32(0), to: .max, by: 65_521) { x.append(Float(bitPattern: pattern)) }
    for step in -30_000...30_000 { x.append(Float(step) / 300) }
    x = x.filter { domain.contains($0) }
    var worst = 0.0
    for (x, y) in zip(x, self.map(map, x)) {
      let error = ulps(y, exact(Double(x)))
      worst = max(worst, error)
      if error > limit { Issue.record("\(name)(\(x)) = \(y), exactly \(exact(Double(x))): \(error) ulp") }
      if error > limit { return }
    }
    #expect(worst <= limit)
  }

  @Test func powIsExactToTheLastBitAndHasTheSpecialCasesOfC() {
    var x: [Float] = [], y: [Float] = []
    let special: [Float] = [
      0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, .infinity, -.infinity, .nan, 0x1p-130, -0x1p-130, 1e38, -1e38,
      16_777_216, 2.5,
      -2.5,
    ]
    for a in special {
      for b in special {
        x.append(a)
        y.append(b)
      }
    }
    for step in 1...20_000 {
      x.append(Float(step) / 5000)
      y.append(Float(step % 613) / 10 - 30)
    }
    var result = [Float](repeating: 0, count: x.count)
    adjoint_map_pow_f32(x, y, &result, x.count)
    for index in x.indices {
      let exact = Foundation.pow(Double(x[index]), Double(y[index]))
      #expect(ulps(result[index], exact) <= 0.51, "pow(\(x[index]), \(y[index])) = \(result[index])")
      #expect(exact.isNaN || result[index].sign == exact.sign, "the sign of pow(\(x[index]), \(y[index]))")
    }
  }

  @Test func specialValues() {
    let x: [Float] = [0, -0.0, .infinity, -.infinity, .nan]
    #expect(described(adjoint_map_exp_f32, x) == "1.0, 1.0, inf, 0.0, nan")
    #expect(described(adjoint_map_expm1_f32, x) == "0.0, -0.0, inf, -1.0, nan")
    #expect(described(adjoint_map_tanh_f32, x) == "0.0, -0.0, 1.0, -1.0, nan")
    #expect(described(adjoint_map_logistic_f32, x) == "0.5, 0.5, 1.0, 0.0, nan")
    #expect(described(adjoint_map_erf_f32, x) == "0.0, -0.0, 1.0, -1.0, nan")
    #expect(described(adjoint_map_sign_f32, x) == "0.0, -0.0, 1.0, -1.0, nan")
    #expect(map(adjoint_map_log_f32, [0, -1, .infinity]).map(\.isNaN) == [false, true, false])
    #expect(map(adjoint_map_sin_f32, x).map(\.isNaN) == [false, false, true, true, true])
    #expect(map(adjoint_map_erfInv_f32, [1, -1, 0]) == [.infinity, -.infinity, 0])
    #expect(adjoint_f32_to_i32(.nan) == 0 && adjoint_f32_to_i32(1e20) == .max && adjoint_f32_to_i32(-1.9) == -1)
    #expect(adjoint_f32_to_u32(-5) == 0 && adjoint_f32_to_u32(1e20) == .max && adjoint_f32_to_u32(3.9) == 3)
    #expect(adjoint_maximum_f32(.nan, 1).isNaN && adjoint_maximum_f32(1, .nan).isNaN && adjoint_minimum_f32(2, 1) == 1)
    #expect(
      adjoint_divide_i32(7, 0) == -1 && adjoint_divide_i32(.min, -1) == .min && adjoint_remainder_i32(-7, 3) == -1)
    #expect(adjoint_shift_left_u32(1, 32) == 0 && adjoint_shift_right_i32(-1, 31) == 1)
  }

  @Test func everyNaNStaysOne() {
    let x = [0x7f80_0001, 0x7fc0_0000, 0x7fc0_0001, 0x7fff_ffff, 0x7fa1_2345, 0xff80_0001, 0xffff_ffff, 0xffc0_0123]
      .map { Float(bitPattern: $0) }
    for function in Self.functions {
      let numbers = map(function.map, x).filter { !$0.isNaN }
      #expect(numbers.isEmpty, "\(function.name)")
    }
  }

  @Test func exponentialsOfNumbersBelowZeroAreTheSameTheShortWay() {
    var x = (0...220_000).map { -Float($0) / 2000 }
    for pattern in stride(from: UInt32(0x8000_0000), through: 0xffff_ffff, by: 65_521) {
      x.append(Float(bitPattern: pattern))
    }
    // In other compilers' code, where products may be contracted, the largest of a row may be a little less than it.
    x += (0...44_000).map { Float($0) / 1000 }
    x += [.nan, Float(bitPattern: 0x7fc0_0001), Float(bitPattern: 0x7fff_ffff), -.infinity, 0]
    for (x, y) in zip(x, map(adjoint_map_exp_f32, x)) {
      let short = adjoint_exp_nonpositive_f32(x)
      #expect(short.bitPattern == y.bitPattern || short.isNaN && y.isNaN, "exp(\(x))")
    }
  }

  @Test func samplersFunctionsHaveTheBitsOfXLA() throws {
    struct Golden: Decodable {
      var x: [UInt32]
      var y: [UInt32]
    }
    let data = try Data(contentsOf: packageRoot.appendingPathComponent("Tests/Golden/math.json"))
    let golden = try JSONDecoder().decode([String: Golden].self, from: data)
    let maps: [String: Map] = [
      "log": adjoint_map_log_f32, "log1p": adjoint_map_log1p_f32, "erfInv": adjoint_map_erfInv_f32,
    ]
    #expect(golden.keys.sorted() == maps.keys.sorted())
    for (name, map) in maps {
      let cases = try #require(golden[name])
      #expect(cases.x.count >= 1000)
      #expect(self.map(map, cases.x.map(Float.init(bitPattern:))).map(\.bitPattern) == cases.y, "\(name)")
    }
  }

  @Test func erfInvInDoublePrecisionInvertsErf() {
    for step in -550...550 {
      let x = Double(step) / 100
      let error = (adjoint_erfInv_f64(Foundation.erf(x)) - x).magnitude * Foundation.exp(-x * x)
      #expect(error < 1e-15 * max(1, x.magnitude))
    }
  }

  @Test func threefryHasTheReferenceAnswers() {
    // The known-answer vectors of the Random123 library.
    let vectors: [[UInt32]] = [
      [0, 0, 0, 0, 0x6b20_0159, 0x99ba_4efe],
      [.max, .max, .max, .max, 0x1cb9_96fc, 0xbb00_2be7],
      [0x1319_8a2e, 0x0370_7344, 0x243f_6a88, 0x85a3_08d3, 0xc492_3a9c, 0x483d_f7a0],
    ]
    for vector in vectors {
      #expect(adjoint_threefry_first(vector[0], vector[1], vector[2], vector[3]) == vector[4])
      #expect(adjoint_threefry_second(vector[0], vector[1], vector[2], vector[3]) == vector[5])
    }
  }
}
