import AdjointIR

/// Runs a schedule on plain memory, statement by statement: slow, and the meaning of everything in it.
///
/// The arena and the results start as bytes of ones (NaN for real numbers), so what is read before it is written shows.
/// - Parameters:
///   - arguments: One literal per parameter.
///   - sharesMemory: Whether each result that reuses a parameter is written into that parameter's memory.
///   - reverses: Whether what may run in any order (the blocks of a contraction, the parts of a kernel) runs backward.
///   - parts: How many parts a kernel is cut into, at most, where it may be.
/// - Returns: One literal per result.
public func evaluateSchedule(
  _ schedule: Schedule, _ arguments: [Literal], sharesMemory: Bool = false, reverses: Bool = false, parts: Int = 1
) throws -> [Literal] {
  let memory = ScheduleMemory(schedule, arguments, sharesMemory: sharesMemory)
  for kernel in schedule.kernels {
    let count = min(parts, kernel.division?.parts ?? 1)
    for number in 0..<count {
      memory.forget(kernel.locals)
      let part = reverses ? count - 1 - number : number
      var run = KernelRun(schedule: schedule, kernel: kernel, memory: memory, reverses: reverses)
      if let division = kernel.division {
        run.cut = Set(division.loops)
        run.range = division.start(part, of: count)..<division.start(part + 1, of: count)
      }
      try run.execute(kernel.body)
    }
  }
  return schedule.results.indices.map { result in
    let buffer = schedule.buffers.firstIndex { $0.storage == .result(result) } ?? 0
    return memory.literal(buffer)
  }
}

/// The bytes of every buffer.
private final class ScheduleMemory {
  let buffers: [Buffer]
  private var addresses: [UnsafeMutableRawPointer] = []
  private var blocks: [UnsafeMutableRawBufferPointer] = []

  init(_ schedule: Schedule, _ arguments: [Literal], sharesMemory: Bool) {
    buffers = schedule.buffers
    func block(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
      let block = UnsafeMutableRawBufferPointer.allocate(byteCount: max(64, bytes), alignment: 64)
      for index in block.indices { block[index] = 0xFF }
      blocks.append(block)
      return block
    }
    let arena = block(schedule.arenaByteCount)
    let parameters = arguments.map { block($0.type.byteCount) }
    let results = schedule.results.map { result -> UnsafeMutableRawBufferPointer? in
      sharesMemory ? result.reuses.map { parameters[$0] } : nil
    }
    for buffer in schedule.buffers {
      let start: UnsafeMutableRawBufferPointer
      var offset = 0
      switch buffer.storage {
      case .parameter(let number): start = parameters[number]
      case .result(let number): start = results[number] ?? block(buffer.type.byteCount)
      case .arena(let place): (start, offset) = (arena, place)
      case .local, .constant: start = block(buffer.type.byteCount)
      }
      guard let base = start.baseAddress else { preconditionFailure("memory without an address") }
      precondition(offset + buffer.type.byteCount <= start.count, "\(buffer.name) ends outside of its memory")
      addresses.append(base + offset)
    }
    for (number, buffer) in schedule.buffers.enumerated() {
      switch buffer.storage {
      case .parameter(let parameter): fill(number, arguments[parameter])
      case .constant(let literal): fill(number, literal)
      default: break
      }
    }
  }

  deinit { for block in blocks { block.deallocate() } }

  /// Sets arrays of a kernel to bytes of ones: each part has its own.
  func forget(_ locals: [Int]) {
    for local in locals {
      addresses[local].initializeMemory(as: UInt8.self, repeating: 0xFF, count: buffers[local].type.byteCount)
    }
  }

  private func fill(_ buffer: Int, _ literal: Literal) {
    switch literal.elements {
    case .real(let values): for (index, value) in values.enumerated() { store(.real(value), buffer, index) }
    case .integer(let values): for (index, value) in values.enumerated() { store(.integer(value), buffer, index) }
    case .bool(let values): for (index, value) in values.enumerated() { store(.integer(value ? 1 : 0), buffer, index) }
    }
  }

  func literal(_ buffer: Int) -> Literal {
    let type = buffers[buffer].type
    let numbers = (0..<type.count).map { load(buffer, $0) }
    switch type.dtype {
    case .f32, .f64: return Literal(type, .real(numbers.map(\.asReal)))
    case .i32, .i64, .u32: return Literal(type, .integer(numbers.map(\.asInteger)))
    case .bool: return Literal(type, .bool(numbers.map { $0.asInteger != 0 }))
    }
  }

