import AdjointDiagnostics
import AdjointIR

/// Leaves an optional chain: a part of it is nil.
struct NilInChain: Error {}

extension Elaborator {
  /// The value of an expression. `expected` is the type that the context gives, which types literals and implicit
  /// members.
  func evaluate(_ expression: Expression, _ scope: Scope, expected: SwiftType? = nil) throws -> AbstractValue {
    try spend(at: expression.span)
    let value = try bounded(try evaluateKind(expression, scope, expected), at: expression.span)
    switch expression.kind {
    case .call, .infix, .array, .string: try spend(on: [value], at: expression.span)
    default: break
    }
    return value
  }

  private func evaluateKind(_ expression: Expression, _ scope: Scope, _ expected: SwiftType?) throws -> AbstractValue {
    switch expression.kind {
    case .integer(let value): return try integerLiteral(value, expected, at: expression.span)
    case .real(let value): return try realLiteral(value, expected, at: expression.span)
    case .bool(let value): return .bool(value)
    case .nilLiteral: return .optional(nil)
    case .string(let segments): return .string(try text(segments, scope))
    case .name(let name, let generics):
      return try evaluateName(name, generics, scope, at: expression.span)
    case .member(let base, let name, let generics):
      guard let base else {
        return try implicitMember(name, nil, scope, expected: expected, at: expression.focus)
      }
      return try evaluateMember(base, name, generics, scope, at: expression.focus)
    case .call(let callee, let arguments):
      return try evaluateCall(callee, arguments, scope, expected: expected, at: expression.focus)
    case .subscript(let base, let arguments):
      let value = try evaluate(base, scope)
      return try subscripted(value, try evaluate(arguments, scope), at: expression.focus)
    case .prefix(let name, let operand): return try evaluatePrefix(name, operand, scope, expected, at: expression.focus)
    case .infix(let left, let name, let right):
      return try evaluateInfix(left, name, right, scope, expected, at: expression.focus)
    case .assignment(let target, let name, let value):
      try assign(target, name, value, scope, at: expression.focus)
      return .void
    case .ternary(let condition, let onTrue, let onFalse):
      let chosen = try isTrue(try evaluate(condition, scope), at: condition.span) ? onTrue : onFalse
      return try evaluate(chosen, scope, expected: expected)
    case .tuple(let elements): return try evaluateTuple(elements, scope, expected)
    case .array(let elements):
      return try evaluateArray(elements, scope, elementType(expected))
    case .dictionary(let entries):
      var types: (key: SwiftType?, value: SwiftType?) = (nil, nil)
      if case .dictionary(let key, let value) = expected { types = (key, value) }
      return .dictionary(
        try entries.map {
          (try evaluate($0.key, scope, expected: types.key), try evaluate($0.value, scope, expected: types.value))
        })
    case .closure(let node): return try makeClosure(node, scope, expected)
    case .cast(let operand, let type, let kind):
      return try cast(operand, type, kind, scope, at: expression.focus)
    case .chained(let base):
      guard case .optional(let value) = try evaluate(base, scope) else {
        throw error("type.optional", "'?' needs an optional", at: expression.span)
      }
      guard let value else { throw NilInChain() }
      return value
    case .chain(let whole):
      do {
        let value = try evaluate(whole, scope)
        if case .optional = value { return value }
        return .optional(value)
      } catch is NilInChain {
        return .optional(nil)
      }
    case .forced(let base):
      guard case .optional(let value) = try evaluate(base, scope) else {
        throw error("type.optional", "'!' needs an optional", at: expression.focus)
      }
      guard let value else {
        throw error("value.nil", "this value is nil, so it cannot be unwrapped", at: expression.focus)
      }
      return value
    case .reference:
      throw error("fence.inout", "'&' can only stand before an argument", at: expression.span)
    case .type(let node): return .type(try resolve(node, scope))
    case .ifExpression(let node): return try evaluateIf(node, scope, expected)
    case .switchExpression(let node): return try evaluateSwitch(node, scope, expected)
    case .operatorName(let name): return .function(FunctionValue(name, .operatorNamed(name)))
    case .discard: throw error("fence.discard", "'_' has no value; it can only be assigned to", at: expression.span)
    case .unsupported(let finding): throw finding
    }
  }

