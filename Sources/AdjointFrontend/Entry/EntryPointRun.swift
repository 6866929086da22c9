import AdjointDiagnostics
import AdjointIR

/// The elaboration of an entry point for one choice of sizes.
final class EntryPointRun {
  let elaborator: Elaborator
  let function: FunctionDeclaration
  let sizes: [String: Int]

  private(set) var arguments: [EntryPoint.Argument] = []
  private(set) var returns: EntryPoint.Returns = .void
  private(set) var program: Program?

  private var parameters: [Program.Parameter] = []
  private var parameterValues: [Value] = []
  /// The object arguments, by argument number, as they were given.
  private var objects: [(argument: Int, object: HeapObject, graph: ObjectGraph)] = []
  /// The state arguments, whose buffers returned states may take.
  private var states: [(argument: Int, graph: ModelGraph, firstParameter: Int)] = []
  private var results: [Program.Result] = []
  private var resultValues: [Value] = []
  private var leaves = 0
  private var reused: Set<Int> = []
  /// Values below it that are not parameters belong to the example instances.
  private var firstOwnValue = 0
  private var typeScope = Scope(parent: nil)

  init(_ declarations: Declarations, _ function: FunctionDeclaration, sizes: [String: Int]) {
    elaborator = Elaborator(declarations, .standard())
    self.function = function
    self.sizes = sizes
  }

  /// Makes the arguments, runs the function on them, and gathers what it changed and returns.
  func elaborate() throws {
    for refusal in function.refusals { throw refusal }
    guard function.genericParameters.isEmpty else {
      throw Finding(
        "fence.generic-entry", "an entry point must not be generic: its types fix what is compiled", at: function.span)
    }
    guard !function.isStatic else {
      throw Finding(
        "fence.static-entry", "a static method cannot be an entry point; make it a free function", at: function.span)
    }
    guard function.access != "private", function.access != "fileprivate" else {
      throw Finding(
        "access.private", "generated code stands in another file, which does not see this function; make it internal",
        at: function.span)
    }
    typeScope = Scope(parent: nil, enclosingType: function.enclosingType)
    let receiver = try makeReceiver()
    let values = makeArguments()
    guard elaborator.findings.isEmpty else { return }
    firstOwnValue = elaborator.builder.nextValueID
    let value = try run(values, receiver)
    guard elaborator.findings.isEmpty else { return }
    gatherChanges()
    returns = try gather(value, name: "result", type: function.result.map { try elaborator.resolve($0, typeScope) })
    guard elaborator.findings.isEmpty else { return }
    finish()
  }

  private func run(_ values: [AbstractValue], _ receiver: AbstractValue?) throws -> AbstractValue {
    let bound = zip(function.parameters, values).map { parameter, value in
      let argument = Argument(value, label: parameter.label, span: parameter.span)
      return BoundArgument.value(argument)
    }
    elaborator.entryBody = true
    do {
      return try elaborator.invoke(function, bound, Scope(parent: nil), receiver: receiver, at: .none)
    } catch is Poisoned {
      return .void
    }
  }

  // MARK: Arguments

  private func makeReceiver() throws -> AbstractValue? {
    guard let enclosing = function.enclosingType else { return nil }
    guard let type = elaborator.declarations.types[enclosing], type.kind == .class else {
      throw Finding(
        "annotation.receiver", "an entry point that is a method belongs to a final class that conforms to Module",
        at: function.span)
    }
    guard case .object(let object) = try elaborator.onlyInstance(of: type, at: function.span) else { return nil }
    let example = try elaborator.exampleText(of: .nominal(enclosing, []), at: function.span)
    return addObject(
      object, label: nil, name: "self", typeText: enclosing, example: .expression(example), at: function.span)
  }

