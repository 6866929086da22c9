/// A function of scalars that both printers know by name (`CAdjoint` and the Swift kernels define each one once).
public enum ScalarFunction: String, Hashable, Sendable, CaseIterable {
  // Arithmetic.
  case negate, add, subtract, multiply, divide, remainder, maximum, minimum, power
  /// The first argument times the second, plus the third, of real numbers: rounded once.
  case fma
  // Real functions of one argument.
  case exp, expm1, log, log1p, sqrt, rsqrt, tanh, logistic, erf, erfInv, sin, cos, abs, sign, floor
  // Bits and logic; `not` is bitwise on integers and logical on booleans. Shifts are logical.
  case and, or, xor, not, shiftLeft, shiftRightLogical
  // The two output words of the threefry2x32 block over (key0, key1, counter0, counter1).
  case threefryFirst, threefrySecond
}

/// How two numbers are compared. With a NaN every comparison but `notEqual` is false.
public enum Comparison: String, Hashable, Sendable, CaseIterable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
}

/// The scalar language of lowerings: what one element of a result is, over the operands' elements at the same index.
public indirect enum ScalarExpression: Hashable, Sendable {
  /// The element of operand number `i` at the index being computed.
  case operand(Int)
  /// A literal of the given type (integers and booleans exactly, up to 2^53).
  case constant(Double, DType)
  case call(ScalarFunction, [ScalarExpression])
  case compare(Comparison, ScalarExpression, ScalarExpression)
  case select(ScalarExpression, ScalarExpression, ScalarExpression)
  /// Conversion by value. Real to integer truncates toward zero, saturates, and maps NaN to 0.
  case convert(ScalarExpression, to: DType)
  /// The same 32 bits read as another type (f32, i32, u32).
  case bitcast(ScalarExpression, to: DType)
}

/// A data movement without arithmetic: where result element `i` is found in the operand.
public enum IndexMap: Hashable, Sendable {
  /// `dimensions[d]` is the result dimension that operand dimension `d` runs along; others repeat.
  case broadcast(dimensions: [Int])
  /// Result dimension `d` is operand dimension `permutation[d]`.
  case transpose(permutation: [Int])
  /// The same row-major sequence in another shape.
  case reshape
  /// Result index `i` in dimension `d` is operand index `starts[d] + i * strides[d]`.
  case slice(starts: [Int], strides: [Int])
}

/// How a reduction combines elements.
public enum Reduction: String, Hashable, Sendable, CaseIterable { case sum, max, min, product }

/// How loops compute an op: the contract between ops and `AdjointSchedule`, without C or Swift text.
public enum Lowering: Hashable, Sendable {
  /// Every operand has the results' shape; element `i` of result `r` is `expressions[r]` at `i`.
  case elementwise([ScalarExpression])
  /// One operand, read through an index map.
  case view(IndexMap)
  /// Operand 0 surrounded (`low`, `high`) and interleaved (`interior`) with the scalar operand 1.
  case pad(low: [Int], high: [Int], interior: [Int])
  case concatenate(axis: Int)
  /// Combine along `axes`, which disappear.
  case reduce(Reduction, axes: [Int])
  /// The i32 index of the first largest (or smallest) element along `axis`, which disappears. A NaN wins.
  case argReduce(largest: Bool, axis: Int)
  case dot(DotDimensions)
  /// `result[i…, j…] = operand0[clamp(operand1[i…]), j…]`: rows (dimension 0) picked by an integer tensor.
  case gatherRows
  /// `result = operand0; result[operand1[i…], j…] += operand2[i…, j…]`, indices out of range dropped, in order of i.
  case scatterAddRows
  /// The index along `axis`.
  case iota(axis: Int)
  case constant(Literal)
  /// Not computed by loops: a transform must have expanded it.
  case expanded
}
