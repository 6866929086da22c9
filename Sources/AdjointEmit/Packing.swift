import AdjointIR
import AdjointSchedule

/// The right matrix of a product, to be packed once before the parts of a kernel that all read the whole of it.
struct Packing {
  private let right: Contraction.Operand
  private let type: DType
  private let depth: Int
  let columns: Int
  /// Whether the matrix is packed for tiles of narrow panels only, and others read it in place.
  let isForNarrowOnly: Bool
  /// Whether the kernel's parts read nothing of the buffer themselves.
  let isOnlyReader: Bool

  /// To pack fewer elements takes no longer than to hand them over to another thread.
  static let leastElements = 8192

  init(_ contraction: Contraction, of kernel: Kernel, _ type: DType, isForNarrowOnly: Bool) {
    right = contraction.right
    self.isForNarrowOnly = isForNarrowOnly
    isOnlyReader = !isForNarrowOnly && !Packing.touches(contraction.right.buffer, kernel.body)
    self.type = type
    (depth, columns) = (contraction.depth, contraction.columns.extent)
  }

  /// The most parts that pay.
  var parts: Int {
    let panels = (columns + TilePlan.widestPanel - 1) / TilePlan.widestPanel
    return max(1, min(Division.mostParts, min(panels, depth * columns / Packing.leastElements)))
  }

  /// The buffer that the matrix is in.
  var buffer: Int { right.buffer }

  /// Packs some columns of the matrix at a place into panels at another, where they are if the matrix is packed whole.
  func call(matrix: String, panels: String, begin: String, end: String) -> String {
    let start = right.offset == 0 ? matrix : "\(matrix) + \(right.offset)"
    let step = right.freeStride == 1 ? begin : "\(begin) * \(right.freeStride)"
    let from = right.freeStride == 0 ? start : "\(start) + \(step)"
    let width = type == .f32 ? "TILE_COLUMNS" : "(TILE_COLUMNS / 2)"
    return "pack_\(type)(\(from), \(right.depthStride), \(right.freeStride), \(depth), \(end) - \(begin), "
      + "\(width), (\(type.cType) *)\(panels) + \(begin) * \(depth + 1));"
  }

  /// Whether statements read or write a buffer other than as a product's right matrix.
  private static func touches(_ buffer: Int, _ statements: [Statement]) -> Bool {
    func reads(_ expression: Expression) -> Bool { loads(expression).contains { $0.buffer == buffer } }
    return statements.contains { statement in
      switch statement {
      case .define(_, let value): reads(value)
      case .store(let target, _, let value), .accumulate(let target, _, _, let value): target == buffer || reads(value)
      case .loop(_, let body): touches(buffer, body)
      case .when(let condition, let body): reads(condition) || touches(buffer, body)
      case .reduce(let nest): nest.accumulators.contains { reads($0.value) } || touches(buffer, nest.body)
      case .contract(let contraction): contraction.left.buffer == buffer || touches(buffer, contraction.epilogue)
      }
    }
  }
}
