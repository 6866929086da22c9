import AdjointDiagnostics
import AdjointIR

/// A function recorded as a region: what it returned, and what it changed outside itself. Values of the region that
/// outlive it (auxiliary results, contents of changed variables) are further results of the region.
struct Recording {
  /// A place outside the region that the function assigned, or inside it that outlives it.
  enum Place {
    case variable(VariableCell)
    case storage(Storage)
  }

  var region: Region
  /// How many of the region's results are the function's outputs; `escaping` follows.
  var outputCount: Int
  /// What the function returned, over the region's values.
  var output: AbstractValue
  /// The region's values, other than outputs, that are needed after it.
  var escaping: [Value]
  /// What places hold after the call, over the region's values.
  var contents: [(place: Place, content: AbstractValue)]
}

extension Elaborator {
  /// Runs a function on region parameters in place of the primals' leaves and undoes what it changed.
  /// `outputs` says which values of its result are outputs; it refuses results that have none.
  func record(
    _ function: AbstractValue, _ arguments: [Argument], primals: [(position: Int, primal: Primal)], _ call: BuiltinCall,
    outputs: (AbstractValue, TensorWriter) throws -> (outputs: [Value], result: AbstractValue)
  ) throws -> Recording {
    let first = builder.nextValueID
    var recording = Recording(
      region: Region(), outputCount: 0, output: .void, escaping: [], contents: [])
    var undo: [Heap.Write] = []
    var failure: (any Error)?
    let types = primals.flatMap { $0.primal.leaves.map(\.type) }
    recording.region = builder.region(parameters: types) { parameters in
      let (attempt, writes) = heap.trackingWrites { () -> Result<[Value], any Error> in
        Result {
          try run(function, arguments, primals, parameters, call, from: first, outputs, &recording)
        }
      }
      undo = writes
      switch attempt {
      case .success(let results): return results
      case .failure(let error):
        failure = error
        return []
      }
    }
    heap.restore(undo)
    endedRegions.append(first..<builder.nextValueID)
    if let failure { throw failure }
    return recording
  }

  private func run(
    _ function: AbstractValue, _ arguments: [Argument], _ primals: [(position: Int, primal: Primal)],
    _ parameters: [Value], _ call: BuiltinCall, from first: Int,
    _ outputs: (AbstractValue, TensorWriter) throws -> (outputs: [Value], result: AbstractValue),
    _ recording: inout Recording
  ) throws -> [Value] {
    var arguments = arguments
    var rest = parameters[...]
    var place = 0
    var differentiated: [ObjectIdentifier: String] = [:]
    for (position, primal) in primals {
      for (cell, name, leaf) in primal.cells(from: place) {
        try heap.write(parameters[leaf], to: cell)
        differentiated[ObjectIdentifier(cell)] = name
      }
      place += primal.leaves.count
      arguments[position].value = primal.argument(&rest)
    }
    let (returned, writes) = try heap.trackingWrites { try self.call(function, arguments, at: call.span) }
    let (values, result) = try builder.with(span: userSpan(call.span)) {
      try outputs(returned, TensorWriter(builder: builder))
    }
    recording.output = result
    recording.outputCount = values.count

    // A differentiated variable gets back what it held, so what it holds now is not needed.
    var walk = EscapeWalk(first: first, except: Set(differentiated.keys))
    walk.visit(result)
    for write in writes {
      switch write {
      case .variable(let cell, let before):
        guard cell.value != before else { continue }
        if let name = differentiated[ObjectIdentifier(cell)] {
          throw error(
            "grad.mutation",
            "the function assigns the variable \(name), which it is differentiated with respect to; "
              + "update it outside, with the gradient", at: call.span)
        }
        walk.visit(cell)
      case .storage(let storage, _):
        walk.visit(storage)
      }
    }
    recording.contents = walk.contents
    recording.escaping = walk.values.filter { !values.contains($0) }
    return values + recording.escaping
  }

