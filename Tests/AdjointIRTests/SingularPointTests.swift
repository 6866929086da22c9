import AdjointIR
import Testing

/// Derivatives at ties and singular points, which are JAX's conventions.
@Suite struct SingularPointTests {
  /// The derivative of `op` at `operands` in the direction of operand `position`.
  private func slopes(_ op: any Op, _ operands: [Literal], in position: Int = 0) throws -> [Double] {
    guard let derivative = try Differentiated(op, operands.map(\.type)) else { return [] }
    let tangents = derivative.active.map { active in
      Literal(operands[active].type, .real(operands[active].reals.map { _ in active == position ? 1 : 0 }))
    }
    return try evaluate(derivative.forward, operands + tangents)[0].reals
  }

  /// The gradient of the sum of the results.
  private func gradient(_ op: any Op, _ operands: [Literal]) throws -> [[Double]] {
    let derivative = try #require(try Differentiated(op, operands.map(\.type)))
    let ones = derivative.forward.body.results.map {
      Literal($0.type, .real(Array(repeating: 1, count: $0.type.count)))
    }
    return try evaluate(derivative.backward, operands + ones).map(\.reals)
  }

  @Test func absoluteValueRisesAtZero() throws {
    #expect(try slopes(Abs(), [Literal([3], [-2, 0, 2])]) == [-1, 1, 1])
  }

  @Test func tiesOfMaximumAreShared() throws {
    #expect(
      try gradient(Maximum(), [Literal([3], [1, 2, 3]), Literal([3], [2, 2, 2])]) == [[0, 0.5, 1], [1, 0.5, 0]])
    #expect(
      try gradient(Minimum(), [Literal([3], [1, 2, 3]), Literal([3], [2, 2, 2])]) == [[1, 0.5, 0], [0, 0.5, 1]])
  }

  @Test func rootAndLogarithmAreSteepAtZero() throws {
    #expect(try slopes(Sqrt(), [scalar(0)]) == [.infinity])
    #expect(try slopes(Log(), [scalar(0)]) == [.infinity])
  }

  @Test func powersAtZero() throws {
    #expect(try slopes(Power(), [scalar(0), scalar(2.5)]) == [0])
    #expect(try slopes(Power(), [scalar(0), scalar(0)])[0].isNaN)
    #expect(try slopes(Power(), [scalar(0), scalar(2)], in: 1)[0] == 0)
    #expect(try slopes(Power(), [scalar(0), scalar(1)], in: 0)[0] == 1)
  }

  @Test func tiesOfReductionsSplitEvenly() throws {
    let third = Double(Float(1) / 3)
    #expect(try gradient(Reduce(.max, axes: [0]), [Literal([4], [5, 1, 5, 5])]) == [[third, 0, third, third]])
    #expect(try gradient(Reduce(.min, axes: [0]), [Literal([4], [5, 1, 1, 5])]) == [[0, 0.5, 0.5, 0]])
  }

  @Test func productsWithZeros() throws {
    #expect(try gradient(Reduce(.product, axes: [0]), [Literal([3], [0, 2, 3])]) == [[6, 0, 0]])
    #expect(try gradient(Reduce(.product, axes: [0]), [Literal([3], [0, 0, 3])]) == [[0, 0, 0]])
    #expect(
      try gradient(Reduce(.product, axes: [1]), [Literal([2, 3], [1, 2, 3, 4, 0, 5])]) == [[6, 3, 2, 0, 20, 0]])
  }

  @Test func stepsHaveNoDerivative() throws {
    #expect(try Differentiated(Sign(), [.scalar(.f32)]) == nil)
    #expect(try Differentiated(Floor(), [.scalar(.f32)]) == nil)
    #expect(try Differentiated(StopGradient(), [.scalar(.f32)]) == nil)
    #expect(try Differentiated(Convert(to: .i32), [.scalar(.f32)]) == nil)
    #expect(try Differentiated(Compare(.less), [.scalar(.f32), .scalar(.f32)]) == nil)
  }

  @Test func remainderFollowsTheDividend() throws {
    #expect(try gradient(Remainder(), [scalar(5), scalar(3)]) == [[1], [-1]])
    #expect(try gradient(Remainder(), [scalar(-5), scalar(3)]) == [[1], [1]])
  }

  @Test func rowsOutOfRangeGetNoGradient() throws {
    let indices = Literal(TensorType([3], .i32), .integer([7, 1, -2]))
    let table = Literal([2, 1], [10, 20])
    let gathered = try GatherRows().evaluate([table, indices], EvaluationContext())[0]
    #expect(gathered.reals == [20, 20, 10])
    #expect(try gradient(GatherRows(), [table, indices]) == [[0, 1]])
    let updates = Literal([3, 1], [1, 2, 3])
    #expect(try ScatterAddRows().evaluate([table, indices, updates], EvaluationContext())[0].reals == [10, 22])
    #expect(try gradient(ScatterAddRows(), [table, indices, updates]) == [[1, 1], [0, 1, 0]])
  }
}

extension Differentiated: Equatable {
  /// Only nil can be told from a derivative.
  static func == (lhs: Differentiated, rhs: Differentiated) -> Bool { false }
}
