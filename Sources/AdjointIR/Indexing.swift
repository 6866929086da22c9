/// Arithmetic on row-major indices, for reference evaluation.
public enum Indexing {
  /// The row-major strides of a shape, in elements.
  public static func strides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in stride(from: shape.count - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }

  /// The offset `base + Σ index[d] · strides[d]` of every index of `shape`, in row-major order.
  public static func offsets(_ shape: [Int], strides: [Int], base: Int = 0) -> [Int] {
    var offsets = [base]
    for (extent, stride) in zip(shape, strides) {
      offsets = offsets.withUnsafeBufferPointer { outer in
        [Int](unsafeUninitializedCapacity: outer.count * extent) { memory, count in
          count = outer.count * extent
          guard let inner = memory.baseAddress, let outer = outer.baseAddress else { return }
          let end = count
          var (place, number) = (0, 0)
          while place < end {
            var offset = outer[number]
            let run = place + extent
            while place < run {
              inner[place] = offset
              offset &+= stride
              place &+= 1
            }
            number &+= 1
          }
        }
      }
    }
    return offsets
  }

  /// Whether `axes` are distinct dimensions of a tensor of the given rank.
  public static func areAxes(_ axes: [Int], rank: Int) -> Bool {
    Set(axes).count == axes.count && axes.allSatisfy { 0..<rank ~= $0 }
  }
}

extension Literal {
  /// A tensor from integers, wrapped to the element type's width; nonzero is true, real types convert.
  public init(_ type: TensorType, integers: [Int64]) {
    switch type.dtype {
    case .f32, .f64: self.init(type, .real(integers.map(Double.init)))
    case .i32, .i64, .u32: self.init(type, .integer(integers.map { Self.wrap($0, to: type.dtype) }))
    case .bool: self.init(type, .bool(integers.map { $0 != 0 }))
    }
  }

  /// An integer modulo 2^32 or 2^64, as the element type holds it.
  public static func wrap(_ value: Int64, to dtype: DType) -> Int64 {
    switch dtype {
    case .i32: Int64(Int32(truncatingIfNeeded: value))
    case .u32: Int64(UInt32(truncatingIfNeeded: value))
    default: value
    }
  }

  /// The elements at the given row-major positions, as a tensor of the given type.
  public func picking(_ positions: [Int], as type: TensorType) -> Literal {
    switch elements {
    case .real(let values): Literal(type, .real(ReferenceLoops.pick(values, positions)))
    case .integer(let values): Literal(type, .integer(positions.map { values[$0] }))
    case .bool(let values): Literal(type, .bool(positions.map { values[$0] }))
    }
  }

  /// A copy with the elements of `other` written at the given row-major positions, in order.
  public func replacing(_ positions: [Int], with other: Literal) -> Literal {
    switch (elements, other.elements) {
    case (.real(var mine), .real(let new)):
      for (position, value) in zip(positions, new) { mine[position] = value }
      return Literal(type, .real(mine))
    case (.integer(var mine), .integer(let new)):
      for (position, value) in zip(positions, new) { mine[position] = value }
      return Literal(type, .integer(mine))
    case (.bool(var mine), .bool(let new)):
      for (position, value) in zip(positions, new) { mine[position] = value }
      return Literal(type, .bool(mine))
    default: preconditionFailure("elements of \(other.type) written into \(type)")
    }
  }

  /// The element types' value rounding: Float32 for f32 where `precision` asks for it.
  public func rounded(_ precision: EvaluationContext.Precision) -> Literal {
    guard precision == .asTyped, type.dtype == .f32, case .real(let values) = elements else { return self }
    return Literal(type, .real(ReferenceLoops.map(values) { Double(Float($0)) }))
  }
}
