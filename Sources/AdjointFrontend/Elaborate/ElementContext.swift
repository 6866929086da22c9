import AdjointIR

/// Tensors made of literals, such as `Tensor(0.5)` and `.zeros([3])`, have the element type of the tensors that they
/// stand beside: in an operator, in the arguments of a function whose parameters have one element type, in an array.
extension Elaborator {
  /// Whether the expression makes a tensor that says nothing of its element type, and nothing in it is called, so that
  /// it may be evaluated after what stands to its right.
  func takesElementType(_ expression: Expression) -> Bool {
    guard case .call(let callee, let arguments) = expression.kind else { return false }
    let makes = isUntypedTensor(expression) || callee.isImplicitMember
    return makes && arguments.allSatisfy { $0.expression.callsNothing }
  }

  /// `Tensor(…)`, `Tensor.zeros(…)` or `Tensor.ones(…)` without an element type.
  func isUntypedTensor(_ expression: Expression) -> Bool {
    guard case .call(let callee, _) = expression.kind else { return false }
    switch callee.kind {
    case .name("Tensor", let generics): return generics.isEmpty
    case .member(let base?, let name, _):
      guard case .name("Tensor", let generics) = base.kind else { return false }
      return generics.isEmpty && ["zeros", "ones"].contains(name)
    default: return false
    }
  }

  /// The type that a tensor gives to one beside it.
  func elementContext(of value: AbstractValue) -> SwiftType? {
    switch value {
    case .tensor(let tensor) where !tensor.isScalar: .tensor(tensor.type.dtype)
    case .array(let elements): elements.lazy.compactMap { self.elementContext(of: $0) }.first
    default: nil
    }
  }
}

extension SwiftType {
  /// A parameter of a builtin whose literals are of the type that the context expects of the call.
  static let result = SwiftType.any("Result")
  /// A parameter of a builtin that is a tensor, or an array of tensors, of the element type of the others like it.
  static let sameElement = SwiftType.any("Element")
}

extension Expression {
  fileprivate var isImplicitMember: Bool {
    if case .member(nil, _, _) = kind { return true }
    return false
  }

  /// Whether it is made of literals, names and members alone.
  fileprivate var callsNothing: Bool {
    switch kind {
    case .integer, .real, .bool, .nilLiteral, .name: true
    case .member(let base, _, _): base?.callsNothing ?? true
    case .prefix(_, let operand): operand.callsNothing
    case .infix(let left, _, let right): left.callsNothing && right.callsNothing
    case .array(let elements): elements.allSatisfy(\.callsNothing)
    case .tuple(let elements): elements.allSatisfy { $0.expression.callsNothing }
    default: false
    }
  }
}
