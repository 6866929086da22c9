import AdjointDiagnostics
import AdjointIR

/// grad, valueAndGrad, vjp and jvp. Each records the function as the region of a `Differentiate`.
extension BuiltinTable {
  mutating func addDifferentiation() {
    for (name, wantsValue) in [("grad", false), ("valueAndGrad", true)] {
      function(name) { elaborator, call in
        let (function, given, options) = try DerivativeOptions.read(call, name: name)
        let apply: BuiltinBody = { elaborator, call in
          try elaborator.gradient(of: function, call.arguments, options, wantsValue: wantsValue, call)
        }
        guard let given else { return .function(FunctionValue(native: name, apply)) }
        var inner = call
        inner.arguments = given
        return try apply(elaborator, inner)
      }
    }
    function("vjp") { elaborator, call in try elaborator.vjp(call) }
    function("jvp") { elaborator, call in try elaborator.jvp(call) }
  }
}

/// What a derivative is taken of, besides the function.
struct DerivativeOptions {
  /// Which arguments are differentiated.
  var positions: [Int] = [0]
  /// Whether one derivative is given by itself rather than in a tuple.
  var isSingle = true
  /// Whether a function whose value may itself be a tuple returns a second value that is passed on.
  var hasAux = false
  /// Which variables of a model or leaves of a state are differentiated; nil for a model's parameters and all of a state.
  var filter: FilterValue?
  /// The same for single arguments: `.first(.pathContains("bias"))`.
  var filters: [Int: FilterValue] = [:]

  /// Reads `grad(f, …)`, whose result is a function, or `grad(model, …) { … }`, which applies it at once.
  static func read(
    _ call: BuiltinCall, name: String
  ) throws(OpError) -> (function: AbstractValue, arguments: [Argument]?, options: DerivativeOptions) {
    var options = DerivativeOptions()
    var unlabelled: [Argument] = []
    for argument in call.arguments {
      switch argument.label {
      case nil: unlabelled.append(argument)
      case "argnums": try options.readPositions(argument.value)
      case "hasAux": options.hasAux = try call.flag("hasAux")
      case "wrt": options.filter = try FilterValue(argument.value)
      case "aux", "withAux":
        options.hasAux = true
        unlabelled.append(argument)
      case let label?: throw OpError("call.arguments", "\(name) has no argument '\(label)'")
      }
    }
    guard let first = unlabelled.first, let last = unlabelled.last else {
      throw OpError("call.arguments", "\(name) needs a function")
    }
    if case .function = first.value, unlabelled.count == 1 { return (first.value, nil, options) }
    guard case .function = last.value else {
      throw last.value.mismatch("the last argument of \(name)", wanted: "a function")
    }
    return (last.value, Array(unlabelled.dropLast()), options)
  }

  private mutating func readPositions(_ value: AbstractValue) throws(OpError) {
    var elements = [value]
    if case .array(let several) = value { elements = several }
    if case .tuple(let several) = value { elements = several.map(\.value) }
    positions = []
    for element in elements {
      let (position, filter) = try Self.position(element)
      positions.append(position)
      filters[position] = filter
    }
    switch value {
    case .array, .tuple: isSingle = false
    default: isSingle = true
    }
    guard Set(positions).count == positions.count, !positions.isEmpty else {
      throw OpError("grad.argnums", "argnums names an argument twice, or none")
    }
  }

  private static func position(_ value: AbstractValue) throws(OpError) -> (Int, FilterValue?) {
    let name: String
    var filter: FilterValue?
    switch value {
    case .integer(let position, _): return (position, nil)
    case .implicitMember(let member, nil): name = member
    case .implicitMember(let member, let arguments?) where arguments.count == 1:
      name = member
      filter = try FilterValue(arguments[0].value)
    case .enumeration(let value): name = value.caseName
    default: throw value.mismatch("argnums", wanted: "a position such as .second")
    }
    let names = ["first", "second", "third", "fourth", "fifth", "sixth"]
    guard let position = names.firstIndex(of: name) else {
      throw OpError("grad.argnums", "argnums has no .\(name); positions are .first, .second, .third, …")
    }
    return (position, filter)
  }
}

extension Elaborator {
  /// The differentiated arguments taken apart.
  fileprivate func primals(
    _ arguments: [Argument], _ options: DerivativeOptions, name: String
  ) throws -> [(position: Int, primal: Primal)] {
    var seen: Set<ObjectIdentifier> = []
    var result: [(position: Int, primal: Primal)] = []
    for position in options.positions {
      guard arguments.indices.contains(position) else {
        throw OpError(
          "grad.argnums", "\(name): argument number \(position + 1) does not exist, there are \(arguments.count)")
      }
      let filter = options.filters[position] ?? options.filter
      result.append((position, try Primal(arguments[position].value, self, wrt: filter, seen: &seen)))
    }
    for (position, argument) in arguments.enumerated() where !options.positions.contains(position) {
      guard case .object(let object) = argument.value else { continue }
      let walk = graph(of: object)
      for (variable, cell) in zip(walk.graph.variables, walk.cells) where seen.contains(ObjectIdentifier(cell)) {
        throw OpError(
          "grad.aliasing",
          "\(name): the variable \(variable.name) of argument number \(position + 1) is differentiated as part of "
            + "another argument; give one of them as clone(…)")
      }
    }
    return result
  }