  func load(_ buffer: Int, _ index: Int) -> Number {
    let type = buffers[buffer].type
    precondition((0..<type.count).contains(index), "\(buffers[buffer].name)[\(index)] is outside of \(type)")
    let address = addresses[buffer]
    switch type.dtype {
    case .f32: return .real(Double(address.load(fromByteOffset: 4 * index, as: Float.self)))
    case .f64: return .real(address.load(fromByteOffset: 8 * index, as: Double.self))
    case .i32: return .integer(Int64(address.load(fromByteOffset: 4 * index, as: Int32.self)))
    case .i64: return .integer(address.load(fromByteOffset: 8 * index, as: Int64.self))
    case .u32: return .integer(Int64(address.load(fromByteOffset: 4 * index, as: UInt32.self)))
    case .bool: return .integer(Int64(address.load(fromByteOffset: index, as: UInt8.self)))
    }
  }

  func store(_ value: Number, _ buffer: Int, _ index: Int) {
    let type = buffers[buffer].type
    precondition((0..<type.count).contains(index), "\(buffers[buffer].name)[\(index)] is outside of \(type)")
    let address = addresses[buffer]
    switch type.dtype {
    case .f32: address.storeBytes(of: Float(value.asReal), toByteOffset: 4 * index, as: Float.self)
    case .f64: address.storeBytes(of: value.asReal, toByteOffset: 8 * index, as: Double.self)
    case .i32:
      address.storeBytes(of: Int32(truncatingIfNeeded: value.asInteger), toByteOffset: 4 * index, as: Int32.self)
    case .i64: address.storeBytes(of: value.asInteger, toByteOffset: 8 * index, as: Int64.self)
    case .u32:
      address.storeBytes(of: UInt32(truncatingIfNeeded: value.asInteger), toByteOffset: 4 * index, as: UInt32.self)
    case .bool: address.storeBytes(of: UInt8(truncatingIfNeeded: value.asInteger), toByteOffset: index, as: UInt8.self)
    }
  }
}

/// One kernel while it runs.
private struct KernelRun {
  let schedule: Schedule
  let kernel: Kernel
  let memory: ScheduleMemory
  let reverses: Bool
  var values: [Number]
  /// The loops of which only `range` runs.
  var cut: Set<Int> = []
  var range = 0..<0

  init(schedule: Schedule, kernel: Kernel, memory: ScheduleMemory, reverses: Bool) {
    self.schedule = schedule
    self.kernel = kernel
    self.memory = memory
    self.reverses = reverses
    values = [Number](repeating: .integer(0), count: kernel.variables.count)
  }

  private func place(_ index: Index) -> Int {
    index.terms.reduce(index.constant) { $0 + $1.coefficient * Int(values[$1.variable].asInteger) }
  }

  private func value(_ expression: Expression) throws -> Number {
    switch expression {
    case .load(let buffer, let index): return memory.load(buffer, place(index))
    case .variable(let variable): return values[variable]
    case .constant(let value, let dtype): return Number(value, dtype)
    case .index(let index): return .integer(Int64(place(index)))
    case .call(let function, let arguments):
      let dtype = arguments[0].dtype(kernel, schedule.buffers)
      return try evaluate(function, arguments.map { try value($0) }, dtype)
    case .compare(let comparison, let left, let right):
      return .integer(holds(comparison, try value(left), try value(right)) ? 1 : 0)
    case .select(let predicate, let onTrue, let onFalse):
      return try value(predicate).asInteger != 0 ? try value(onTrue) : try value(onFalse)
    case .convert(let source, to: let dtype): return convert(try value(source), to: dtype)
    case .bitcast(let source, to: let dtype):
      return bitcast(try value(source), from: source.dtype(kernel, schedule.buffers), to: dtype)
    }
  }

  mutating func execute(_ statements: [Statement]) throws { for statement in statements { try execute(statement) } }

  private mutating func execute(_ statement: Statement) throws {
    switch statement {
    case .loop(let loop, let body):
      for index in iterations(loop) {
        values[loop.variable] = .integer(Int64(index))
        try execute(body)
      }
    case .define(let variable, let expression): values[variable] = try value(expression)
    case .store(let buffer, let index, let expression): memory.store(try value(expression), buffer, place(index))
    case .accumulate(let buffer, let index, let reduction, let expression):
      let combined = combine(reduction, memory.load(buffer, place(index)), try value(expression), dtype(buffer))
      memory.store(combined, buffer, place(index))
    case .when(let condition, let body): if try value(condition).asInteger != 0 { try execute(body) }
    case .reduce(let nest): try execute(nest)
    case .contract(let contraction): try execute(contraction)
    }
  }

  private func iterations(_ loop: Loop) -> Range<Int> { cut.contains(loop.variable) ? range : 0..<loop.extent }

  private func dtype(_ buffer: Int) -> DType { schedule.buffers[buffer].type.dtype }

