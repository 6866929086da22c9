import AdjointIR

/// `==` and `<` on values known when code is generated, as Swift's standard library has them.
extension AbstractValue {
  func isEqual(to other: AbstractValue) throws -> Bool {
    switch (self, other) {
    case (.void, .void): return true
    case (.optional(let left), .optional(let right)):
      guard let left, let right else { return left == nil && right == nil }
      return try left.isEqual(to: right)
    case (.optional(let left), _): return try left?.isEqual(to: other) ?? false
    case (_, .optional(let right)): return try right.map { value in try isEqual(to: value) } ?? false
    case (.integer(let left, _), .integer(let right, _)): return left == right
    case (.integer, .real), (.real, .integer), (.real, .real): return asNumber == other.asNumber
    case (.bool(let left), .bool(let right)): return left == right
    case (.string(let left), .string(let right)): return left == right
    case (.range(let l, let u, let c), .range(let l2, let u2, let c2)): return l == l2 && u == u2 && c == c2
    case (.array(let left), .array(let right)): return try Self.areEqual(left, right)
    case (.tuple(let left), .tuple(let right)): return try Self.areEqual(left.map(\.value), right.map(\.value))
    case (.enumeration(let left), .enumeration(let right)):
      return try left.caseName == right.caseName && left.declaration === right.declaration
        && Self.areEqual(left.payload.map(\.value), right.payload.map(\.value))
    case (.enumeration(let left), .implicitMember(let name, let arguments)):
      return try left.caseName == name && Self.areEqual(left.payload.map(\.value), (arguments ?? []).map(\.value))
    case (.implicitMember, .enumeration): return try other.isEqual(to: self)
    case (.structure(let left), .structure(let right)):
      guard left.declaration === right.declaration else { return false }
      return try Self.areEqual(left.fields.map(\.value), right.fields.map(\.value))
    case (.dictionary(let left), .dictionary(let right)):
      guard left.count == right.count else { return false }
      for entry in left {
        guard
          let match = try right.first(where: { candidate in
            try candidate.key.isEqual(to: entry.key)
          })
        else { return false }
        guard try match.value.isEqual(to: entry.value) else { return false }
      }
      return true
    case (.type(let left), .type(let right)): return left == right
    case (.native(let left as FilterValue), .native(let right as FilterValue)):
      return left.description == right.description
    case (.native(let left as any CaseValue), _):
      // Literals are keys of plain dictionaries too.
      if left is PureKeyValue { return try asPureKey() == other.asPureKey() }
      return try Self.areSameCase(self, other)
    case (_, .native(let right as any CaseValue)):
      if right is PureKeyValue { return try asPureKey() == other.asPureKey() }
      return try Self.areSameCase(self, other)
    default: break
    }
    throw OpError("type.operands", "'==' on \(summary) and \(other.summary) is not known when code is generated")
  }

  private static func areSameCase(_ left: AbstractValue, _ right: AbstractValue) throws -> Bool {
    guard let (name, payload) = left.asCase, let (otherName, otherPayload) = right.asCase else {
      throw OpError("type.operands", "'==' on \(left.summary) and \(right.summary) is not known when code is generated")
    }
    return try name == otherName && areEqual(payload, otherPayload)
  }

  private static func areEqual(_ left: [AbstractValue], _ right: [AbstractValue]) throws -> Bool {
    guard left.count == right.count else { return false }
    for (a, b) in zip(left, right) where try !a.isEqual(to: b) { return false }
    return true
  }

  func isLess(than other: AbstractValue) throws -> Bool {
    switch (self, other) {
    case (.integer(let left, _), .integer(let right, _)): return left < right
    case (.integer, .real), (.real, .integer), (.real, .real): return (asNumber ?? 0) < (other.asNumber ?? 0)
    case (.string(let left), .string(let right)): return left < right
    case (.tuple(let left), .tuple(let right)) where left.count == right.count:
      for (a, b) in zip(left, right) {
        if try a.value.isLess(than: b.value) { return true }
        if try b.value.isLess(than: a.value) { return false }
      }
      return false
    default:
      throw OpError("type.operands", "'<' on \(summary) and \(other.summary) is not known when code is generated")
    }
  }
}