  /// `grad` and `valueAndGrad` applied.
  fileprivate func gradient(
    of function: AbstractValue, _ arguments: [Argument], _ options: DerivativeOptions, wantsValue: Bool,
    _ call: BuiltinCall
  ) throws -> AbstractValue {
    let primals = try primals(arguments, options, name: "grad")
    let leaves = primals.flatMap(\.primal.leaves)
    var auxiliary: AbstractValue?
    let recording = try record(function, arguments, primals: primals, call) { returned, writer in
      var loss = returned
      if case .tuple(let pair) = returned {
        guard pair.count == 2 else {
          throw OpError("grad.aux", "a function with an auxiliary result returns (loss, aux), not \(pair.count) values")
        }
        loss = pair[0].value
        auxiliary = pair[1].value
      }
      if let number = loss.asNumber { loss = .tensor(try writer.full(number, shape: [], dtype: .f32)) }
      guard case .tensor(let tensor) = loss else {
        throw OpError("grad.scalar", "a gradient needs a loss that is a real scalar, but it is \(loss.summary)")
      }
      return ([tensor.value], .tuple([TupleElement(loss), TupleElement(auxiliary ?? .void)]))
    }
    try checkLoss(recording, call)
    let op = Differentiate(.gradient, auxiliaries: recording.escaping.count)
    let results = try append(op, leaves, regions: [recording.region], at: call.span)
    var replacements: [Value: Value] = [:]
    replacements[recording.region.results[0]] = results[0]
    for (inner, outer) in zip(recording.escaping, results.dropFirst()) { replacements[inner] = outer }
    try commit(recording, replacements)

    var rest = results.suffix(leaves.count)[...]
    let derivatives = primals.map { $0.primal.derivative(&rest) }
    let gradients = options.isSingle ? derivatives[0] : .tuple(derivatives.map { TupleElement($0) })
    guard case .tuple(let output) = recording.output.replacing(replacements) else { return gradients }
    let loss = output[0].value
    guard auxiliary != nil else {
      return wantsValue ? .tuple([TupleElement(loss), TupleElement(gradients)]) : gradients
    }
    let aux = output[1].value
    guard wantsValue else { return .tuple([TupleElement(gradients), TupleElement(aux)]) }
    return .tuple([
      TupleElement(.tuple([TupleElement(loss), TupleElement(aux)])), TupleElement(gradients),
    ])
  }

  /// Refuses a loss that is not a real scalar, on the line that computes it.
  private func checkLoss(_ recording: Recording, _ call: BuiltinCall) throws {
    let loss = recording.region.results[0]
    guard !loss.type.shape.isEmpty || !loss.type.dtype.isFloat else { return }
    let origin = recording.region.operations.last { $0.results.contains(loss) }
    let message =
      "a gradient needs a loss that is a real scalar, but it is \(loss.type)"
      + (loss.type.dtype.isFloat ? "; take its mean() or sum()" : "; cast(to: Float.self) first")
    throw error("grad.scalar", message, at: origin?.span ?? call.span)
  }

  /// `vjp(f, x, …)`: the value, and a function from its cotangent to those of the arguments.
  fileprivate func vjp(_ call: BuiltinCall) throws -> AbstractValue {
    let (function, given, arguments) = try DerivativeOptions.functionFirst(call, name: "vjp")
    var options = given
    options.positions = Array(arguments.indices)
    let primals = try primals(arguments, options, name: "vjp")
    let leaves = primals.flatMap(\.primal.leaves)
    let recording = try recordOutputs(of: function, arguments, primals, options, call)

    // The value is computed here and now; each use of the pullback differentiates a copy of the same region.
    let results = builder.with(span: userSpan(call.span)) { builder.inline(recording.region, leaves) }
    try commit(recording, replacements(recording, results))
    var region = recording.region
    region.results = Array(region.results.prefix(recording.outputCount))
    let outputTypes = region.results.map(\.type)
    let pullback = FunctionValue(native: "pullback") { elaborator, call in
      try call.expect("_", in: "pullback")
      let cotangents = try call.required(nil).symbolicValues
      guard cotangents.map(\.type) == outputTypes else {
        throw OpError(
          "vjp.cotangents",
          "the pullback needs a cotangent of type \(outputTypes), got \(cotangents.map(\.type))")
      }
      let copy = elaborator.builder.copy(region)
      let derivatives = try elaborator.append(
        Differentiate(.reverse), leaves + cotangents, regions: [copy], at: call.span)
      var rest = derivatives.suffix(leaves.count)[...]
      let each = primals.map { $0.primal.derivative(&rest) }
      return each.count == 1 ? each[0] : .tuple(each.map { TupleElement($0) })
    }
    return assemble(recording, results, options, further: .function(pullback))
  }

