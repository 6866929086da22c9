import AdjointDiagnostics

/// Gathers what is outside the subset in all code that the entry points reach by name, before anything is run, so that
/// a user sees every such place at once. What other modules hold is judged when it is run.
struct Fence {
  let declarations: Declarations

  init(_ declarations: Declarations) { self.declarations = declarations }

  func findings() -> [Finding] {
    var walk = FenceWalk(declarations)
    for function in declarations.entryPoints { walk.enter(function) }
    walk.run()
    return walk.findings
  }
}

private struct FenceWalk {
  let declarations: Declarations
  var findings: [Finding] = []
  private var pending: [FunctionDeclaration] = []
  private var seen: Set<ObjectIdentifier> = []
  private var seenNames: Set<String> = []

  init(_ declarations: Declarations) { self.declarations = declarations }

  mutating func enter(_ function: FunctionDeclaration) {
    guard declarations.isOwn(function.span.file), seen.insert(ObjectIdentifier(function)).inserted else { return }
    pending.append(function)
  }

  mutating func run() {
    while let function = pending.popLast() {
      findings += function.refusals
      for parameter in function.parameters {
        visit(parameter.type)
        if let value = parameter.defaultValue { visit(value) }
        for attribute in parameter.attributes { visit(attribute.arguments ?? []) }
      }
      if let result = function.result { visit(result) }
      visit(function.body ?? [])
    }
  }

  /// A name that is mentioned may be any function, method, property or type of that name.
  private mutating func mention(_ name: String) {
    guard seenNames.insert(name).inserted else { return }
    for function in declarations.functions[name] ?? [] { enter(function) }
    for function in declarations.operators[name] ?? [] { enter(function) }
    visitInitialisers(declarations.globals[name])
    for property in declarations.computedGlobals[name] ?? [] { if let getter = property.getter { enter(getter) } }
    for type in declarations.types.values where declarations.isOwn(type.span.file) {
      if type.name == name || type.baseName == name { enter(type) }
    }
    for type in Array(declarations.types.values) + Array(declarations.builtinExtensions.values) {
      for method in (type.methods[name] ?? []) + (type.staticMethods[name] ?? []) { enter(method) }
      for property in (type.computed[name] ?? []) + (type.staticComputed[name] ?? []) {
        if let getter = property.getter { enter(getter) }
        if let setter = property.setter { enter(setter) }
      }
      visitInitialisers(type.staticStored[name])
    }
  }

  private mutating func visitInitialisers(_ properties: [StoredProperty]?) {
    for property in properties ?? [] where declarations.isOwn(property.span.file) {
      if let value = property.initialiser { visit(value) }
    }
  }

  /// A type that is mentioned may be made and called.
  private mutating func enter(_ type: TypeDeclaration) {
    findings += type.refusals
    for initialiser in type.initialisers { enter(initialiser) }
    for property in type.stored {
      if let type = property.type { visit(type) }
      if let value = property.initialiser { visit(value) }
    }
    for method in type.methods["callAsFunction"] ?? [] { enter(method) }
    for item in type.subscripts {
      if let getter = item.getter { enter(getter) }
      if let setter = item.setter { enter(setter) }
    }
  }

  private mutating func visit(_ type: TypeNode) {
    switch type.kind {
    case .named(let path, let arguments):
      for name in path { mention(name) }
      for argument in arguments { visit(argument) }
    case .array(let element), .optional(let element): visit(element)
    case .dictionary(let key, let value):
      visit(key)
      visit(value)
    case .tuple(let elements): for element in elements { visit(element.type) }
    case .function(let parameters, let result):
      for parameter in parameters { visit(parameter) }
      visit(result)
    case .unsupported(let finding): findings.append(finding)
    }
  }