  /// Puts what the function changed into force, with `replacements` for the region's values.
  func commit(_ recording: Recording, _ replacements: [Value: Value]) throws {
    for (place, content) in recording.contents {
      let value = content.replacing(replacements)
      switch place {
      case .variable(let cell):
        if case .tensor(let tensor) = value { try heap.write(tensor.value, to: cell) }
      case .storage(let storage): heap.write(value, to: storage)
      }
    }
  }
}

extension AbstractValue {
  /// The same structure with some symbolic values replaced.
  func replacing(_ replacements: [Value: Value]) -> AbstractValue {
    let values = symbolicValues
    guard values.contains(where: { replacements[$0] != nil }) else { return self }
    var rest = values.map { replacements[$0] ?? $0 }[...]
    return replacingSymbolicValues(&rest)
  }
}

/// Finds the values of a region that can be reached from outside it, and the places that hold them.
private struct EscapeWalk {
  /// Values with this number or a higher one belong to the region.
  let first: Int
  var values: [Value] = []
  var contents: [(place: Recording.Place, content: AbstractValue)] = []
  private var seen: Set<ObjectIdentifier>

  init(first: Int, except: Set<ObjectIdentifier>) {
    self.first = first
    seen = except
  }

  mutating func visit(_ cell: VariableCell) {
    guard seen.insert(ObjectIdentifier(cell)).inserted else { return }
    contents.append((.variable(cell), .tensor(cell.value)))
    note(cell.value)
  }

  mutating func visit(_ storage: Storage) {
    guard seen.insert(ObjectIdentifier(storage)).inserted else { return }
    guard let value = storage.value else { return }
    contents.append((.storage(storage), value))
    visit(value)
  }

  mutating func visit(_ value: AbstractValue) {
    for tensor in value.symbolicValues { note(tensor) }
    visitReferences(value)
  }

  private mutating func note(_ value: Value) {
    if value.id >= first, !values.contains(value) { values.append(value) }
  }

  private mutating func visitReferences(_ value: AbstractValue) {
    switch value {
    case .object(let object): visit(object)
    case .variable(let cell): if cell.value.id >= first { visit(cell) }
    case .array(let elements): for element in elements { visitReferences(element) }
    case .dictionary(let entries): for entry in entries { visitReferences(entry.value) }
    case .tuple(let elements): for element in elements { visitReferences(element.value) }
    case .optional(let value?): visitReferences(value)
    case .enumeration(let value): for element in value.payload { visitReferences(element.value) }
    case .structure(let value): for field in value.fields { visitReferences(field.value) }
    case .native(let table as VariableTableValue):
      for entry in table.entries where entry.cell.value.id >= first { visit(entry.cell) }
    case .native(let definition as GraphDefValue): visit(definition.template)
    default: break
    }
  }

  /// An object's own variables and properties, as far as they hold something of the region.
  private mutating func visit(_ object: HeapObject) {
    guard seen.insert(ObjectIdentifier(object)).inserted else { return }
    for (_, field) in object.fields {
      switch field {
      case .variable(let cell): if cell.value.id >= first { visit(cell) }
      case .container(let entries):
        for entry in entries where entry.cell.value.id >= first { visit(entry.cell) }
      case .stored(let storage):
        guard let value = storage.value else { continue }
        if value.symbolicValues.contains(where: { $0.id >= first }) { visit(storage) } else { visitReferences(value) }
      }
    }
  }
}

extension Elaborator {
  /// Refuses an operand that only exists inside a differentiated function that has ended, such as one that a closure
  /// kept.
  func checkReach(_ call: BuiltinCall) throws {
    guard !endedRegions.isEmpty else { return }
    for value in (call.receiver?.symbolicValues ?? []) + call.arguments.flatMap(\.value.symbolicValues)
    where endedRegions.contains(where: { $0.contains(value.id) }) {
      throw error(
        "grad.escape",
        "this uses a tensor that a closure kept from inside a differentiated function; return it from there as an "
          + "auxiliary result", at: call.span)
    }
  }
}