  /// `jvp(f, x, tangent)`, or with several arguments `jvp(f, (x, y), (dx, dy))`: the value and its tangent.
  fileprivate func jvp(_ call: BuiltinCall) throws -> AbstractValue {
    var (function, options, rest) = try DerivativeOptions.functionFirst(call, name: "jvp")
    guard rest.count >= 2, rest.count % 2 == 0 else {
      throw OpError("call.arguments", "jvp needs a function, its arguments and as many tangents")
    }
    var tangents = Array(rest[(rest.count / 2)...]).map(\.value)
    var arguments = Array(rest[..<(rest.count / 2)])
    if arguments.count == 1, case .tuple(let several) = arguments[0].value, case .tuple(let given) = tangents[0],
      several.count == given.count
    {
      let span = arguments[0].span
      arguments = several.map { Argument($0.value, span: span) }
      tangents = given.map(\.value)
    }
    for index in arguments.indices { arguments[index].label = nil }
    options.positions = Array(arguments.indices)
    let primals = try primals(arguments, options, name: "jvp")
    let leaves = primals.flatMap(\.primal.leaves)
    var directions: [Value] = []
    for ((_, primal), tangent) in zip(primals, tangents) { directions += try primal.tangents(in: tangent) }
    let recording = try recordOutputs(of: function, arguments, primals, options, call)
    let op = Differentiate(.forward, auxiliaries: recording.escaping.count)
    let results = try append(op, leaves + directions, regions: [recording.region], at: call.span)
    try commit(recording, replacements(recording, results))
    var outputTangents = results.suffix(recording.outputCount)[...]
    guard case .tuple(let output) = recording.output else { return .void }
    let tangent = output[0].value.replacingSymbolicValues(&outputTangents)
    return assemble(recording, results, options, further: tangent)
  }

  /// Records a function with any real outputs, and an auxiliary result where the options say so.
  private func recordOutputs(
    of function: AbstractValue, _ arguments: [Argument], _ primals: [(position: Int, primal: Primal)],
    _ options: DerivativeOptions, _ call: BuiltinCall
  ) throws -> Recording {
    try record(function, arguments, primals: primals, call) { returned, _ in
      var output = returned
      var auxiliary = AbstractValue.void
      if options.hasAux {
        guard case .tuple(let pair) = returned, pair.count == 2 else {
          throw OpError(
            "grad.aux", "with an auxiliary result the function returns (value, aux), not \(returned.summary)")
        }
        output = pair[0].value
        auxiliary = pair[1].value
      }
      let values = output.symbolicValues
      guard !values.isEmpty else {
        throw OpError("grad.output", "the function must return tensors, but it returns \(output.summary)")
      }
      for value in values where !value.type.dtype.isFloat {
        throw OpError("grad.dtype", "only real numbers have derivatives, but an output is \(value.type)")
      }
      return (values, .tuple([TupleElement(output), TupleElement(auxiliary)]))
    }
  }

  /// What stands for a region's results outside it.
  private func replacements(_ recording: Recording, _ results: [Value]) -> [Value: Value] {
    Dictionary(zip(recording.region.results, results)) { first, _ in first }
  }

  /// (value, further), or ((value, aux), further).
  private func assemble(
    _ recording: Recording, _ results: [Value], _ options: DerivativeOptions, further: AbstractValue
  ) -> AbstractValue {
    guard case .tuple(let output) = recording.output.replacing(replacements(recording, results)) else { return further }
    let value =
      options.hasAux
      ? AbstractValue.tuple([TupleElement(output[0].value), TupleElement(output[1].value)]) : output[0].value
    return .tuple([TupleElement(value), TupleElement(further)])
  }
}

extension DerivativeOptions {
  /// Reads `vjp(f, arguments…)`, with the function first or last.
  fileprivate static func functionFirst(
    _ call: BuiltinCall, name: String
  ) throws(OpError) -> (function: AbstractValue, options: DerivativeOptions, arguments: [Argument]) {
    var options = DerivativeOptions()
    var rest: [Argument] = []
    for argument in call.arguments {
      switch argument.label {
      case "hasAux": options.hasAux = try call.flag("hasAux")
      case "wrt": options.filter = try FilterValue(argument.value)
      default: rest.append(argument)
      }
    }
    guard
      let place = rest.firstIndex(where: {
        if case .function = $0.value { return true }
        return false
      }), place == 0 || place == rest.count - 1
    else { throw OpError("call.arguments", "\(name) needs a function and its arguments") }
    let function = rest.remove(at: place).value
    guard !rest.isEmpty else { throw OpError("call.arguments", "\(name) needs the arguments of its function") }
    return (function, options, rest.map { Argument($0.value, span: $0.span) })
  }
}