  private func combine(_ reduction: Reduction, _ left: Number, _ right: Number, _ dtype: DType) -> Number {
    let result: Number
    if case .integer(let x) = left, case .integer(let y) = right {
      switch reduction {
      case .sum: result = .integer(x &+ y)
      case .product: result = .integer(x &* y)
      case .max: result = .integer(max(x, y))
      case .min: result = .integer(min(x, y))
      }
    } else {
      let (x, y) = (left.asReal, right.asReal)
      switch reduction {
      case .sum: result = .real(x + y)
      case .product: result = .real(x * y)
      case .max: result = .real(Maximum.reference(x, y))
      case .min: result = .real(Minimum.reference(x, y))
      }
    }
    return result.rounded(dtype)
  }

  /// Partial results combined in halves.
  private func combineLanes(_ partials: [Number], _ reduction: Reduction, _ dtype: DType) -> Number {
    var partials = partials
    while partials.count > 1 {
      let half = partials.count / 2
      partials = (0..<half).map { combine(reduction, partials[$0], partials[$0 + half], dtype) }
    }
    return partials[0]
  }

  private mutating func execute(_ nest: ReductionNest) throws {
    let dtypes = nest.accumulators.map { kernel.variables[$0.variable].dtype }
    var partials = zip(nest.accumulators, dtypes).map { accumulator, dtype -> [Number] in
      guard case .reduce(let reduction) = accumulator.combine else { return [.integer(0), .integer(-1)] }
      return [Number](repeating: Number(neutralElement(reduction, dtype), dtype), count: nest.lanes)
    }
    try forEach(nest.loops[...]) { run in
      try run.execute(nest.body)
      let lane = nest.loops.last.map { Int(run.values[$0.variable].asInteger) } ?? 0
      for (position, accumulator) in nest.accumulators.enumerated() {
        let new = try run.value(accumulator.value)
        switch accumulator.combine {
        case .reduce(let reduction):
          partials[position][lane % nest.lanes] = run.combine(
            reduction, partials[position][lane % nest.lanes], new, dtypes[position])
        case .argument(let largest):
          // The best value and its place, −1 before the first.
          let best = partials[position]
          let isNew = best[1] == .integer(-1)
          let bestIsNaN = best[0].asReal.isNaN
          let isBetter = !bestIsNaN && (new.asReal.isNaN || holds(largest ? .greater : .less, new, best[0]))
          if isNew || isBetter { partials[position] = [new, .integer(Int64(lane))] }
        }
      }
    }
    for (position, accumulator) in nest.accumulators.enumerated() {
      switch accumulator.combine {
      case .reduce(let reduction):
        values[accumulator.variable] = combineLanes(partials[position], reduction, dtypes[position])
      case .argument: values[accumulator.variable] = partials[position][1]
      }
    }
  }

  private mutating func forEach(_ loops: ArraySlice<Loop>, _ body: (inout KernelRun) throws -> Void) throws {
    guard let loop = loops.first else { return try body(&self) }
    for index in 0..<loop.extent {
      values[loop.variable] = .integer(Int64(index))
      try forEach(loops.dropFirst(), body)
    }
  }

  private mutating func execute(_ contraction: Contraction) throws {
    let dtype = dtype(contraction.left.buffer)
    let loops = contraction.batch + [contraction.rows, contraction.columns]
    let count = loops.map { iterations($0).count }.reduce(1, *)
    for step in 0..<count {
      var rest = reverses ? count - 1 - step : step
      for loop in loops.reversed() {
        let iterations = iterations(loop)
        values[loop.variable] = .integer(Int64(iterations.lowerBound + rest % iterations.count))
        rest /= iterations.count
      }
      var partials = [Number](repeating: Number(0, dtype), count: contraction.lanes)
      let left = start(contraction.left, contraction, contraction.rows)
      let right = start(contraction.right, contraction, contraction.columns)
      for k in 0..<contraction.depth {
        let x = memory.load(contraction.left.buffer, left + k * contraction.left.depthStride)
        let y = memory.load(contraction.right.buffer, right + k * contraction.right.depthStride)
        partials[k % contraction.lanes] = multiplyAdd(partials[k % contraction.lanes], x, y, dtype)
      }
      values[contraction.accumulator] = combineLanes(partials, .sum, dtype)
      try execute(contraction.epilogue)
    }
  }

  private func start(_ operand: Contraction.Operand, _ contraction: Contraction, _ free: Loop) -> Int {
    var start = operand.offset + operand.freeStride * Int(values[free.variable].asInteger)
    for (loop, stride) in zip(contraction.batch, operand.batchStrides) {
      start += stride * Int(values[loop.variable].asInteger)
    }
    return start
  }

  /// A fused multiply-add of real numbers; wrapping arithmetic of integers.
  private func multiplyAdd(_ sum: Number, _ x: Number, _ y: Number, _ dtype: DType) -> Number {
    switch dtype {
    case .f32: return .real(Double(Float(sum.asReal).addingProduct(Float(x.asReal), Float(y.asReal))))
    case .f64: return .real(sum.asReal.addingProduct(x.asReal, y.asReal))
    default:
      return Number.integer(sum.asInteger &+ x.asInteger &* y.asInteger).rounded(dtype)
    }
  }
}
