import AdjointDiagnostics
import AdjointIR

/// How a run of statements ended.
enum Completion {
  case normal
  case `return`(AbstractValue)
  case `break`(String?)
  case `continue`(String?)
  case `fallthrough`
}

extension Elaborator {
  /// Runs a function's body: a lone expression is its result.
  func runBody(_ body: [Statement], _ scope: Scope, expected: SwiftType?) throws -> AbstractValue {
    if body.count == 1, let value = try loneValue(body[0], scope, expected) { return value }
    if case .return(let value) = try execute(body, scope.child(), expected: expected) { return value }
    return .void
  }

  /// The value of a lone statement that is an expression; nil where it is none.
  private func loneValue(_ statement: Statement, _ scope: Scope, _ expected: SwiftType?) throws -> AbstractValue? {
    switch statement.kind {
    case .expression(let expression): return try evaluate(expression, scope, expected: expected)
    case .if(let node) where isValued(node): return try evaluateIf(node, scope, expected)
    case .switch(let node) where node.cases.allSatisfy({ isValued($0.body) }):
      return try evaluateSwitch(node, scope, expected)
    default: return nil
    }
  }

  private func isValued(_ node: IfNode) -> Bool {
    guard let otherwise = node.otherwise else { return false }
    return isValued(node.then) && isValued(otherwise)
  }

  private func isValued(_ body: [Statement]) -> Bool {
    guard body.count == 1 else { return false }
    switch body[0].kind {
    case .expression(let expression):
      if case .assignment = expression.kind { return false }
      return true
    case .if(let node): return isValued(node)
    case .switch(let node): return node.cases.allSatisfy { isValued($0.body) }
    default: return false
    }
  }

  /// `if` as an expression.
  func evaluateIf(_ node: IfNode, _ scope: Scope, _ expected: SwiftType?) throws -> AbstractValue {
    let inner = scope.child()
    let body = try holds(node.conditions, inner) ? node.then : node.otherwise ?? []
    return try branchValue(body, inner, expected, at: node.span)
  }

  /// `switch` as an expression.
  func evaluateSwitch(_ node: SwitchNode, _ scope: Scope, _ expected: SwiftType?) throws -> AbstractValue {
    let (index, inner) = try select(node, scope)
    return try branchValue(node.cases[index].body, inner, expected, at: node.span)
  }

  private func branchValue(
    _ body: [Statement], _ scope: Scope, _ expected: SwiftType?, at span: SourceSpan
  ) throws -> AbstractValue {
    guard body.count == 1, let value = try loneValue(body[0], scope, expected) else {
      if let first = body.first, case .throw = first.kind { throw thrown(at: first.span) }
      throw error("fence.branch", "a branch of this expression must be one expression", at: body.first?.span ?? span)
    }
    return value
  }

  /// Runs statements in a scope of their own.
  func execute(_ statements: [Statement], _ scope: Scope, expected: SwiftType?) throws -> Completion {
    for statement in statements {
      if case .function(let function) = statement.kind { scope.declare(function) }
    }
    let isEntry = entryBody
    entryBody = false
    var deferred: [[Statement]] = []
    var completion = Completion.normal
    loop: for statement in statements {
      if case .defer(let body) = statement.kind {
        deferred.append(body)
        continue
      }
      do {
        completion = try execute(statement, scope, expected: expected)
      } catch {
        guard isEntry, recover(from: error, in: statement, scope) else { throw error }
        continue
      }
      if case .normal = completion { continue }
      break loop
    }
    for body in deferred.reversed() { _ = try execute(body, scope.child(), expected: nil) }
    return completion
  }

