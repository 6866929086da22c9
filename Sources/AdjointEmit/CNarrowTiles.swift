import AdjointIR
import AdjointSchedule

/// A product with few columns, whose left matrix has rows side by side in memory, in tiles that lie the other way about:
/// vectors run along the rows. So is the gradient of a narrow layer's weights.
///
/// Vectors along the columns would be partly empty, in the sums and in what happens to them after. Here they are full
/// in both: a tile has all columns, so that its elements, turned about, are one run of memory in all arrays of the
/// product's shape. Each element is the same chain of multiply-adds.
struct NarrowTiles {
  private let contraction: Contraction
  /// The same with rows and columns, left and right in each other's places.
  private let turned: Contraction
  private let plan: TilePlan
  private let type: DType
  private let names: (row: String, column: String, height: String, width: String, values: String, place: String)
  private let limits: (begin: String, end: String)
  private let lookAhead: Int

  /// Nil where the product is not of this kind.
  init?(_ contraction: Contraction, _ statements: inout CStatements) {
    let (rows, columns) = (contraction.rows, contraction.columns)
    let held = statements.kernel.division?.held ?? []
    guard contraction.left.freeStride == 1, NarrowTiles.wastesLanes(columns.extent),
      !(statements.kernel.division?.loops.contains(columns.variable) ?? false),
      contraction.epilogue.allSatisfy({ NarrowTiles.isFlat($0, contraction) })
    else { return nil }
    var turned = contraction
    (turned.rows, turned.columns) = (columns, rows)
    (turned.left, turned.right) = (contraction.right, contraction.left)
    type = statements.dtype(contraction.accumulator)
    plan = TilePlan(turned, type)
    guard !plan.packsRight, !plan.copiesLastStep, !plan.cutsDepth else { return nil }
    self.contraction = contraction
    self.turned = turned
    let (i, j) = (statements.name(rows.variable), statements.name(columns.variable))
    names = (
      statements.derivedName(i + "_tile"), statements.derivedName(j + "_tile"), statements.derivedName("tile_height"),
      statements.derivedName("tile_width"), statements.derivedName("values"), statements.derivedName("place")
    )
    limits = statements.limits(rows)
    let isHeld = held.contains(turned.right.buffer)
    lookAhead = isHeld && plan.lookAhead > 0 ? -TilePlan.lookAheadOfHeld(turned.right, type) : plan.lookAhead
  }

  /// Where parts of the kernel begin: at multiples of the widest tile, so that only the last tile may be cut.
  var partUnit: Int { TilePlan.widestPanel }

  /// Whether vectors along so many columns would leave a quarter of the lanes empty, and few tiles have all columns.
  private static func wastesLanes(_ columns: Int) -> Bool {
    let whole = (columns + TilePlan.widestVector - 1) / TilePlan.widestVector * TilePlan.widestVector
    return columns <= 2 * TilePlan.tallestTile && 4 * columns < 3 * whole
  }

  /// Whether a statement reads and writes, besides scalars, only arrays that lie as the product's elements do.
  private static func isFlat(_ statement: Statement, _ contraction: Contraction) -> Bool {
    var isFlat = true
    visitIndices(statement) { index in
      let row = index.coefficient(of: contraction.rows.variable)
      let column = index.coefficient(of: contraction.columns.variable)
      if (row, column) != (0, 0), (row, column) != (contraction.columns.extent, 1) { isFlat = false }
    }
    switch statement {
    case .define(_, let value): return isFlat && !value.usesIndex
    case .store(_, let at, let value):
      return isFlat && at.coefficient(of: contraction.columns.variable) == 1 && !value.usesIndex
    default: return false
    }
  }

  func write(to text: inout CText, _ statements: inout CStatements) {
    var copy = statements
    let (panel, limit) = (names.row, columnLimit)
    text.block("for (int \(panel) = \(limits.begin); \(panel) < \(limits.end); \(panel) += \(limit))") { outer in
      let isWhole = plan.columns % TilePlan.widestPanel == 0
      outer.line("const int \(names.width) = \(isWhole ? limit : "SMALLER(\(limit), \(plan.columns) - \(panel))");")
      outer.line("\(type.cType) \(names.values)[\(limit) * \(plan.rows)];")
      writeSums(&outer, copy)
      writeEpilogue(&outer, &copy)
    }
    statements.adopt(copy)
  }

  private var columnLimit: String { type == .f32 ? "TILE_COLUMNS" : "(TILE_COLUMNS / 2)" }

  /// The tiles of a panel, each turned about as the arrays are.
  private func writeSums(_ text: inout CText, _ statements: CStatements) {
    let (tile, step) = (names.column, "TILE_HEIGHT(\(plan.rows))")
    let left = statements.pointer(turned.left, turned, free: tile)
    let right = statements.pointer(turned.right, turned, free: names.row)
    let (i, j) = (statements.name(contraction.rows.variable), statements.name(contraction.columns.variable))
    text.block("for (int \(tile) = 0; \(tile) < \(plan.rows); \(tile) += \(step))") { inner in
      inner.line("const int \(names.height) = HEIGHT_AT(\(tile), \(plan.rows), \(step));")
      inner.line("\(type.cType) sums[TILE_ROWS * \(columnLimit)];")
      inner.line(
        "matmul_tile_\(type)(\(left), \(turned.left.freeStride), \(turned.left.depthStride), NULL, \(right), "
          + "\(turned.right.depthStride), \(lookAhead), \(plan.depth), \(plan.rows), \(step), \(names.height), "
          + "\(plan.columns), \(names.width), 1, sums);")
      inner.line("// Turned about, as the arrays are.")
      inner.block("for (int \(i) = 0; \(i) < \(names.width); \(i)++)") { row in
        row.block("for (int \(j) = 0; \(j) < \(names.height); \(j)++)") {
          $0.line("\(names.values)[\(i) * \(plan.rows) + \(tile) + \(j)] = sums[\(j) * \(columnLimit) + \(i)];")
        }
      }
    }
  }

  /// What happens to the elements, in the order in which they lie in memory.
  private func writeEpilogue(_ text: inout CText, _ statements: inout CStatements) {
    let (row, column) = (contraction.rows.variable, contraction.columns.variable)
    // The column's variable stands for the place of the element.
    let epilogue = contraction.epilogue.map { statement in
      mapIndices(statement) { index in
        Index(constant: index.constant, terms: index.terms.filter { $0.variable != row })
      }
    }
    if statements.aliasing.allowsVectors(epilogue, over: column) { text.directive(statements.independentIterations) }
    let (place, first) = (names.place, "\(names.row) * \(plan.rows)")
    var copy = statements
    copy.expressions.variableNames[column] = place
    let end = "(\(names.row) + \(names.width)) * \(plan.rows)"
    text.block("for (int \(place) = \(first); \(place) < \(end); \(place)++)") { inner in
      let value = "\(names.values)[\(place) - \(first)]"
      inner.line("const \(type.cType) \(copy.name(contraction.accumulator)) = \(value);")
      copy.write(epilogue, to: &inner)
    }
    statements.adopt(copy)
  }
}
