import AdjointIR

/// Swift that calls one entry point as the user's program would, on numbers from a file.
///
/// Arguments come in the order of the program's parameters, results go in the order of its results.
struct EagerSource {
  let entry: EntryPoint
  /// Distinguishes its names from those of other entry points.
  let number: Int

  /// A file of the harness: a function for each specialisation, and those that make its models.
  var text: String {
    var text = "import Adjoint\n"
    for (index, argument) in entry.arguments.enumerated() {
      guard let graph = argument.kind.graph else { continue }
      switch argument.example {
      case .expression(let expression): text += function("model\(index)", graph.typeName, expression)
      case .optimizer(let model, let rule, let ruleType):
        text += function("rule\(index)", ruleType, rule)
        text += function(
          "model\(index)", graph.typeName, "Optimizer(\n\(model)\n, rule, wrt: Param.self)", "_ rule: \(ruleType)")
      case nil: break
      }
    }
    for place in entry.specialisations.indices { text += call(place) }
    return text
  }

  /// The name of a function of the harness.
  func name(_ suffix: String) -> String { "adjointEager\(number)_\(suffix)" }

  private func function(_ suffix: String, _ type: String, _ expression: String, _ parameter: String = "") -> String {
    "\nfunc \(name(suffix))(\(parameter)) -> \(type) {\n\(expression)\n}\n"
  }

  private func call(_ place: Int) -> String {
    let program = entry.specialisations[place].program
    var lines: [String] = []
    for (index, value) in program.body.parameters.enumerated() {
      lines.append("let p\(index) = file.tensor(\(value.type.shape), \(value.type.dtype.swiftName).self)")
    }
    for index in entry.arguments.indices { lines += argument(index, program) }
    var leaves: [Int: String] = [:]
    let checks = gather(entry.returns, "result", &leaves)
    lines.append((entry.returns == .void ? "" : "let result = ") + "try " + callExpression)
    lines += checks
    var changed: Set<ResultDestination> = []
    for (result, value) in zip(program.results, program.body.results) {
      changed.insert(result.destination)
      let found =
        switch result.destination {
        case .returned(let leaf): leaves[leaf] ?? "missing"
        case .variable(let argument, let variable): "v\(argument)[\(variable)].value"
        }
      lines.append("try file.write(\(found), \(typeText(value.type)), \(result.name.debugDescription))")
    }
    for (index, parameter) in program.parameters.enumerated() {
      guard case .variable(let argument, let variable) = parameter.source,
        case .object = entry.arguments[argument].kind,
        !changed.contains(.variable(argument: argument, variable: variable))
      else { continue }
      lines.append(
        "try file.same(v\(argument)[\(variable)].value, as: p\(index).erased, \(parameter.name.debugDescription))")
    }
    return "\nfunc \(name("\(place)"))(_ file: AdjointEagerFile) throws {\n"
      + lines.map { "  \($0)\n" }.joined() + "}\n"
  }

  /// Makes argument number `index` of the parameters `p…`.
  private func argument(_ index: Int, _ program: Program) -> [String] {
    let argument = entry.arguments[index]
    var values: [Int] = []
    var properties: [String] = []
    var whole = 0
    for (number, parameter) in program.parameters.enumerated() {
      switch parameter.source {
      case .variable(index, _): values.append(number)
      case .property(index, let path):
        let steps = path.dropFirst().map(\.description).joined(separator: ".")
        properties.append("try adjointEagerSet(&rule\(index), \\.\(steps), p\(number).scalar)")
      case .argument(index): whole = number
      default: break
      }
    }
    guard let graph = argument.kind.graph else {
      if case .scalar = argument.kind { return ["let a\(index) = p\(whole).scalar"] }
      return ["let a\(index) = p\(whole)"]
    }
    let outline = "[\(graph.variables.map { typeText($0.type, named: $0.name) }.joined(separator: ", "))]"
    let given = "[\(values.map { "p\($0).erased" }.joined(separator: ", "))]"
    var lines: [String] = []
    var model = "\(name("model\(index)"))()"
    if case .optimizer = argument.example {
      lines = ["var rule\(index) = \(name("rule\(index)"))()"] + properties
      model = "\(name("model\(index)"))(rule\(index))"
    }
    switch argument.kind {
    case .graphDefinition: lines.append("let a\(index) = GraphDef(of: \(model))")
    case .state: lines.append("let a\(index) = try adjointEagerState(\(model), \(outline), \(given))")
    default:
      lines.append("let a\(index) = \(model)")
      lines.append("let v\(index) = try adjointEagerVariables(a\(index), \(outline), \(given))")
    }
    return lines
  }

  private var callExpression: String {
    var receiver = ""
    var arguments: [String] = []
    for (index, argument) in entry.arguments.enumerated() {
      if entry.enclosingType != nil, argument.name == "self" {
        receiver = "a\(index)."
      } else {
        arguments.append((argument.label.map { "`\($0)`: " } ?? "") + "a\(index)")
      }
    }
    return "\(receiver)`\(entry.name)`(\(arguments.joined(separator: ", ")))"
  }