  /// Notes the failure of one statement of an entry point, so that the next ones are looked at too. Only a `let` or a
  /// call can fail without making nonsense of what follows: what is bound is poisoned.
  private func recover(from failure: any Error, in statement: Statement, _ scope: Scope) -> Bool {
    guard frames.count == 1 else { return false }
    guard failure is Finding || failure is Poisoned else { return false }
    switch statement.kind {
    case .binding(let bindings, let isLet):
      for binding in bindings { poison(binding.pattern, isLet: isLet, scope) }
    case .expression(let expression):
      if case .assignment = expression.kind { return false }
    default: return false
    }
    if let finding = failure as? Finding { findings.append(finding) }
    return true
  }

  private func poison(_ pattern: Pattern, isLet: Bool, _ scope: Scope) {
    switch pattern.kind {
    case .binding(let name, _):
      let storage = heap.makeStorage(name, nil, isLet: isLet)
      poisoned.insert(ObjectIdentifier(storage))
      scope.declare(name, storage)
      poisonedStorages.append(storage)
    case .tuple(let parts): for part in parts { poison(part.pattern, isLet: isLet, scope) }
    default: break
    }
  }

  private func execute(_ statement: Statement, _ scope: Scope, expected: SwiftType?) throws -> Completion {
    try spend(at: statement.span)
    switch statement.kind {
    case .binding(let bindings, let isLet):
      for binding in bindings { try declare(binding, isLet: isLet, scope) }
    case .function, .defer: break
    case .type:
      throw error("fence.local-type", "a type declared inside a function cannot be compiled", at: statement.span)
    case .expression(let expression): _ = try evaluate(expression, scope)
    case .return(let expression):
      guard let expression else { return .return(.void) }
      return .return(try coerce(try evaluate(expression, scope, expected: expected), to: expected, at: expression.span))
    case .if(let node):
      let inner = scope.child()
      let body = try holds(node.conditions, inner) ? node.then : node.otherwise ?? []
      return leaving(try execute(body, inner.child(), expected: expected), node.label)
    case .guard(let conditions, let otherwise):
      if try holds(conditions, scope) { return .normal }
      let completion = try execute(otherwise, scope.child(), expected: expected)
      if case .normal = completion {
        throw error("fence.guard", "the 'else' of a guard must leave the scope", at: statement.span)
      }
      return completion
    case .while(let conditions, let body, let label):
      return try loop(label, at: statement.span) {
        let inner = scope.child()
        guard try self.holds(conditions, inner) else { return nil }
        return try self.execute(body, inner.child(), expected: expected)
      }
    case .repeat(let body, let condition, let label):
      var isFirst = true
      return try loop(label, at: statement.span) {
        if !isFirst, try !self.isTrue(try self.evaluate(condition, scope), at: condition.span) { return nil }
        isFirst = false
        return try self.execute(body, scope.child(), expected: expected)
      }
    case .for(let node): return try execute(node, scope, expected, at: statement.span)
    case .switch(let node): return try execute(node, scope, expected)
    case .block(let body, let label):
      return leaving(try execute(body, scope.child(), expected: expected), label)
    case .break(let label): return .break(label)
    case .continue(let label): return .continue(label)
    case .fallthrough: return .fallthrough
    case .throw: throw thrown(at: statement.span)
    case .unsupported(let finding): throw finding
    }
    return .normal
  }

  private func thrown(at span: SourceSpan) -> Finding {
    error(
      "value.throw", "this throws when it is reached, and it is reached with what is known when the code is generated",
      at: span)
  }

  /// A labelled statement is left by a `break` with its label.
  private func leaving(_ completion: Completion, _ label: String?) -> Completion {
    if let label, case .break(label) = completion { return .normal }
    return completion
  }

  /// Runs iterations until `body` gives nil or leaves the loop.
  private func loop(_ label: String?, at span: SourceSpan, _ body: () throws -> Completion?) throws -> Completion {
    var iterations = 0
    while let completion = try body() {
      iterations += 1
      guard iterations <= Limits.loopIterations else {
        throw error(
          "limit.loop",
          "this loop runs more than \(Limits.loopIterations) times when the code is generated; does it end?", at: span)
      }
      switch completion {
      case .normal: continue
      case .continue(let target) where target == nil || target == label: continue
      case .break(let target) where target == nil || target == label: return .normal
      default: return completion
      }
    }
    return .normal
  }