  /// Uses steps of work, and stops a program that has grown too large: builtins append to it without asking.
  func spend(_ steps: Int = 1, at span: SourceSpan) throws {
    remainingSteps -= steps
    declarations.remainingSteps -= steps
    if remainingSteps < 0 {
      throw error(
        "limit.steps", "elaboration does not end within \(Limits.steps) steps; is there an endless loop?", at: span)
    }
    guard builder.nextValueID <= Limits.operations else {
      throw error(
        "limit.operations",
        "this comes to more than \(Limits.operations) operations on tensors; is a loop unrolled that need not be?",
        at: span)
    }
    if declarations.remainingSteps < 0 {
      throw error(
        "limit.steps",
        "elaboration of all entry points does not end within \(Limits.stepsInAll) steps; generate them apart", at: span)
    }
  }

  /// Uses steps for work on whole arrays and strings, which takes longer the larger they are.
  func spend(on values: [AbstractValue], at span: SourceSpan) throws {
    let steps = values.reduce(0) { $0 + size(of: $1) } / Limits.elementsPerStep
    if steps > 0 { try spend(steps, at: span) }
  }

  private func size(of value: AbstractValue) -> Int {
    switch value {
    case .array(let elements): elements.count
    case .string(let text): text.utf8.count
    default: 0
    }
  }

  /// The same value, which must not have grown beyond what a model can need.
  func bounded(_ value: AbstractValue, at span: SourceSpan) throws -> AbstractValue {
    let size = size(of: value)
    guard size <= Limits.elements else { throw error("limit.size", Limits.tooLarge(size), at: span) }
    return value
  }

  private func elementType(_ expected: SwiftType?) -> SwiftType? {
    switch expected {
    case .array(let element): element
    case .optional(let wrapped): elementType(wrapped)
    default: nil
    }
  }

  func text(_ segments: [StringSegment], _ scope: Scope) throws -> String {
    var result = ""
    for segment in segments {
      switch segment {
      case .text(let text): result += text
      case .interpolation(let expression):
        let value = try evaluate(expression, scope)
        result += value.staticText ?? "<\(value.summary)>"
      }
    }
    return result
  }

  /// The elements of an array; a literal, or tensor of literals, takes the type of an element that is none.
  private func evaluateArray(_ elements: [Expression], _ scope: Scope, _ expected: SwiftType?) throws -> AbstractValue {
    var values: [AbstractValue?] = elements.map { _ in nil }
    var type = expected
    for (index, element) in elements.enumerated() where expected == nil {
      if LiteralShape(element) != nil || takesElementType(element) { continue }
      let value = try evaluate(element, scope)
      values[index] = value
      let own = self.type(of: value)
      if type == nil { type = own.isNumeric ? own : elementContext(of: value) }
    }
    return .array(
      try elements.indices.map { index in
        let value = try values[index] ?? evaluate(elements[index], scope, expected: type)
        return try coerce(value, to: expected, at: elements[index].span)
      })
  }

  private func evaluateTuple(
    _ elements: [ArgumentNode], _ scope: Scope, _ expected: SwiftType?
  ) throws -> AbstractValue {
    if elements.isEmpty { return .void }
    var types: [SwiftType?] = Array(repeating: nil, count: elements.count)
    if case .tuple(let expected) = expected, expected.count == elements.count { types = expected.map(\.type) }
    return .tuple(
      try zip(elements, types).map { element, type in
        let value = try evaluate(element.expression, scope, expected: type)
        return TupleElement(try coerce(value, to: type, at: element.expression.span), label: element.label)
      })
  }

  /// A static condition.
  func isTrue(_ value: AbstractValue, at span: SourceSpan) throws -> Bool {
    switch value {
    case .bool(let flag): return flag
    case .tensor:
      throw error(
        "fence.dynamic-condition",
        "this condition is known only at run time, so it cannot choose what is compiled; use select(condition, a, b)",
        at: span)
    default: throw error("type.bool", "a condition must be a Bool, but this is \(value.summary)", at: span)
    }
  }