  /// The abstract arguments; every parameter that cannot be made is a finding.
  private func makeArguments() -> [AbstractValue] {
    var values: [AbstractValue] = []
    for parameter in function.parameters {
      do { values.append(try argument(parameter)) } catch let finding as Finding {
        elaborator.findings.append(finding)
      } catch let refusal as OpError {
        elaborator.findings.append(Finding(refusal.id, refusal.message, at: parameter.span))
      } catch {
        elaborator.findings.append(Finding("internal", "\(error)", at: parameter.span))
      }
    }
    return values
  }

  private func argument(_ parameter: ParameterNode) throws -> AbstractValue {
    let type = try elaborator.resolve(parameter.type, typeScope)
    let shape = parameter.attributes.first { $0.name == "Shape" }
    let like = parameter.attributes.first { $0.name == "Like" }
    let traced = parameter.attributes.first { $0.name == "Traced" }
    guard !parameter.type.isInout, !parameter.isVariadic else {
      throw Finding(
        "fence.inout-entry", "an entry point cannot have an 'inout' or variadic parameter; return the new value",
        at: parameter.span)
    }
    switch type {
    case .tensor(let dtype):
      guard let shape else {
        throw Finding(
          "annotation.missing",
          "the shape of '\(parameter.name)' is not known; annotate it: @Shape(…) \(parameter.name): \(type)",
          at: parameter.span)
      }
      guard let dtype else {
        throw Finding(
          "annotation.type", "'\(parameter.name)' needs its element type, as in Tensor<Float>", at: parameter.span)
      }
      return try tensor(parameter, shape, dtype)
    case .real, .integer, .bool:
      guard traced != nil else {
        throw Finding(
          "annotation.missing",
          "'\(parameter.name)' is a number that only a call knows; annotate it: @Traced \(parameter.name): \(type)",
          at: parameter.span)
      }
      guard let dtype = type.dtype, type != .integer(.int) else {
        throw Finding(
          "annotation.type", "a run-time scalar is a Float, a Double or an Int32, not \(type)", at: parameter.span)
      }
      let value = addParameter(TensorType.scalar(dtype), parameter.name, .argument(arguments.count))
      add(parameter, .scalar(dtype))
      return .tensor(SymbolicTensor(value, isScalar: true))
    case .nominal("GraphDef", let generics) where generics.count == 1:
      let object = try instance(of: generics[0], like, parameter)
      let graph = elaborator.graph(of: object)
      mark(graph)
      add(parameter, .graphDefinition(graph.graph), try exampleText(generics[0], like, parameter))
      return .native(GraphDefValue(template: object, graph: graph.graph))
    case .nominal("State", let generics) where generics.count == 1:
      let graph = elaborator.graph(of: try instance(of: generics[0], like, parameter)).graph
      let number = arguments.count
      states.append((number, graph, parameters.count))
      let values = graph.variables.indices.map { index in
        addParameter(
          graph.variables[index].type, graph.variables[index].name, .variable(argument: number, variable: index))
      }
      add(parameter, .state(graph), try exampleText(generics[0], like, parameter))
      return .native(StateValue(graph: graph, values: values))
    default:
      let object = try instance(of: type, like, parameter)
      return addObject(
        object, label: parameter.label, name: parameter.name, typeText: parameter.type.text,
        example: try exampleText(type, like, parameter), at: parameter.span)
    }
  }

  private func tensor(_ parameter: ParameterNode, _ shape: AttributeNode, _ dtype: DType) throws -> AbstractValue {
    var extents: [Int] = []
    var dimensions: [EntryPoint.Argument.Dimension] = []
    for argument in shape.arguments ?? [] {
      let (name, choices) = try elaborator.dimension(argument.expression)
      if choices.count == 1 {
        extents.append(choices[0])
        dimensions.append(.fixed(choices[0]))
      } else {
        extents.append(sizes[name] ?? choices[0])
        dimensions.append(.named(name))
      }
    }
    let type = TensorType(extents, dtype)
    try type.checkSize()
    let value = addParameter(type, parameter.name, .argument(arguments.count))
    add(parameter, .tensor(dtype, dimensions: dimensions))
    return .tensor(value)
  }

