import AdjointDiagnostics
import AdjointIR

/// What generated code does, in order: buffers with their places in memory, and kernels that are loop nests over them.
/// A plain value that a printer empties statement by statement; nothing in it is C or Swift.
///
/// Element `i` of a buffer is in row-major order of its type. Kernels run one after the other. A result whose
/// description has `reuses` may share its memory with that parameter; everything here is right whether it does or not.
public struct Schedule: Hashable, Sendable {
  /// The program's name.
  public var name: String
  /// The program's parameters, in order; parameter `i` is read through the buffer with storage `.parameter(i)`.
  public var parameters: [Program.Parameter]
  /// The program's results, in order; result `i` is written through the buffer with storage `.result(i)`.
  public var results: [Program.Result]
  /// Every buffer. Statements name buffers by their place in this array.
  public var buffers: [Buffer]
  /// The kernels in the order in which they run.
  public var kernels: [Kernel]
  /// The size of the arena that a caller provides. It is aligned to 64 bytes, as every buffer in it is.
  public var arenaByteCount: Int
  /// The most bytes that are live in the arena at once: no plan for this order of kernels can be smaller.
  public var liveByteCount: Int

  /// Makes a schedule.
  public init(
    name: String, parameters: [Program.Parameter], results: [Program.Result], buffers: [Buffer], kernels: [Kernel],
    arenaByteCount: Int, liveByteCount: Int
  ) {
    self.name = name
    self.parameters = parameters
    self.results = results
    self.buffers = buffers
    self.kernels = kernels
    self.arenaByteCount = arenaByteCount
    self.liveByteCount = liveByteCount
  }
}

/// A tensor in memory.
public struct Buffer: Hashable, Sendable {
  /// Where a buffer is.
  public enum Storage: Hashable, Sendable {
    /// The memory of the program's parameter of that number; never written.
    case parameter(Int)
    /// The memory of the program's result of that number; may be the memory of the parameter that it reuses.
    case result(Int)
    /// A byte offset into the arena, a multiple of 64. Buffers that are not live at the same time overlap.
    case arena(offset: Int)
    /// An array of the one kernel that uses it (on its stack): one row of something, small.
    case local
    /// A table of numbers known when the code is generated.
    case constant(Literal)
  }

  /// A name for readers, made of letters, digits and underscores, unique among the schedule's buffers: `h`, `d_logits`.
  /// For parameters and results it comes from the source's name (`hidden.kernel` becomes `hidden_kernel`).
  public var name: String
  public var type: TensorType
  public var storage: Storage

  /// Makes a buffer.
  public init(name: String, type: TensorType, storage: Storage) {
    self.name = name
    self.type = type
    self.storage = storage
  }
}

/// One function of generated code: a fused group of operations.
public struct Kernel: Hashable, Sendable {
  /// A name for what it does (`hidden_relu`, `cross_entropy_adjoint`), unique among the schedule's kernels.
  public var name: String
  /// The source lines its operations come from with the part of the computation each belongs to, in order, each once.
  public var sources: [Source]
  /// What it computes, one line for each value it writes: `h = maximum(images · hidden.kernel + hidden.bias, 0)`.
  public var formulas: [String]
  /// The buffers it reads, ascending; without constants and locals.
  public var reads: [Int]
  /// The buffers it writes, ascending; without locals.
  public var writes: [Int]
  /// The local arrays it uses, ascending (buffers with storage `.local`).
  public var locals: [Int]
  /// Every loop index and scalar of the body. Statements name them by their place in this array; each is defined once.
  public var variables: [Variable]
  public var body: [Statement]

  /// Makes a kernel.
  public init(
    name: String, sources: [Source], formulas: [String], reads: [Int], writes: [Int], locals: [Int],
    variables: [Variable], body: [Statement]
  ) {
    self.name = name
    self.sources = sources
    self.formulas = formulas
    self.reads = reads
    self.writes = writes
    self.locals = locals
    self.variables = variables
    self.body = body
  }

  /// A source line and a part of the computation.
  public struct Source: Hashable, Sendable {
    public var span: SourceSpan
    public var role: Role

    /// Makes a source.
    public init(span: SourceSpan, role: Role) {
      self.span = span
      self.role = role
    }
  }