  /// Fits a value to the type of the place it goes to: wraps optionals, makes tensors of numbers, resolves implicit
  /// members.
  func coerce(_ value: AbstractValue, to type: SwiftType?, at span: SourceSpan) throws -> AbstractValue {
    guard let type else { return value }
    switch (type, value) {
    case (.optional, .optional): return value
    case (.optional(let wrapped), _): return .optional(try coerce(value, to: wrapped, at: span))
    case (_, .implicitMember(let name, let arguments)):
      let made = try implicit(name, arguments, of: type, at: span)
      return made ?? value
    case (.tensor(let dtype), .integer), (.tensor(let dtype), .real):
      guard let entry = builtins.initialisers["Tensor"] else { return value }
      let call = BuiltinCall(
        receiver: .type(.tensor(dtype)), arguments: [Argument(value, span: span)],
        genericArguments: dtype.map { [self.scalarType($0)] } ?? [], expected: type, span: span)
      return try run(entry.body, call)
    case (.real(let expected), .real(let number, let actual)) where expected != actual:
      throw error(
        "type.mismatch", "a \(actual.rawValue) (\(number)) stands where a \(expected.rawValue) is needed", at: span)
    default: return value
    }
  }

  /// The Swift type of a tensor's element.
  func scalarType(_ dtype: DType) -> SwiftType {
    switch dtype {
    case .f32: .real(.float)
    case .f64: .real(.double)
    case .i32: .integer(.int32)
    case .i64: .integer(.int64)
    case .u32: .integer(.uint32)
    case .bool: .bool
    }
  }

  /// Runs a builtin; an op's refusal becomes a finding on the user's line.
  func run(_ body: BuiltinBody, _ call: BuiltinCall) throws -> AbstractValue {
    try checkReach(call)
    do { return try body(self, call) } catch let refusal as OpError {
      throw error(refusal.id, refusal.message, at: call.span)
    }
  }

  private func makeClosure(_ node: ClosureNode, _ scope: Scope, _ expected: SwiftType?) throws -> AbstractValue {
    var home = scope
    if !node.captures.isEmpty {
      home = scope.child()
      for (name, expression) in node.captures where name != "self" {
        home.declare(name, heap.makeStorage(name, try evaluate(expression, scope), isLet: true))
      }
    }
    var type = expected
    if case .optional(let wrapped)? = type { type = wrapped }
    return .function(FunctionValue("closure", .closure(node, home), type: type))
  }

  private func cast(
    _ operand: Expression, _ type: TypeNode, _ kind: Expression.CastKind, _ scope: Scope, at span: SourceSpan
  ) throws -> AbstractValue {
    let target = try resolve(type, scope)
    switch kind {
    case .coerce: return try coerce(try evaluate(operand, scope, expected: target), to: target, at: operand.span)
    case .check: return .bool(conforms(try evaluate(operand, scope), to: target))
    case .conditional, .forced:
      var value = try evaluate(operand, scope)
      if case .optional(let wrapped?) = value { value = wrapped }
      let fits = conforms(value, to: target)
      if kind == .conditional { return .optional(fits ? value : nil) }
      guard fits else {
        throw error("type.cast", "\(value.summary) is not \(target)", at: span)
      }
      return value
    }
  }

  /// Whether a value is of a type or conforms to a protocol.
  func conforms(_ value: AbstractValue, to target: SwiftType) -> Bool {
    switch (target, value) {
    case (.any(let name), _):
      if name == "Any" { return true }
      guard let declaration = declaration(of: value) else { return false }
      return lineage(declaration).contains { $0.name == name || $0.inherits(name) }
    case (.nominal(let name, let arguments), _):
      guard value.typeName == name else { return false }
      if arguments.isEmpty { return true }
      if case .nominal(_, let actual) = type(of: value), !actual.isEmpty { return actual == arguments }
      return true
    case (.optional(let wrapped), .optional(let value)): return value.map { conforms($0, to: wrapped) } ?? true
    case (.optional(let wrapped), _): return conforms(value, to: wrapped)
    case (.array(let element), .array(let elements)): return elements.allSatisfy { conforms($0, to: element) }
    case (.tensor(nil), .tensor(let tensor)): return !tensor.isScalar
    default: return type(of: value) == target
    }
  }
}