  private mutating func visit(_ statements: [Statement]) {
    for statement in statements { visit(statement) }
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .binding(let bindings, _):
      for binding in bindings {
        visit(binding.pattern)
        if let type = binding.type { visit(type) }
        if let value = binding.initialiser { visit(value) }
        if let getter = binding.getter { visit(getter.body ?? []) }
      }
    case .function(let function): enter(function)
    case .type(let type): findings += type.refusals
    case .expression(let expression): visit(expression)
    case .return(let expression): if let expression { visit(expression) }
    case .if(let node): visit(node)
    case .guard(let conditions, let otherwise):
      visit(conditions)
      visit(otherwise)
    case .while(let conditions, let body, _):
      visit(conditions)
      visit(body)
    case .repeat(let body, let condition, _):
      visit(body)
      visit(condition)
    case .for(let node):
      visit(node.pattern)
      visit(node.sequence)
      if let filter = node.filter { visit(filter) }
      visit(node.body)
    case .switch(let node): visit(node)
    case .block(let body, _), .defer(let body): visit(body)
    case .break, .continue, .fallthrough, .throw: break
    case .unsupported(let finding): findings.append(finding)
    }
  }

  private mutating func visit(_ node: IfNode) {
    visit(node.conditions)
    visit(node.then)
    visit(node.otherwise ?? [])
  }

  private mutating func visit(_ node: SwitchNode) {
    visit(node.subject)
    for item in node.cases {
      for (pattern, filter) in item.items {
        visit(pattern)
        if let filter { visit(filter) }
      }
      visit(item.body)
    }
  }

  private mutating func visit(_ conditions: [Condition]) {
    for condition in conditions {
      switch condition {
      case .expression(let expression): visit(expression)
      case .optional(let pattern, let expression), .pattern(let pattern, let expression):
        visit(pattern)
        visit(expression)
      case .unsupported(let finding): findings.append(finding)
      }
    }
  }

  private mutating func visit(_ pattern: Pattern) {
    switch pattern.kind {
    case .wildcard, .binding: break
    case .tuple(let parts): for part in parts { visit(part.pattern) }
    case .enumCase(_, let parts): for part in parts ?? [] { visit(part.pattern) }
    case .some(let inner): visit(inner)
    case .isType(let type): visit(type)
    case .asType(let inner, let type):
      visit(inner)
      visit(type)
    case .expression(let expression): visit(expression)
    case .unsupported(let finding): findings.append(finding)
    }
  }

  private mutating func visit(_ arguments: [ArgumentNode]) {
    for argument in arguments { visit(argument.expression) }
  }

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .integer, .real, .bool, .nilLiteral, .discard: break
    case .string(let segments):
      for case .interpolation(let inner) in segments { visit(inner) }
    case .name(let name, let types):
      mention(name)
      for type in types { visit(type) }
    case .member(let base, let name, let types):
      if let base { visit(base) }
      mention(name)
      for type in types { visit(type) }
    case .call(let callee, let arguments), .subscript(let callee, let arguments):
      visit(callee)
      visit(arguments)
    case .prefix(let name, let operand):
      mention(name)
      visit(operand)
    case .infix(let left, let name, let right):
      visit(left)
      mention(name)
      visit(right)
    case .assignment(let target, let name, let value):
      visit(target)
      if let name { mention(name + "=") }
      visit(value)
    case .ternary(let condition, let onTrue, let onFalse):
      visit(condition)
      visit(onTrue)
      visit(onFalse)
    case .tuple(let elements): visit(elements)
    case .array(let elements): for element in elements { visit(element) }
    case .dictionary(let entries):
      for entry in entries {
        visit(entry.key)
        visit(entry.value)
      }
    case .closure(let node):
      for parameter in node.parameters { if let type = parameter.type { visit(type) } }
      for capture in node.captures { visit(capture.expression) }
      if let result = node.result { visit(result) }
      visit(node.body)
    case .cast(let operand, let type, _):
      visit(operand)
      visit(type)
    case .chained(let inner), .chain(let inner), .forced(let inner), .reference(let inner): visit(inner)
    case .type(let type): visit(type)
    case .ifExpression(let node): visit(node)
    case .switchExpression(let node): visit(node)
    case .operatorName(let name): mention(name)
    case .unsupported(let finding): findings.append(finding)
    }
  }
}
