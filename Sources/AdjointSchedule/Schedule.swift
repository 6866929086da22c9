import AdjointDiagnostics
import AdjointIR

/// What generated code does, in order: buffers with their places in memory, and kernels that are loop nests over them.
/// A plain value that a printer empties statement by statement; nothing in it is C or Swift.
///
/// Element `i` of a buffer is in row-major order of its type. Kernels run one after the other, each whole or in parts
/// (see `Division`). A result whose
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
  /// Its shape and element type.
  public var type: TensorType
  /// Where it is.
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
  /// The source lines of what it computes on the way, without keeping it: cheap values that every kernel which needs
  /// them computes for itself.
  public var inlined: [Source] = []
  /// What it computes, one line for each value that it writes or that the source names, in order:
  /// `h[32, 128] = maximum((images · hidden.kernel + hidden.bias), 0)`.
  public var formulas: [String]
  /// The buffers it reads, ascending; without constants and locals.
  public var reads: [Int]
  /// The buffers it writes, ascending; without locals.
  public var writes: [Int]
  /// The local arrays it uses, ascending (buffers with storage `.local`).
  public var locals: [Int]
  /// Every loop index and scalar of the body. Statements name them by their place in this array; each is defined once.
  public var variables: [Variable]
  /// What it does, in order.
  public var body: [Statement]
  /// How it may be cut into parts that run side by side; nil where that is impossible or does not pay.
  public var division: Division?

  /// Makes a kernel.
  public init(
    name: String, sources: [Source], formulas: [String], reads: [Int], writes: [Int], locals: [Int],
    variables: [Variable], body: [Statement], division: Division? = nil
  ) {
    self.name = name
    self.sources = sources
    self.formulas = formulas
    self.reads = reads
    self.writes = writes
    self.locals = locals
    self.variables = variables
    self.body = body
    self.division = division
  }

  /// A source line and a part of the computation.
  public struct Source: Hashable, Sendable {
    /// The line.
    public var span: SourceSpan
    /// Whether the kernel computes the line itself, its tangent or its adjoint.
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
