import AdjointDiagnostics
import AdjointIR

extension Elaborator {
  /// The type that a type as written stands for.
  func resolve(_ node: TypeNode, _ scope: Scope) throws -> SwiftType {
    resolvingDepth += 1
    defer { resolvingDepth -= 1 }
    guard resolvingDepth < Limits.typeDepth else {
      throw error("name.circular", "this type is named after itself", at: node.span)
    }
    switch node.kind {
    case .array(let element): return .array(try resolve(element, scope))
    case .dictionary(let key, let value): return .dictionary(try resolve(key, scope), try resolve(value, scope))
    case .optional(let wrapped): return .optional(try resolve(wrapped, scope))
    case .tuple(let elements):
      if elements.isEmpty { return .void }
      return .tuple(try elements.map { .init(label: $0.label, type: try resolve($0.type, scope)) })
    case .function(let parameters, let result):
      return .function(parameters: try parameters.map { try resolve($0, scope) }, result: try resolve(result, scope))
    case .unsupported(let finding): throw finding
    case .named(let path, let arguments):
      let generics = try arguments.map { try resolve($0, scope) }
      if let type = try resolve(path, generics, scope, at: node.span) { return type }
      throw unknown(path.joined(separator: "."), "type", at: node.span)
    }
  }

  /// The type of a name, or nil where nothing is declared so.
  func resolve(_ path: [String], _ generics: [SwiftType], _ scope: Scope, at span: SourceSpan) throws -> SwiftType? {
    var path = path
    if path.first == "Swift", path.count > 1 { path.removeFirst() }
    var module: String?
    if path.count > 1, declarations.isModule(path[0], from: span.file) { module = path.removeFirst() }
    let name = path.joined(separator: ".")
    if module == nil, path.count == 1, let type = scope.genericArgument(name) { return type }
    if name == "Self", let enclosing = scope.enclosingType { return .nominal(enclosing, []) }
    // Names inside the enclosing types come first, innermost first.
    var enclosing = module == nil ? scope.enclosingType : nil
    while let owner = enclosing {
      if let type = declarations.types[owner + "." + name] { return .nominal(type.name, generics) }
      let declaration = declarations.types[owner] ?? declarations.builtinExtensions[owner]
      if path.count == 1, let alias = declaration?.typealiases[name] { return try resolve(alias, scope) }
      if path.count == 1, declaration?.genericParameters.contains(name) ?? false { return .any(name) }
      enclosing = owner.lastIndex(of: ".").map { String(owner[..<$0]) }
    }
    let types = declarations.tiers(declarations.typesByName[name], from: span.file, in: module)
    let aliases = declarations.tiers(declarations.typealiases[name], from: span.file, in: module)
    for tier in types.indices {
      if let type = try only(types[tier], name, at: span) {
        return type.kind == .protocol ? .any(type.name) : .nominal(type.name, generics)
      }
      if let alias = try only(aliases[tier], name, at: span) { return try resolve(alias.type, Scope(parent: nil)) }
    }
    if path.count > 1, let alias = declarations.alias(path[0], from: span.file),
      case .nominal(let owner, _) = try resolve(alias, Scope(parent: nil))
    {
      let nested = ([owner] + path.dropFirst()).joined(separator: ".")
      return declarations.types[nested].map { $0.kind == .protocol ? .any($0.name) : .nominal($0.name, generics) }
    }
    return builtinType(name, generics)
  }

  private func builtinType(_ name: String, _ generics: [SwiftType]) -> SwiftType? {
    if let type = IntegerType(rawValue: name) { return .integer(type) }
    if let scalar = Self.variableKinds[name] {
      // An optimiser's count is of the kind of its other slots.
      let kind = name == "OptCount" ? "OptState" : name
      return .nominal("VariableOf", [.nominal(kind + "Kind", []), scalar])
    }
    switch name {
    case "Float": return .real(.float)
    case "Double": return .real(.double)
    case "Bool": return .bool
    case "String": return .string
    case "Void": return .void
    case "Tensor": return .tensor(generics.first?.dtype)
    case "Array": return generics.first.map { .array($0) } ?? .nominal("Array", [])
    case "Optional": return generics.first.map { .optional($0) } ?? .nominal("Optional", [])
    case "Dictionary": return generics.count == 2 ? .dictionary(generics[0], generics[1]) : .nominal("Dictionary", [])
    case "VariableOf", "State", "GraphDef", "Dim", "Range", "ClosedRange": return .nominal(name, generics)
    case "Any", "AnyObject", "Module", "VariableKind", "VariableType", "Sendable", "TensorScalar",
      "BinaryFloatingPoint":
      return .any(name)
    case "PureDictionary": return .pureDictionary
    case "ModuleAtPath":
      return .tuple([
        .init(label: "path", type: .array(.nominal("PathComponent", []))), .init(label: "module", type: .any("Module")),
      ])
    default:
      if name.hasSuffix("Kind"), Self.variableKinds[String(name.dropLast(4))] != nil { return .nominal(name, []) }
      return builtins.types.contains(name) ? .nominal(name, generics) : nil
    }
  }

  /// The kinds of variables that the run time declares, with the type of their elements.
  private static let variableKinds: [String: SwiftType] = [
    "Param": .real(.float), "BatchStat": .real(.float), "Cache": .real(.float), "Intermediate": .real(.float),
    "Perturbation": .real(.float), "RngKey": .integer(.uint32), "RngCount": .integer(.uint32),
    "OptState": .real(.float), "OptCount": .integer(.int32),
  ]