  private func execute(_ node: ForNode, _ scope: Scope, _ expected: SwiftType?, at span: SourceSpan) throws
    -> Completion
  {
    let elements = try elements(of: try evaluate(node.sequence, scope), at: node.sequence.span)
    var iterator = elements.makeIterator()
    return try loop(node.label, at: span) {
      guard let element = iterator.next() else { return nil }
      let inner = scope.child()
      guard try self.match(node.pattern, element, inner) else { return .normal }
      if let filter = node.filter, try !self.isTrue(try self.evaluate(filter, inner), at: filter.span) {
        return .normal
      }
      return try self.execute(node.body, inner.child(), expected: expected)
    }
  }

  /// The elements that a `for` runs over.
  func elements(of value: AbstractValue, at span: SourceSpan) throws -> [AbstractValue] {
    switch value {
    case .array(let elements): return elements
    case .range(let lower?, let upper?, let isClosed):
      let end = isClosed ? upper + 1 : upper
      guard end - lower <= Limits.loopIterations else {
        throw error(
          "limit.loop",
          "a loop of \(end - lower) iterations would be unrolled; at most \(Limits.loopIterations) are", at: span)
      }
      return (lower..<end).map { .int($0) }
    case .dictionary(let entries):
      return entries.map { .tuple([TupleElement($0.key, label: "key"), TupleElement($0.value, label: "value")]) }
    case .string(let text): return text.map { .string(String($0)) }
    case .tensor:
      throw error(
        "fence.tensor-loop", "a loop over the elements of a tensor cannot be compiled; use whole-tensor operations",
        at: span)
    default:
      if let sequence = try member("elements", of: value, at: span), case .array(let elements) = sequence {
        return elements
      }
      throw error("type.sequence", "\(value.summary) is not a sequence that can be looped over", at: span)
    }
  }

  private func execute(_ node: SwitchNode, _ scope: Scope, _ expected: SwiftType?) throws -> Completion {
    var (index, inner) = try select(node, scope)
    while true {
      let completion = try execute(node.cases[index].body, inner.child(), expected: expected)
      switch completion {
      case .fallthrough:
        index += 1
        inner = scope.child()
        guard index < node.cases.count else {
          throw error("fence.fallthrough", "'fallthrough' needs a case after it", at: node.span)
        }
      case .break(nil): return .normal
      default: return leaving(completion, node.label)
      }
    }
  }

  /// The case of a switch that matches, with its bindings.
  private func select(_ node: SwitchNode, _ scope: Scope) throws -> (Int, Scope) {
    let value = try evaluate(node.subject, scope)
    if case .tensor = value {
      throw error(
        "fence.dynamic-condition", "this value is known only at run time, so it cannot choose what is compiled",
        at: node.subject.span)
    }
    for (index, item) in node.cases.enumerated() {
      if item.isDefault { return (index, scope.child()) }
      for (pattern, filter) in item.items {
        let inner = scope.child()
        guard try match(pattern, value, inner) else { continue }
        if let filter, try !isTrue(try evaluate(filter, inner), at: filter.span) { continue }
        return (index, inner)
      }
    }
    throw error("value.switch", "no case matches \(value.summary)", at: node.span)
  }