  /// A scalar of a kernel.
  public struct Variable: Hashable, Sendable {
    /// A name for readers, unique in the kernel: `i`, `row_maximum`.
    public var name: String
    /// The element type; loop indices are i64 (a printer may use any integer that holds the extent).
    public var dtype: DType

    /// Makes a variable.
    public init(name: String, dtype: DType) {
      self.name = name
      self.dtype = dtype
    }
  }
}

/// An integer `constant + Σ coefficient · variable` over loop indices (and integer scalars, where rows are gathered).
public struct Index: Hashable, Sendable {
  /// One product.
  public struct Term: Hashable, Sendable {
    public var variable: Int
    public var coefficient: Int

    /// Makes a term.
    public init(variable: Int, coefficient: Int) {
      self.variable = variable
      self.coefficient = coefficient
    }
  }

  public var constant: Int
  /// By ascending variable; no coefficient is 0.
  public var terms: [Term]

  /// Makes an index from terms in any order; terms of one variable are added.
  public init(constant: Int = 0, terms: [Term] = []) {
    self.constant = constant
    var sorted: [Term] = []
    for term in terms.sorted(by: { $0.variable < $1.variable }) {
      if sorted.last?.variable == term.variable {
        sorted[sorted.count - 1].coefficient += term.coefficient
      } else {
        sorted.append(term)
      }
    }
    self.terms = sorted.filter { $0.coefficient != 0 }
  }

  /// The index that is one variable.
  public init(variable: Int) { self.init(terms: [Term(variable: variable, coefficient: 1)]) }

  /// The factor of a variable, 0 where it does not occur.
  public func coefficient(of variable: Int) -> Int {
    terms.first { $0.variable == variable }?.coefficient ?? 0
  }

  public static func + (left: Index, right: Index) -> Index {
    Index(constant: left.constant + right.constant, terms: left.terms + right.terms)
  }

  public static func * (left: Index, right: Int) -> Index {
    Index(
      constant: left.constant * right,
      terms: left.terms.map { Term(variable: $0.variable, coefficient: $0.coefficient * right) })
  }
}

/// A scalar. Every call is rounded on its own to its element type; nothing is contracted or reassociated.
public indirect enum Expression: Hashable, Sendable {
  /// An element of a buffer.
  case load(buffer: Int, at: Index)
  /// A variable that a statement before has defined.
  case variable(Int)
  /// A literal of the given type.
  case constant(Double, DType)
  /// The value of an index, as i64.
  case index(Index)
  /// A function of scalars of one type; the result has the type of the arguments.
  case call(ScalarFunction, [Expression])
  /// A comparison, of type bool.
  case compare(Comparison, Expression, Expression)
  case select(Expression, Expression, Expression)
  /// Conversion by value, as `ScalarExpression.convert`.
  case convert(Expression, to: DType)
  /// The same bits read as another type.
  case bitcast(Expression, to: DType)

  /// The element type of the value.
  public func dtype(_ kernel: Kernel, _ buffers: [Buffer]) -> DType {
    switch self {
    case .load(let buffer, _): buffers[buffer].type.dtype
    case .variable(let variable): kernel.variables[variable].dtype
    case .constant(_, let dtype), .convert(_, to: let dtype), .bitcast(_, to: let dtype): dtype
    case .index: .i64
    case .call(_, let arguments): arguments[0].dtype(kernel, buffers)
    case .compare: .bool
    case .select(_, let onTrue, _): onTrue.dtype(kernel, buffers)
    }
  }
}

/// The header of a loop: `variable` runs from 0 to `extent - 1`.
public struct Loop: Hashable, Sendable {
  public var variable: Int
  public var extent: Int

  /// Makes a loop header.
  public init(variable: Int, extent: Int) {
    self.variable = variable
    self.extent = extent
  }
}

/// One step of a kernel.
public indirect enum Statement: Hashable, Sendable {
  /// A loop whose iterations run in order (and may run in any order where no statement accumulates across them).
  case loop(Loop, [Statement])
  /// Defines a scalar, once.
  case define(Int, Expression)
  /// Writes an element of a buffer.
  case store(buffer: Int, at: Index, Expression)
  /// `buffer[at] = combine(buffer[at], value)`, in the order of the loops around it.
  case accumulate(buffer: Int, at: Index, Reduction, Expression)
  /// A nest that combines scalars; its accumulators are defined after it.
  case reduce(ReductionNest)
  /// Runs the statements where a boolean holds.
  case when(Expression, [Statement])
  /// A product of matrices with what happens to each element of it.
  case contract(Contraction)
}

