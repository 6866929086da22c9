import AdjointDiagnostics
import AdjointIR

extension Elaborator {
  /// The instance of a model that has a single possible `init`: without parameters, or with an `Rngs` alone.
  func onlyInstance(of type: TypeDeclaration, _ generics: [SwiftType] = [], at span: SourceSpan) throws
    -> AbstractValue
  {
    let initialisers = try initialisers(type, at: span)
    let instance = SwiftType.nominal(type.name, generics)
    guard type.name != "Rngs" else {
      throw error(
        "model.init", "the streams of this Rngs are not known; annotate it: @Like(Rngs(0))", at: span)
    }
    guard initialisers.count == 1, let only = initialisers.first else {
      throw error(
        "model.init",
        "'\(instance)' has \(initialisers.count) initialisers, so its structure is not known; annotate the parameter with "
          + "an instance: @Like(\(type.name)(…))", at: span)
    }
    var values: [Argument] = []
    for parameter in only.parameters {
      guard case .named(["Rngs"], _) = parameter.type.kind else {
        throw error(
          "model.init",
          "'\(instance)' needs '\(parameter.name)' in its 'init', so its structure is not known; annotate the parameter "
            + "with an instance: @Like(\(type.name)(…))", at: span,
          notes: [.init("the initialiser", at: only.span)])
      }
      let rngs = try construct(.nominal("Rngs", []), values: [Argument(.int(0), span: span)], at: span)
      values.append(Argument(rngs, label: parameter.label, span: span))
    }
    return try construct(instance, values: values, at: span)
  }

  /// The instance of a type that fixes it: a model with one `init`, or an optimiser of such a model.
  ///
  /// An optimiser's real hyper-parameters are not part of the code: `property` makes a run-time scalar of each, which a
  /// call reads from its own argument. What else the rule stores has its default and is checked at the call.
  func onlyInstance(
    of type: SwiftType, model: (SwiftType) throws -> AbstractValue?,
    property: ([PathComponent], RealType) -> AbstractValue, at span: SourceSpan
  ) throws -> AbstractValue {
    guard case .nominal(let name, let generics) = type, let declaration = declarations.types[name],
      declaration.kind == .class
    else {
      throw error("annotation.missing", "a parameter of type '\(type)' cannot be compiled", at: span)
    }
    guard name == "Optimizer", declaration.isLibrary, generics.count == 2 else {
      return try onlyInstance(of: declaration, generics, at: span)
    }
    let instance =
      try model(generics[0]) ?? onlyInstance(of: generics[0], model: { _ in nil }, property: property, at: span)
    let made = try rule(generics[1], model: generics[0], at: span)
    let kind = SwiftType.nominal("VariableOf", [.nominal("ParamKind", []), .real(.float)])
    // Built by name, so that whichever initialiser the library gives it is chosen by label and type.
    let scope = Scope(parent: nil)
    scope.declare("model", heap.makeStorage("model", instance, isLet: true))
    let rule = withRunTimeNumbers(made, at: [.name("rule")], property)
    scope.declare("rule", heap.makeStorage("rule", rule, isLet: true))
    scope.declare("wrt", heap.makeStorage("wrt", .type(kind), isLet: true))
    let nodes = [(nil, "model"), (nil, "rule"), ("wrt", "wrt")].map { label, name in
      ArgumentNode(label: label, expression: Expression(.name(name, []), at: span))
    }
    return try construct(type, PendingArguments(nodes), scope, expected: nil, at: span)
  }

  /// The Swift that makes the only instance of a model.
  func exampleText(of type: SwiftType, at span: SourceSpan) throws -> String {
    guard let declaration = declarations.types[type.name] else { throw unknown(type.name, "type", at: span) }
    let parameters = try initialisers(declaration, at: span).first?.parameters ?? []
    return "\(type)(\(parameters.map { labelText($0) + "Rngs(0)" }.joined(separator: ", ")))"
  }

  /// The Swift that makes what `rule` makes.
  func ruleText(of type: SwiftType, at span: SourceSpan) throws -> String {
    let arguments = try ruleArguments(type, at: span) ?? []
    return "\(type)(\(arguments.map { labelText($0.0) + "1" }.joined(separator: ", ")))"
  }

  private func labelText(_ parameter: ParameterNode) -> String { parameter.label.map { "`\($0)`: " } ?? "" }

  /// The arguments without a default, all of them real numbers, of the first initialiser of which they are.
  private func ruleArguments(_ type: SwiftType, at span: SourceSpan) throws -> [(ParameterNode, RealType)]? {
    guard let declaration = declarations.types[type.name] else { throw unknown(type.name, "type", at: span) }
    for initialiser in try initialisers(declaration, at: span) {
      let required = initialiser.parameters.filter { $0.defaultValue == nil }
      let types = try required.map { try resolve($0.type, Scope(parent: nil)) }
      let reals = zip(required, types).compactMap { parameter, type -> (ParameterNode, RealType)? in
        guard case .real(let real) = type else { return nil }
        return (parameter, real)
      }
      if reals.count == required.count { return reals }
    }
    return nil
  }

  /// A rule of which every argument but real numbers has its default.
  private func rule(_ type: SwiftType, model: SwiftType, at span: SourceSpan) throws -> AbstractValue {
    guard let declaration = declarations.types[type.name] else { throw unknown(type.name, "type", at: span) }
    if let arguments = try ruleArguments(type, at: span) {
      let values = arguments.map { Argument(.real(1, $1), label: $0.label, span: span) }
      return try construct(type, values: values, at: span)
    }
    throw error(
      "model.init",
      "the arguments of '\(declaration.name)' are part of the code, but they are not known here; annotate the parameter: "
        + "@Like(Optimizer(\(model)(…), \(declaration.name)(…), wrt: Param.self))", at: span)
  }

  /// The same structure with a run-time scalar in place of every real number that a call can read.
  private func withRunTimeNumbers(
    _ value: AbstractValue, at path: [PathComponent], _ property: ([PathComponent], RealType) -> AbstractValue
  ) -> AbstractValue {
    switch value {
    case .real(_, let type): return property(path, type)
    case .structure(var structure):
      structure.fields = structure.fields.map { name, field in
        guard structure.declaration.isReadable(name) else { return (name, field) }
        return (name, withRunTimeNumbers(field, at: path + [.name(name)], property))
      }
      return .structure(structure)
    default: return value
    }
  }
}