  /// The instance that a parameter is specialised for.
  private func instance(
    of type: SwiftType, _ like: AttributeNode?, _ parameter: ParameterNode
  ) throws -> HeapObject {
    if let example = like?.arguments?.first?.expression { return try instance(example, type) }
    // A state or a graph definition of the same model, annotated elsewhere in the signature, says it too.
    if let example = example(for: type) { return try instance(example, type) }
    guard case .nominal(let name, _) = type, elaborator.declarations.types[name]?.kind == .class else {
      throw Finding(
        "annotation.type",
        "'\(parameter.name)' is \(type), which a compiled function cannot take; it takes tensors, numbers, models, states "
          + "and graph definitions", at: parameter.span)
    }
    let made = try elaborator.onlyInstance(
      of: type,
      model: { [self] model in try example(for: model).map { .object(try instance($0, model)) } },
      property: { [self] path, type in
        let name = path.last?.description ?? parameter.name
        let value = addParameter(.scalar(type.dtype), name, .property(argument: arguments.count, path: path))
        elaborator.runTimeProperties.insert(value)
        return .tensor(SymbolicTensor(value, isScalar: true))
      }, at: parameter.span)
    guard case .object(let object) = made else {
      throw Finding("annotation.type", "'\(parameter.name)' must be an object", at: parameter.span)
    }
    return object
  }

  /// How Swift makes what `instance` made.
  private func exampleText(
    _ type: SwiftType, _ like: AttributeNode?, _ parameter: ParameterNode
  ) throws -> EntryPoint.Example {
    if let text = like?.firstText ?? annotation(for: type)?.firstText { return .expression(text) }
    if case .nominal("Optimizer", let generics) = type, generics.count == 2,
      elaborator.declarations.types["Optimizer"]?.isLibrary == true
    {
      let model =
        try annotation(for: generics[0])?.firstText ?? elaborator.exampleText(of: generics[0], at: parameter.span)
      let rule = try elaborator.ruleText(of: generics[1], at: parameter.span)
      return .optimizer(model: model, rule: rule, ruleType: "\(generics[1])")
    }
    return .expression(try elaborator.exampleText(of: type, at: parameter.span))
  }

  /// The expression of a `@Like` on another parameter of the same model.
  private func example(for model: SwiftType) -> Expression? { annotation(for: model)?.arguments?.first?.expression }

  /// The `@Like` with an expression on another parameter of the same model.
  private func annotation(for model: SwiftType) -> AttributeNode? {
    for parameter in function.parameters {
      guard let type = try? elaborator.resolve(parameter.type, typeScope) else { continue }
      let isOf: Bool =
        switch type {
        case model: true
        case .nominal("GraphDef", [model]), .nominal("State", [model]): true
        default: false
        }
      guard isOf else { continue }
      for attribute in parameter.attributes where attribute.name == "Like" {
        if attribute.arguments?.first != nil { return attribute }
      }
    }
    return nil
  }

  private func instance(_ example: Expression, _ type: SwiftType) throws -> HeapObject {
    let value = try elaborator.evaluate(example, Scope(parent: nil), expected: type)
    guard case .object(let object) = value, elaborator.matches(value, type) != nil else {
      throw elaborator.error(
        "annotation.like", "this is \(value.summary), but the parameter is of \(type)", at: example.span)
    }
    return object
  }

  private func addObject(
    _ object: HeapObject, label: String?, name: String, typeText: String, example: EntryPoint.Example,
    at span: SourceSpan
  ) -> AbstractValue {
    let graph = elaborator.graph(of: object)
    mark(graph)
    let number = arguments.count
    for (index, cell) in graph.cells.enumerated() {
      let variable = graph.graph.variables[index]
      let value = addParameter(variable.type, variable.name, .variable(argument: number, variable: index))
      // The types agree, since the cell's type never changes.
      try? elaborator.heap.write(value, to: cell)
    }
    objects.append((number, object, graph))
    arguments.append(
      EntryPoint.Argument(
        label: label, name: name, typeText: typeText, kind: .object(graph.graph), example: example))
    refuseHidden(graph, at: span)
    return .object(object)
  }

