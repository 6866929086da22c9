import AdjointIR

/// What an operation computes, as a key: two operations with equal keys have equal results.
struct Expression: Hashable {
  private let op: AnyHashable
  private let operands: [Value]

  /// nil where an operation is not worth comparing: it has regions, or is a large constant.
  init?(_ operation: Operation) {
    guard operation.regions.isEmpty else { return nil }
    if let constant = operation.op as? Constant {
      guard constant.literal.type.count <= 4096 else { return nil }
      op = AnyHashable(Bits(constant.literal))
    } else {
      op = Self.erase(operation.op)
    }
    operands =
      switch operation.op {
      case is Add, is Multiply, is And, is Or, is Xor: operation.operands.sorted { $0.id < $1.id }
      default: operation.operands
      }
  }

  private static func erase(_ op: some Op) -> AnyHashable { AnyHashable(op) }

  /// A constant by its bits: 0 and -0 are equal numbers, but different constants.
  private struct Bits: Hashable {
    let type: TensorType
    let reals: [UInt64]
    let others: Literal.Elements?

    init(_ literal: Literal) {
      type = literal.type
      if case .real(let values) = literal.elements {
        reals = values.map(\.bitPattern)
        others = nil
      } else {
        reals = []
        others = literal.elements
      }
    }
  }
}
