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

  /// The instance of a type that fixes it: a model with one `init`, or an optimiser of such a model with a rule whose
  /// arguments all have defaults.
  func onlyInstance(of type: SwiftType, model: (SwiftType) throws -> AbstractValue?, at span: SourceSpan) throws
    -> AbstractValue
  {
    guard case .nominal(let name, let generics) = type, let declaration = declarations.types[name],
      declaration.kind == .class
    else {
      throw error("annotation.missing", "a parameter of type '\(type)' cannot be compiled", at: span)
    }
    guard name == "Optimizer", declaration.isLibrary, generics.count == 2 else {
      return try onlyInstance(of: declaration, generics, at: span)
    }
    let instance = try model(generics[0]) ?? onlyInstance(of: generics[0], model: { _ in nil }, at: span)
    guard let rule = declarations.types[generics[1].name] else { throw unknown(generics[1].name, "type", at: span) }
    guard try initialisers(rule, at: span).contains(where: { $0.parameters.allSatisfy { $0.defaultValue != nil } })
    else {
      throw error(
        "model.init",
        "the arguments of '\(rule.name)' are part of the code, but they are not known here; annotate the parameter: "
          + "@Like(Optimizer(\(generics[0])(…), \(rule.name)(…), wrt: Param.self))", at: span)
    }
    let made = try construct(generics[1], PendingArguments([]), Scope(parent: nil), expected: nil, at: span)
    let kind = SwiftType.nominal("VariableOf", [.nominal("ParamKind", []), .real(.float)])
    // Built by name, so that whichever initialiser the library gives it is chosen by label and type.
    let scope = Scope(parent: nil)
    scope.declare("model", heap.makeStorage("model", instance, isLet: true))
    scope.declare("rule", heap.makeStorage("rule", made, isLet: true))
    scope.declare("wrt", heap.makeStorage("wrt", .type(kind), isLet: true))
    let nodes = [(nil, "model"), (nil, "rule"), ("wrt", "wrt")].map { label, name in
      ArgumentNode(label: label, expression: Expression(.name(name, []), at: span))
    }
    return try construct(type, PendingArguments(nodes), scope, expected: nil, at: span)
  }
}