  private func mark(_ graph: ObjectGraph) {
    for object in graph.objects { elaborator.argumentObjects.insert(ObjectIdentifier(object)) }
    elaborator.findings += graph.problems.map { problem in
      var finding = problem
      if !elaborator.declarations.isOwn(problem.span.file) { finding.span = function.span }
      return finding
    }
  }

  /// Generated code reaches variables by their properties, from another file.
  private func refuseHidden(_ graph: ObjectGraph, at span: SourceSpan) {
    for (object, entry) in zip(graph.objects, graph.graph.objects) {
      for property in object.declaration.stored where !object.declaration.isReadable(property.name) {
        let path = entry.path + [.name(property.name)]
        let hidesVariable = graph.graph.variables.contains { $0.path.starts(with: path) }
        let hidesObject = graph.graph.objects.contains { $0.path.starts(with: path) }
        guard !object.declaration.isLibrary, hidesVariable || hidesObject || hasText(property.name, of: object) else {
          continue
        }
        let (place, access) =
          elaborator.declarations.isOwn(property.span.file) ? ("file", "internal") : ("module", "public")
        elaborator.findings.append(
          Finding(
            "access.private",
            "generated code stands in another \(place), where it must check or reach '\(property.name)'; make it \(access)",
            at: property.span))
      }
    }
  }

  private func hasText(_ name: String, of object: HeapObject) -> Bool {
    guard case .stored(let storage)? = object[name], let value = storage.value else { return false }
    return value.staticText != nil
  }

  private func addParameter(_ type: TensorType, _ name: String, _ source: ParameterSource) -> Value {
    let value = elaborator.builder.makeValue(type)
    parameters.append(Program.Parameter(name: name, source: source))
    parameterValues.append(value)
    return value
  }

  private func add(
    _ parameter: ParameterNode, _ kind: EntryPoint.Argument.Kind, _ example: EntryPoint.Example? = nil
  ) {
    arguments.append(
      EntryPoint.Argument(
        label: parameter.label, name: parameter.name, typeText: parameter.type.text, kind: kind, example: example))
  }

  // MARK: Results

  /// Changed variables of object arguments become results; a changed structure is refused.
  private func gatherChanges() {
    for (argument, object, before) in objects {
      let after = elaborator.graph(of: object)
      let isSame =
        after.graph == before.graph && zip(after.cells, before.cells).allSatisfy { $0 === $1 }
        && zip(after.objects, before.objects).allSatisfy { $0 === $1 }
      guard isSame else {
        refuseStructureChange(before, argument)
        continue
      }
      for (index, cell) in before.cells.enumerated() {
        guard
          let parameter = parameters.firstIndex(where: { $0.source == .variable(argument: argument, variable: index) }),
          cell.value != parameterValues[parameter]
        else { continue }
        reused.insert(parameter)
        results.append(
          Program.Result(
            name: before.graph.variables[index].name, destination: .variable(argument: argument, variable: index),
            reuses: parameter))
        resultValues.append(cell.value)
      }
    }
  }

  private func refuseStructureChange(_ before: ObjectGraph, _ argument: Int) {
    let places = before.objects.flatMap { object in
      elaborator.structureWrites.filter { $0.key.hasPrefix("\(object.serial).") && $0.value != .none }.map(\.value)
    }
    .filter { !elaborator.declarations.isLibrary($0.file) }
    elaborator.findings.append(
      Finding(
        "assign.structure",
        "this changes the structure of '\(arguments[argument].name)' (a static attribute, a sub-model or what is shared), "
          + "which a compiled call cannot carry out; only variables may change", at: places.max() ?? function.span))
  }