  /// Declares what a `let` or `var` binds.
  private func declare(_ binding: BindingNode, isLet: Bool, _ scope: Scope) throws {
    if let getter = binding.getter, case .binding(let name, _) = binding.pattern.kind {
      scope.declareComputed(name, getter)
      return
    }
    let type = try binding.type.map { try resolve($0, scope) }
    guard let initialiser = binding.initialiser else {
      guard case .binding(let name, _) = binding.pattern.kind else {
        throw error("fence.binding", "a pattern needs a value", at: binding.pattern.span)
      }
      var value: AbstractValue?
      if case .optional? = type, !isLet { value = .optional(nil) }
      scope.declare(name, heap.makeStorage(name, value, isLet: isLet, type: type))
      return
    }
    let value = try coerce(try evaluate(initialiser, scope, expected: type), to: type, at: initialiser.span)
    if let type, matches(value, type) == nil {
      throw error(
        "type.mismatch", "the value is \(value.summary), but \(type) is declared", at: initialiser.span)
    }
    if isComputation(initialiser) { name(binding.pattern, value) }
    guard try match(binding.pattern, value, scope, type: type) else {
      throw error("value.pattern", "the value does not have the shape of this pattern", at: binding.pattern.span)
    }
  }

  /// Whether an expression makes a value, rather than naming one that exists.
  private func isComputation(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .name, .member: false
    default: true
    }
  }

  /// Values are named after what they are bound to.
  func name(_ pattern: Pattern, _ value: AbstractValue) {
    switch (pattern.kind, value) {
    case (.binding(let name, _), .tensor(let tensor)): hint(name, for: tensor.value)
    case (.tuple(let parts), .tuple(let elements)) where parts.count == elements.count:
      for (part, element) in zip(parts, elements) { name(part.pattern, element.value) }
    default: break
    }
  }

  /// An assignment, plain or compound.
  func assign(
    _ target: Expression, _ name: String?, _ value: Expression, _ scope: Scope, at span: SourceSpan
  ) throws {
    if let name { return try compound(target, name, value, scope, at: span) }
    switch target.kind {
    case .discard: _ = try evaluate(value, scope)
    case .tuple(let parts):
      let made = try evaluate(value, scope)
      guard case .tuple(let elements) = made, elements.count == parts.count else {
        throw error("type.tuple", "the value is not a tuple of \(parts.count) elements", at: span)
      }
      for (part, element) in zip(parts, elements) {
        if case .discard = part.expression.kind { continue }
        let place = try reference(part.expression, scope)
        try place.write(try coerce(element.value, to: place.type, at: part.expression.span))
      }
    default:
      do {
        let place = try reference(target, scope)
        let made = try coerce(try evaluate(value, scope, expected: place.type), to: place.type, at: value.span)
        if case .name(let name, _) = target.kind, case .tensor(let tensor) = made, isComputation(value) {
          hint(name, for: tensor.value)
        }
        try place.write(made)
      } catch is NilInChain {}
    }
  }

  private func compound(
    _ target: Expression, _ name: String, _ value: Expression, _ scope: Scope, at span: SourceSpan
  ) throws {
    let place = try reference(target, scope)
    let old = try place.read()
    var expected: SwiftType?
    switch old {
    case .integer(_, let type) where !name.hasSuffix("<<") && !name.hasSuffix(">>"): expected = .integer(type)
    case .real(_, let type): expected = .real(type)
    case .array: expected = place.type ?? type(of: old)
    case .tensor: try refuseUndecidedDivision(value, scope)
    default: break
    }
    let operand = try evaluate(value, scope, expected: expected)
    // A user's own `+=` comes first.
    for owner in lineage(declaration(of: old)) {
      for method in owner.staticMethods[name + "="] ?? [] where method.parameters.count == 2 {
        let arguments = [Argument(old, span: span, reference: place), Argument(operand, span: span)]
        _ = try invoke(
          method, arguments.map { .value($0) }, Scope(parent: nil), receiver: .type(type(of: old)), at: span)
        return
      }
    }
    let result = try bounded(infix(name, old, operand, at: span, spans: (target.span, value.span)), at: span)
    if case .name(let variable, _) = target.kind, case .tensor(let tensor) = result {
      hint(variable, for: tensor.value)
    }
    try place.write(result)
  }
}