/// Loops that combine one or several scalars over all their iterations.
///
/// With `lanes` L > 1 there are L partial results: iteration index `v` of the innermost loop combines into partial
/// `v % L`, the outer loops in order; at the end the partials are combined in halves (for `w = L/2, L/4 … 1`: partial
/// `l` with partial `l + w` for `l < w`). So a vector unit of any width computes the same bits. L is a power of two
/// that depends on the extents alone. Partials start at the neutral element: 0, 1, the lowest or the highest number
/// (−∞, +∞ for reals).
public struct ReductionNest: Hashable, Sendable {
  /// How values become one.
  public enum Combine: Hashable, Sendable {
    /// `accumulator = reduction(accumulator, value)`; maximum and minimum propagate NaN.
    case reduce(Reduction)
    /// The accumulator (i32) is the index of the innermost loop at which the value is largest (smallest), the first
    /// such; the first NaN wins. Only with one loop and one lane.
    case argument(largest: Bool)
  }

  /// One scalar that the nest computes.
  public struct Accumulator: Hashable, Sendable {
    /// The variable that holds the result after the nest.
    public var variable: Int
    public var combine: Combine
    /// What each iteration combines in, evaluated after `body`.
    public var value: Expression

    /// Makes an accumulator.
    public init(variable: Int, combine: Combine, value: Expression) {
      self.variable = variable
      self.combine = combine
      self.value = value
    }
  }

  public var lanes: Int
  /// Outermost first.
  public var loops: [Loop]
  public var accumulators: [Accumulator]
  /// What each iteration does before its values are combined.
  public var body: [Statement]

  /// Makes a nest.
  public init(lanes: Int, loops: [Loop], accumulators: [Accumulator], body: [Statement]) {
    self.lanes = lanes
    self.loops = loops
    self.accumulators = accumulators
    self.body = body
  }
}

/// `accumulator[batch…, row, column] = Σ left[batch…, row, k] · right[batch…, k, column]`, then `epilogue` for each
/// element.
///
/// With `lanes` 1, the sum is a chain of fused multiply-adds from 0 in the order of k (for integers: wrapping
/// arithmetic), however it is blocked. With more lanes, partials as in `ReductionNest` over k, each such a chain; only
/// where `rows` and `columns` are 1. Blocks of rows and columns may be computed in any order: of a buffer that an
/// epilogue writes, it reads only the element that it is about to write.
public struct Contraction: Hashable, Sendable {
  /// A matrix for each batch index, in place in a buffer: element (batch…, free, k) is at
  /// `offset + Σ batch · batchStrides + free · freeStride + k · depthStride`.
  public struct Operand: Hashable, Sendable {
    public var buffer: Int
    public var offset: Int
    /// One for each batch loop; 0 where the operand does not vary.
    public var batchStrides: [Int]
    /// The stride along rows (left) or columns (right).
    public var freeStride: Int
    /// The stride along k.
    public var depthStride: Int

    /// Makes an operand.
    public init(buffer: Int, offset: Int, batchStrides: [Int], freeStride: Int, depthStride: Int) {
      self.buffer = buffer
      self.offset = offset
      self.batchStrides = batchStrides
      self.freeStride = freeStride
      self.depthStride = depthStride
    }
  }

  /// Outer loops, outermost first; none for a plain product.
  public var batch: [Loop]
  /// The rows of the left operand.
  public var rows: Loop
  /// The columns of the right operand.
  public var columns: Loop
  /// The number of products in each sum.
  public var depth: Int
  public var left: Operand
  public var right: Operand
  public var lanes: Int
  /// The variable that holds one sum in the epilogue.
  public var accumulator: Int
  /// What happens at each (batch…, row, column): `define` and `store` statements only.
  public var epilogue: [Statement]

  /// Makes a contraction.
  public init(
    batch: [Loop], rows: Loop, columns: Loop, depth: Int, left: Operand, right: Operand, lanes: Int, accumulator: Int,
    epilogue: [Statement]
  ) {
    self.batch = batch
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.left = left
    self.right = right
    self.lanes = lanes
    self.accumulator = accumulator
    self.epilogue = epilogue
  }
}
