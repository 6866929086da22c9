import AdjointDiagnostics
import AdjointIR

/// Runs Swift on abstract values and appends what is left for run time to a program. One elaborator serves one
/// specialisation of one entry point.
final class Elaborator {
  let declarations: Declarations
  let builtins: BuiltinTable
  let heap = Heap()
  let builder: Builder
  /// Errors that did not stop elaboration.
  var findings: [Finding] = []
  /// The active calls, innermost last.
  var frames: [Frame] = []
  /// Names for the operations that define these values, from the source; the last hint wins.
  var nameHints: [Int: String] = [:]
  /// Global `let`s and static properties that have been evaluated.
  var globals: [String: Storage] = [:]
  /// The objects that are arguments of the entry point: what is in them at run time is not known here.
  var argumentObjects: Set<ObjectIdentifier> = []
  /// Scalars that a call reads from stored properties of its arguments.
  var runTimeProperties: Set<Value> = []
  /// The last assignment to each plain stored property, by the object's number and the property's name.
  var structureWrites: [String: SourceSpan] = [:]
  /// Whether the next body to run is that of the entry point, in which a failed `let` does not end elaboration.
  var entryBody = false
  /// Variables whose value could not be made; what uses them is not reported again.
  var poisoned: Set<ObjectIdentifier> = []
  /// Keeps them alive, so that their identities stay theirs.
  var poisonedStorages: [Storage] = []
  /// How many initialisers are running: only they may share variables.
  var initialisingDepth = 0
  /// The values of differentiated functions that have ended: nothing after them may use one.
  var endedRegions: [Range<Int>] = []
  /// The running `capture`s, innermost last.
  var harvests: [Harvest] = []
  /// Whether what is compiled depends on the metadata of variables, so that a call must check it.
  var readsMetadata = false
  /// How much work is left, so that an endless loop ends in an error within seconds; all of a run have a budget too.
  var remainingSteps = Limits.steps
  /// How many types are being resolved, each named by the one before it.
  var resolvingDepth = 0

  /// What may not be exceeded.
  enum Limits {
    static let steps = 600_000
    /// Of all entry points and specialisations together.
    static let stepsInAll = 2_000_000
    /// How many elements of an array or bytes of a string are as much work as a step.
    static let elementsPerStep = 16
    static let depth = 400
    static let loopIterations = 100_000
    /// Of an array or a string.
    static let elements = 1_000_000
    /// What an entry point may come to before it is differentiated.
    static let operations = 100_000
    static let specialisations = 256
    /// How far types may be named after each other.
    static let typeDepth = 200

    static func tooLarge(_ count: Int) -> String {
      "this has \(count) elements when the code is generated; at most \(elements) are possible"
    }
  }

  /// One active call.
  struct Frame {
    var name: String
    /// The call site.
    var span: SourceSpan
    /// Whether the code that runs is the user's, so that spans point into it.
    var isUser: Bool
  }

  init(_ declarations: Declarations, _ builtins: BuiltinTable, builder: Builder = Builder()) {
    self.declarations = declarations
    var builtins = builtins
    builtins.addAnnotations()
    self.builtins = builtins
    self.builder = builder
  }

  /// An error on the user's line: `span` where that is in the user's code, else the innermost call in it.
  func error(_ id: String, _ message: String, at span: SourceSpan, notes: [Finding.Note] = []) -> Finding {
    Finding(id, message, at: userSpan(span), notes: notes)
  }

  /// The innermost place in the user's own files.
  func userSpan(_ span: SourceSpan) -> SourceSpan {
    if !declarations.isLibrary(span.file), span != .none { return span }
    for frame in frames.reversed() where !declarations.isLibrary(frame.span.file) && frame.span != .none {
      return frame.span
    }
    return span
  }

  /// Appends an operation on the user's line; what the op refuses becomes a finding there.
  @discardableResult
  func append(
    _ op: any Op, _ operands: [Value], regions: [Region] = [], at span: SourceSpan, name: String? = nil
  ) throws -> [Value] {
    let place = userSpan(span)
    do {
      return try builder.with(span: place) { try builder.append(op, operands, regions: regions, name: name) }
    } catch let error as OpError {
      throw Finding(error.id, error.message, at: place)
    }
  }

  /// Appends an operation with one result.
  func emit(_ op: any Op, _ operands: Value..., at span: SourceSpan) throws -> Value {
    try append(op, operands, at: span)[0]
  }

  /// Gives the operation that defines `value` the source's name for it.
  func hint(_ name: String, for value: Value) { nameHints[value.id] = name }
}
