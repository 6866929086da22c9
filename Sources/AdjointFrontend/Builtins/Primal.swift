import AdjointIR

/// An argument that is differentiated: which tensors in it are, what the function gets while it is recorded, and the
/// structure that its derivative has.
indirect enum Primal {
  /// An object; its variables of the differentiated kind, as a state.
  case object(HeapObject, StateValue, [VariableCell])
  case tuple([(label: String?, primal: Primal)])
  case array([Primal])
  /// A state of which a part is differentiated, and the places of that part.
  case part(StateValue, [Int])
  /// Anything else that is made of tensors: a tensor, a state, a tree, a struct.
  case value(AbstractValue)

  /// Takes an argument apart. `seen` holds the variables that earlier arguments have, which count once. Without a filter a
  /// model is differentiated by its parameters, and a state by all of its leaves.
  init(
    _ value: AbstractValue, _ elaborator: Elaborator, wrt filter: FilterValue?, seen: inout Set<ObjectIdentifier>
  ) throws {
    switch value {
    case .object(let object):
      let walk = elaborator.graph(of: object)
      var graph = walk.graph
      var cells: [VariableCell] = []
      graph.variables = []
      for (variable, cell) in zip(walk.graph.variables, walk.cells)
      where try (filter ?? .kind("Param")).matches(variable) && seen.insert(ObjectIdentifier(cell)).inserted {
        graph.variables.append(variable)
        cells.append(cell)
      }
      self = .object(
        object, StateValue(graph: graph, values: cells.map(\.value), whole: walk.graph.variables), cells)
    case .tuple(let elements):
      var primals: [(label: String?, primal: Primal)] = []
      for element in elements {
        primals.append((element.label, try Primal(element.value, elaborator, wrt: filter, seen: &seen)))
      }
      self = .tuple(primals)
    case .array(let elements):
      var primals: [Primal] = []
      for element in elements { primals.append(try Primal(element, elaborator, wrt: filter, seen: &seen)) }
      self = .array(primals)
    case .native(let state as StateValue):
      let state = state.rooted
      guard let filter else {
        self = .value(.native(state))
        break
      }
      self = .part(state, try state.graph.variables.indices.filter { try filter.matches(state.graph.variables[$0]) })
    case .tensor, .native, .structure:
      guard filter == nil else {
        throw OpError(
          "grad.argnums", "a filter singles out variables of a model or a state, and this argument is \(value.summary)")
      }
      self = .value(value)
    default: throw value.mismatch("a differentiated argument", wanted: "a tensor, a model or a State")
    }
    for (name, leaf) in named where !leaf.type.dtype.isFloat {
      throw OpError(
        "grad.dtype",
        "only real numbers have derivatives, but \(name.map { "the variable \($0)" } ?? "an argument") is \(leaf.type)"
      )
    }
  }

  /// The tensors that are differentiated, in order, with a state's names.
  private var named: [(name: String?, value: Value)] {
    switch self {
    case .object(_, let state, _): zip(state.names, state.values).map { ($0, $1) }
    case .tuple(let elements): elements.flatMap(\.primal.named)
    case .array(let elements): elements.flatMap(\.named)
    case .part(let state, let places): places.map { (state.names[$0], state.values[$0]) }
    case .value(.native(let state as StateValue)): zip(state.names, state.values).map { ($0, $1) }
    case .value(let value): value.symbolicValues.map { (nil, $0) }
    }
  }

  /// The tensors that are differentiated, in order.
  var leaves: [Value] { named.map(\.value) }

  /// The variables that stand for leaves, each with its place among `leaves`.
  func cells(from start: Int = 0) -> [(cell: VariableCell, name: String, leaf: Int)] {
    switch self {
    case .object(_, let state, let cells):
      return cells.indices.map { (cells[$0], state.names[$0], start + $0) }
    case .tuple(let elements): return Self.cells(of: elements.map(\.primal), from: start)
    case .array(let elements): return Self.cells(of: elements, from: start)
    case .part, .value: return []
    }
  }

  private static func cells(
    of primals: [Primal], from start: Int
  ) -> [(cell: VariableCell, name: String, leaf: Int)] {
    var place = start
    var result: [(cell: VariableCell, name: String, leaf: Int)] = []
    for primal in primals {
      result += primal.cells(from: place)
      place += primal.leaves.count
    }
    return result
  }

  /// The argument with other tensors for its leaves; an object stays itself, its variables are written.
  func argument(_ values: inout ArraySlice<Value>) -> AbstractValue {
    switch self {
    case .object(let object, _, let cells):
      values.removeFirst(cells.count)
      return .object(object)
    case .tuple(let elements):
      return .tuple(elements.map { TupleElement($0.primal.argument(&values), label: $0.label) })
    case .array(let elements): return .array(elements.map { $0.argument(&values) })
    case .part(var state, let places):
      for place in places { state.values[place] = values.removeFirst() }
      return .native(state)
    case .value(let value): return value.replacingSymbolicValues(&values)
    }
  }

  /// A derivative in the argument's structure: a state for an object.
  func derivative(_ values: inout ArraySlice<Value>) -> AbstractValue {
    switch self {
    case .object(_, let state, let cells):
      let taken = Array(values.prefix(cells.count))
      values.removeFirst(cells.count)
      return .native(state.replacingSymbolicValues(taken))
    case .tuple(let elements):
      return .tuple(elements.map { TupleElement($0.primal.derivative(&values), label: $0.label) })
    case .array(let elements): return .array(elements.map { $0.derivative(&values) })
    case .part(let state, let places):
      let taken = Array(values.prefix(places.count))
      values.removeFirst(places.count)
      return .native(state.selecting(places).replacingSymbolicValues(taken))
    case .value(let value): return value.replacingSymbolicValues(&values)
    }
  }

  /// The tensors of a tangent for this argument, which has the structure of a derivative.
  func tangents(in value: AbstractValue) throws(OpError) -> [Value] {
    let own = leaves
    let tangents: [Value]
    switch (self, value) {
    case (.tuple(let elements), .tuple(let given)) where elements.count == given.count:
      var all: [Value] = []
      for (element, tangent) in zip(elements, given) { all += try element.primal.tangents(in: tangent.value) }
      return all
    case (.array(let elements), .array(let given)) where elements.count == given.count:
      var all: [Value] = []
      for (element, tangent) in zip(elements, given) { all += try element.tangents(in: tangent) }
      return all
    case (.object(_, let state, _), .native(let tangent as StateValue)):
      try requireSameNames(state.names, tangent.rooted.names, "jvp")
      tangents = tangent.rooted.values
    case (.part(let state, let places), .native(let tangent as StateValue)):
      try requireSameNames(state.selecting(places).names, tangent.rooted.names, "jvp")
      tangents = tangent.rooted.values
    case (.value(.native(let state as StateValue)), .native(let tangent as StateValue)):
      try requireSameNames(state.names, tangent.rooted.names, "jvp")
      tangents = tangent.rooted.values
    case (.value, _): tangents = value.symbolicValues
    default: throw value.mismatch("a tangent", wanted: "of its argument's structure")
    }
    guard tangents.map(\.type) == own.map(\.type) else {
      throw OpError(
        "jvp.tangents",
        "a tangent has its argument's shapes \(own.map(\.type)), but it has \(tangents.map(\.type))")
    }
    return tangents
  }
}