  /// The expression of each returned leaf; gives what must be checked first.
  private func gather(_ returns: EntryPoint.Returns, _ root: String, _ leaves: inout [Int: String]) -> [String] {
    switch returns {
    case .void, .graphDefinition, .argument: return []
    case .tensor(_, let leaf):
      leaves[leaf] = "\(root).erased"
      return []
    case .tuple(let elements):
      return elements.enumerated().flatMap { gather($1.value, "\(root).\($0)", &leaves) }
    case .state(let graph, _, let places):
      for (index, leaf) in places.enumerated() { leaves[leaf] = "\(root).values[\(index)]" }
      return ["try adjointEagerNames(\(root).names, \(graph.variables.map(\.name)))"]
    }
  }

  /// A literal such as `"f32[2, 3]"`, or with a name before it.
  private func typeText(_ type: TensorType, named name: String? = nil) -> String {
    ((name.map { "\($0) " } ?? "") + "\(type.dtype.rawValue)\(type.shape)").debugDescription
  }

  /// The file that all calls share.
  static let support = """
    import Adjoint
    import Foundation

    struct AdjointEagerMismatch: Error, CustomStringConvertible {
      var description: String
    }

    final class AdjointEagerFile {
      private let input: Data
      private var place = 0
      private(set) var output = Data()

      init(_ path: String) throws { input = try Data(contentsOf: URL(fileURLWithPath: path)) }

      func tensor<Scalar: TensorScalar>(_ shape: [Int], _ type: Scalar.Type) -> Tensor<Scalar> {
        Tensor(shape: shape) { target in
          let bytes = UnsafeMutableRawBufferPointer(target)
          input.copyBytes(to: bytes, from: place..<place + bytes.count)
          place += bytes.count
        }
      }

      func write(_ value: AnyTensor, _ type: String, _ name: String) throws {
        guard value.typeText == type else {
          throw AdjointEagerMismatch(description: "\\(name) is \\(value.typeText), \\(type) was expected")
        }
        value.withUnsafeBytes { output.append(contentsOf: $0) }
      }

      func same(_ value: AnyTensor, as before: AnyTensor, _ name: String) throws {
        let isSame =
          value.typeText == before.typeText
          && value.withUnsafeBytes { found in before.withUnsafeBytes { found.elementsEqual($0) } }
        guard isSame else {
          throw AdjointEagerMismatch(description: "\\(name) changes, which was not expected")
        }
      }
    }

    func adjointEagerNames(_ found: [String], _ expected: [String]) throws {
      guard found == expected else {
        throw AdjointEagerMismatch(description: "a model or state holds \\(found), \\(expected) was expected")
      }
    }

    func adjointEagerVariables<Model: Module>(
      _ model: Model, _ outline: [String], _ values: [AnyTensor]
    ) throws -> [Variable] {
      let found = iterVariables(model)
      try adjointEagerNames(
        found.map { path, variable in
          path.map(\\.description).joined(separator: ".") + " \\(variable.scalarType)\\(variable.shape)"
        }, outline)
      for (place, value) in zip(found, values) { place.variable.value = value }
      return found.map(\\.variable)
    }

    func adjointEagerState<Model: Module>(
      _ model: Model, _ outline: [String], _ values: [AnyTensor]
    ) throws -> State<Model> {
      let layout = GraphDef(of: model).layout
      try adjointEagerNames(layout.entries.map { "\\($0.name) \\($0.scalarType)\\($0.shape)" }, outline)
      return State(layout: layout, values: values)
    }

    func adjointEagerSet<Root, Value: BitwiseCopyable & Equatable>(
      _ root: inout Root, _ path: KeyPath<Root, Value>, _ value: Value
    ) throws {
      guard let offset = MemoryLayout<Root>.offset(of: path) else {
        throw AdjointEagerMismatch(description: "\\(path) is not stored in the rule itself")
      }
      withUnsafeMutableBytes(of: &root) { $0.storeBytes(of: value, toByteOffset: offset, as: Value.self) }
    }

    func adjointEagerMain(_ calls: [String: (AdjointEagerFile) throws -> Void]) {
      let words = CommandLine.arguments
      do {
        let file = try AdjointEagerFile(words[2])
        try calls[words[1]]!(file)
        try file.output.write(to: URL(fileURLWithPath: words[3]))
      } catch {
        FileHandle.standardError.write(Data("\\(error)\\n".utf8))
        exit(1)
      }
    }

    """
}

extension EntryPoint.Argument.Kind {
  /// The structure of what is passed; nil of tensors and scalars.
  fileprivate var graph: ModelGraph? {
    switch self {
    case .object(let graph), .graphDefinition(let graph), .state(let graph): graph
    case .tensor, .scalar: nil
    }
  }
}