  /// The structure of a returned value; its tensors become results.
  private func gather(_ value: AbstractValue, name: String, type: SwiftType?) throws -> EntryPoint.Returns {
    switch value {
    case .void: return .void
    case .tensor(let tensor):
      return .tensor(
        tensor.type, leaf: addLeaf(tensor.value, elaborator.nameHints[tensor.value.id] ?? name, reuses: nil))
    case .tuple(let elements):
      var types: [SwiftType?] = Array(repeating: nil, count: elements.count)
      if case .tuple(let written)? = type, written.count == elements.count { types = written.map(\.type) }
      var labels = elements.map(\.label)
      if case .tuple(let written)? = type, written.count == elements.count { labels = written.map(\.label) }
      return .tuple(
        try elements.indices.map { index in
          let element = try gather(elements[index].value, name: labels[index] ?? "\(name)_\(index)", type: types[index])
          return .init(label: labels[index], value: element)
        })
    case .native(let state as StateValue):
      guard state.prefix.isEmpty else { break }
      let leaves = zip(state.graph.variables, state.values).map { variable, value in
        addLeaf(value, variable.name, reuses: reusable(variable, state.graph))
      }
      return .state(state.graph, typeText: "State<\(state.graph.typeName)>", leaves: leaves)
    case .native(let graphdef as GraphDefValue):
      return .graphDefinition(graphdef.graph, typeText: "GraphDef<\(graphdef.graph.typeName)>")
    case .object(let object):
      if let known = objects.first(where: { $0.object === object }) { return .argument(known.argument) }
      throw elaborator.error(
        "return.object",
        "a compiled function cannot return a new object; return split(…), or change the object that was given",
        at: function.result?.span ?? function.span)
    case .integer(let number, _):
      if let dtype = type?.dtype { return try constant(Double(number), dtype, name) }
    case .real(let number, _):
      if let dtype = type?.dtype { return try constant(number, dtype, name) }
    default: break
    }
    throw elaborator.error(
      "return.type",
      "a compiled function cannot return \(value.summary); it returns tensors, states, graph definitions and tuples of them",
      at: function.result?.span ?? function.span)
  }

  private func constant(_ number: Double, _ dtype: DType, _ name: String) throws -> EntryPoint.Returns {
    let value = try elaborator.emit(Constant(Literal(scalar: number, dtype)), at: function.span)
    return .tensor(value.type, leaf: addLeaf(value, name, reuses: nil))
  }

  private func addLeaf(_ value: Value, _ name: String, reuses: Int?) -> Int {
    defer { leaves += 1 }
    results.append(Program.Result(name: name, destination: .returned(leaf: leaves), reuses: reuses))
    resultValues.append(value)
    return leaves
  }

  /// The parameter whose buffer a returned variable may take: the same variable of a state that was given.
  private func reusable(_ variable: ModelGraph.Variable, _ graph: ModelGraph) -> Int? {
    for state in states where state.graph.typeName == graph.typeName {
      for (index, candidate) in state.graph.variables.enumerated()
      where candidate.path == variable.path && candidate.type == variable.type {
        let parameter = state.firstParameter + index
        if reused.insert(parameter).inserted { return parameter }
      }
    }
    return nil
  }

  private func finish() {
    var operations = elaborator.builder.takeOperations()
    for index in operations.indices { rename(&operations[index]) }
    operations = neededOperations(operations, for: resultValues)
    // What an `init` computed is another model's at run time, unless it is in a variable.
    for operation in operations where operation.results.contains(where: { $0.id < firstOwnValue }) {
      elaborator.findings.append(
        Finding(
          "variable.kind",
          "this tensor is made in a model's 'init' and used without being a variable, so its value at run time is not "
            + "known here; hold it in a property with a kind (@Param, @Cache, or a kind of your own)",
          at: operation.span == .none ? function.span : operation.span))
    }
    program = Program(
      name: function.name, parameters: parameters, results: results,
      body: Region(parameters: parameterValues, operations: operations, results: resultValues),
      nextValueID: elaborator.builder.nextValueID)
  }

  private func rename(_ operation: inout Operation) {
    if let first = operation.results.first, let name = elaborator.nameHints[first.id] { operation.name = name }
    for region in operation.regions.indices {
      for inner in operation.regions[region].operations.indices { rename(&operation.regions[region].operations[inner]) }
    }
  }
}
