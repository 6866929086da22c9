import AdjointIR
import Testing

/// Reference values at special operands.
@Suite struct ValueTests {
  private func value(_ op: any Op, _ operands: Literal...) throws -> Literal {
    try op.evaluate(operands, EvaluationContext())[0].rounded(.asTyped)
  }

  private func integers(_ dtype: DType, _ values: Int64...) -> Literal {
    Literal(TensorType([values.count], dtype), .integer(values))
  }

  @Test func conversionSaturates() throws {
    let x = Literal([6], [-1.9, 1.9, 3e10, -3e10, .infinity, .nan])
    #expect(
      try value(Convert(to: .i32), x).integers == [-1, 1, Int64(Int32.max), Int64(Int32.min), Int64(Int32.max), 0])
    #expect(try value(Convert(to: .u32), x).integers == [0, 1, Int64(UInt32.max), 0, Int64(UInt32.max), 0])
    #expect(try value(Convert(to: .i64), x).integers == [-1, 1, 30_000_000_000, -30_000_000_000, .max, 0])
    #expect(try value(Convert(to: .bool), x).bools == [true, true, true, true, true, true])
    #expect(try value(Convert(to: .u32), integers(.i32, -1)).integers == [0xFFFF_FFFF])
    #expect(try value(Convert(to: .f32), integers(.i64, 16_777_217)).reals == [16_777_216])
  }

  @Test func integersWrap() throws {
    let top = integers(.i32, Int64(Int32.max))
    #expect(try value(Add(), top, integers(.i32, 1)).integers == [Int64(Int32.min)])
    #expect(try value(Subtract(), integers(.u32, 0), integers(.u32, 1)).integers == [0xFFFF_FFFF])
    #expect(try value(Multiply(), integers(.u32, 0xFFFF_FFFF), integers(.u32, 0xFFFF_FFFF)).integers == [1])
    #expect(try value(Negate(), integers(.i32, Int64(Int32.min))).integers == [Int64(Int32.min)])
    #expect(try value(Negate(), integers(.i64, .min)).integers == [.min])
  }

  @Test func integerDivision() throws {
    let (x, y) = (integers(.i32, 7, -7, 7, 7), integers(.i32, 2, 2, -2, 0))
    #expect(try value(Divide(), x, y).integers == [3, -3, -3, -1])
    #expect(try value(Remainder(), x, y).integers == [1, -1, 1, 7])
    #expect(try value(Divide(), integers(.i64, .min), integers(.i64, -1)).integers == [.min])
  }

  @Test func shifts() throws {
    #expect(try value(ShiftLeft(), integers(.u32, 0x8000_0001), integers(.u32, 1)).integers == [2])
    #expect(try value(ShiftRightLogical(), integers(.i32, -1), integers(.i32, 28)).integers == [15])
    #expect(try value(ShiftRightLogical(), integers(.i64, -1), integers(.i64, 60)).integers == [15])
    #expect(try value(ShiftLeft(), integers(.i32, 1, 1), integers(.i32, 32, -1)).integers == [0, 0])
    #expect(try value(Not(), integers(.u32, 0)).integers == [0xFFFF_FFFF])
  }

  @Test func notANumber() throws {
    let (nan, one) = (scalar(.nan), scalar(1))
    #expect(try value(Maximum(), nan, one).reals[0].isNaN)
    #expect(try value(Minimum(), one, nan).reals[0].isNaN)
    #expect(try value(Sign(), nan).reals[0].isNaN)
    #expect(try value(Compare(.notEqual), nan, nan).bools == [true])
    #expect(try value(Compare(.lessOrEqual), nan, one).bools == [false])
    #expect(try value(Reduce(.max, axes: [0]), Literal([2], [.nan, 1])).reals[0].isNaN)
    #expect(try value(ArgReduce(largest: true, axis: 0), Literal([4], [1, .nan, 5, .nan])).integers == [1])
    #expect(try value(ArgReduce(largest: false, axis: 0), Literal([4], [1, 0, 5, 0])).integers == [1])
  }

  @Test func bits() throws {
    #expect(try value(Bitcast(to: .f32), integers(.u32, 0x3F80_0000)).reals == [1])
    #expect(try value(Bitcast(to: .u32), Literal([1], [-2])).integers == [0xC000_0000])
    #expect(try value(Bitcast(to: .i32), Literal([1], [-2])).integers == [-0x4000_0000])
  }

  /// The known-answer vectors of the Random123 distribution.
  @Test func threefry() throws {
    let vectors: [([Int64], [Int64])] = [
      ([0, 0, 0, 0], [0x6b20_0159, 0x99ba_4efe]),
      ([0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0x1cb9_96fc, 0xbb00_2be7]),
      ([0x1319_8a2e, 0x0370_7344, 0x243f_6a88, 0x85a3_08d3], [0xc492_3a9c, 0x483d_f7a0]),
    ]
    for (words, expected) in vectors {
      let operands = words.map { Literal(.scalar(.u32), .integer([$0])) }
      #expect(try Threefry().evaluate(operands, EvaluationContext()).flatMap(\.integers) == expected)
    }
  }

  @Test func inverseErrorFunction() throws {
    for x in [-3, -1, -0.1, 0, 1e-9, 0.5, 2, 4.0] {
      let y = try Erf().evaluate([Literal([], [x], dtype: .f64)], EvaluationContext())[0]
      let back = try ErfInv().evaluate([y], EvaluationContext())[0].reals[0]
      #expect(abs(back - x) <= 1e-13 + (x == 4 ? 1e-8 : 1e-12) * abs(x), "at \(x)")
    }
    #expect(try value(ErfInv(), Literal([3], [1, -1, 2])).reals.prefix(2) == [.infinity, -.infinity])
  }

  @Test func precision() throws {
    let third = try program([.scalar(.f32)]) { builder, x in
      let quotient = try builder.divide(x[0], builder.constant(3, like: x[0]))
      return [try builder.convert(quotient, to: .f64)]
    }
    #expect(try evaluate(third, [scalar(1)])[0].reals == [Double(Float(1) / 3)])
    #expect(try evaluate(third, [scalar(1)], precision: .float64)[0].reals == [1.0 / 3])
  }

  /// To Float32 by way of Float64, the sum would be a tie and go up.
  @Test func fusedProductsRoundOnce() throws {
    let (x, y, z) = (0x1p-24 * (1 - 0x1p-23), 1 + 0x1p-23, 1 + 0x1p-23)
    #expect(Float(z.addingProduct(x, y)) == Float(1 + 0x1p-22))
    #expect(try Fma().evaluate([scalar(x), scalar(y), scalar(z)], EvaluationContext())[0].reals == [1 + 0x1p-23])
    let wide = EvaluationContext(precision: .float64)
    #expect(try Fma().evaluate([scalar(x), scalar(y), scalar(z)], wide)[0].reals == [z.addingProduct(x, y)])
    // What the rounding of a product loses.
    let tenth = Literal([], [0.1], dtype: .f64)
    let square = Literal([], [-0.1 * 0.1], dtype: .f64)
    let lost = (-0.1 * 0.1).addingProduct(0.1, 0.1)
    #expect(try Fma().evaluate([tenth, tenth, square], EvaluationContext())[0].reals == [lost] && lost != 0)
  }

  @Test func arguments() throws {
    let identity = try program([.scalar(.f32)]) { _, x in x }
    #expect(throws: OpError("ir.arguments", "test takes 1 arguments, got 0")) { try evaluate(identity, []) }
    #expect(throws: OpError("ir.arguments", "argument a of test is f32[], got f32[2]")) {
      try evaluate(identity, [Literal([2], [1, 2])])
    }
  }

  @Test func derivativesAreNotEvaluated() throws {
    let unexpanded = try program([.scalar(.f32)]) { builder, x in
      let region = try builder.region(parameters: [.scalar(.f32)]) { p in [try builder.multiply(p[0], x[0])] }
      return try builder.append(Differentiate(.gradient), x, regions: [region])
    }
    try verify(unexpanded)
    #expect {
      try evaluate(unexpanded, [scalar(1)])
    } throws: {
      ($0 as? OpError)?.id == "ir.unexpanded"
    }
  }
}