  /// The kind of variable that a type such as `Param` declares (`VariableOf<ParamKind, Float>`); nil for other types.
  func variableKind(_ type: SwiftType) -> (kind: String, dtype: DType)? {
    guard case .nominal("VariableOf", let arguments) = type, arguments.count == 2, let dtype = arguments[1].dtype
    else { return nil }
    let name = arguments[0].name.split(separator: ".").last.map(String.init) ?? arguments[0].name
    return (name.hasSuffix("Kind") && name.count > 4 ? String(name.dropLast(4)) : name, dtype)
  }

  /// The type of a value, as far as it matters for literals and overloads.
  func type(of value: AbstractValue) -> SwiftType {
    switch value {
    case .void: .void
    case .integer(_, let type): .integer(type)
    case .real(_, let type): .real(type)
    case .bool: .bool
    case .string: .string
    case .tensor(let tensor):
      if !tensor.isScalar {
        .tensor(tensor.type.dtype)
      } else {
        switch tensor.type.dtype {
        case .f32: .real(.float)
        case .f64: .real(.double)
        case .i32: .integer(.int32)
        case .i64: .integer(.int64)
        case .u32: .integer(.uint32)
        case .bool: .bool
        }
      }
    case .array(let elements): elements.first.map { .array(type(of: $0)) } ?? .nominal("Array", [])
    case .dictionary(let entries):
      entries.first.map { .dictionary(type(of: $0.key), type(of: $0.value)) } ?? .nominal("Dictionary", [])
    case .tuple(let elements): .tuple(elements.map { .init(label: $0.label, type: type(of: $0.value)) })
    case .optional(let value): value.map { .optional(type(of: $0)) } ?? .nominal("Optional", [])
    case .range(_, _, let isClosed): .nominal(isClosed ? "ClosedRange" : "Range", [.integer(.int)])
    case .enumeration(let value): .nominal(value.declaration.name, [])
    case .structure(let value): .nominal(value.declaration.name, value.genericArguments)
    case .object(let object): .nominal(object.declaration.name, object.genericArguments)
    case .variable(let cell):
      .nominal("VariableOf", [.nominal(cell.kind + "Kind", []), .any(cell.type.dtype.swiftName)])
    case .function: .any("(function)")
    case .type(let type): .any("\(type).Type")
    case .implicitMember: .any("(implicit member)")
    case .native(let value): .nominal(value.typeName, [])
    }
  }

  /// The declaration whose members a value has; nil for values that only builtins know.
  func declaration(of value: AbstractValue) -> TypeDeclaration? {
    switch value {
    case .enumeration(let value): value.declaration
    case .structure(let value): value.declaration
    case .object(let object): object.declaration
    default: declarations.builtinExtensions[value.typeName]
    }
  }

  /// The type, then the protocols that it conforms to, nearest first.
  func lineage(_ type: TypeDeclaration?) -> [TypeDeclaration] {
    guard let type else { return [] }
    var result = [type]
    var index = 0
    while index < result.count {
      for parent in result[index].inherits {
        guard case .named(let path, _) = parent.kind else { continue }
        let name = path.joined(separator: ".")
        guard let found = declarations.type(name, from: result[index].span.file), found.kind == .protocol,
          !result.contains(where: { $0 === found })
        else { continue }
        result.append(found)
      }
      index += 1
    }
    return result
  }

  /// The finding for a name that nothing declares, with the nearest declared one.
  func unknown(_ name: String, _ what: String, at span: SourceSpan) -> Finding {
    if later.contains(name) {
      return error("name.unknown", "'\(name)' is not part of Adjoint yet", at: span)
    }
    var message = "no \(what) '\(name)' is declared in these files or built in"
    if let near = nearest(to: name) { message += "; did you mean '\(near)'?" }
    return error("name.unknown", message, at: span)
  }

  private func nearest(to name: String) -> String? {
    let known =
      Array(declarations.functions.keys) + Array(declarations.types.keys) + Array(declarations.globals.keys)
      + Array(builtins.functions.keys) + Array(builtins.types)
    let limit = name.count < 4 ? 1 : 2
    return known.map { ($0, editDistance($0, name)) }.filter { $0.1 <= limit && $0.0 != name }
      .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }
}

/// The number of inserted, removed and replaced characters between two names.
func editDistance(_ left: String, _ right: String) -> Int {
  let (a, b) = (Array(left.utf8), Array(right.utf8))
  if abs(a.count - b.count) > 2 { return 3 }
  var row = Array(0...b.count)
  for i in 0..<a.count {
    var diagonal = row[0]
    row[0] = i + 1
    for j in 0..<b.count {
      let cost = min(diagonal + (a[i] == b[j] ? 0 : 1), row[j] + 1, row[j + 1] + 1)
      diagonal = row[j + 1]
      row[j + 1] = cost
    }
  }
  return row[b.count]
}

/// What JAX and Flax have and Adjoint not yet: a nearest name would mislead (`map` for `vmap`).
private let later: Set<String> = [
  "vmap", "pmap", "scan", "remat", "checkpoint", "cond", "switchCase", "whileLoop", "foriLoop", "customVJP",
  "customJVP",
  "jacobianForward", "jacobianReverse", "hessian", "evalShape", "checkGrads", "LoRA", "LoRALinear", "LinearGeneral",
  "Einsum", "Conv", "ConvTranspose", "maxPool", "minPool", "avgPool", "SpectralNorm", "WeightNorm",
  "MultiHeadAttention", "LSTMCell", "OptimizedLSTMCell", "GRUCell", "SimpleCell", "RNN", "Bidirectional", "PReLU",
]
