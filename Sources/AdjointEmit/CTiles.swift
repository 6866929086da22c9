import AdjointIR
import AdjointSchedule

extension CStatements {
  /// Writes a product tile by tile, and after each tile's last sum what happens to its elements.
  mutating func writeTiles(_ contraction: Contraction, to text: inout CText) {
    let type = dtype(contraction.accumulator)
    let writer = TileWriter(contraction, type, &self)
    needs.tiles.insert(type)
    needs.scratchBytes = max(needs.scratchBytes, writer.plan.scratchElements * type.size)
    if let division = kernel.division {
      if division.loops.contains(contraction.rows.variable) { needs.partUnit = "TILE_HEIGHT(\(writer.plan.rows))" }
      if division.loops.contains(contraction.columns.variable) { needs.partUnit = "\(TilePlan.widestPanel)" }
    }
    var copy = self
    writer.write(to: &text, &copy)
    adopt(copy)
  }
}

/// The names and loops of one product in tiles.
private struct TileWriter {
  let contraction: Contraction
  let plan: TilePlan
  let type: DType
  let i: String
  let j: String
  let row: String
  let column: String
  let height: String
  let width: String
  let rowBlock: String
  let rowEnd: String
  let columnBlock: String
  let columnEnd: String
  let depthStart: String
  let depthNow: String
  let panels: String
  let kept: String
  let packed: String
  /// Where the rows and columns of this part of the kernel begin and end.
  let rowLimits: (begin: String, end: String)
  let columnLimits: (begin: String, end: String)

  init(_ contraction: Contraction, _ type: DType, _ statements: inout CStatements) {
    self.contraction = contraction
    self.type = type
    plan = TilePlan(contraction, type)
    i = statements.name(contraction.rows.variable)
    j = statements.name(contraction.columns.variable)
    (row, column) = (statements.derivedName(i + "_tile"), statements.derivedName(j + "_tile"))
    (height, width) = (statements.derivedName("tile_height"), statements.derivedName("tile_width"))
    (rowBlock, rowEnd) = (statements.derivedName(i + "_block"), statements.derivedName(i + "_end"))
    (columnBlock, columnEnd) = (statements.derivedName(j + "_block"), statements.derivedName(j + "_end"))
    (depthStart, depthNow) = (statements.derivedName("depth_block"), statements.derivedName("depth"))
    panels = statements.derivedName("panels")
    (kept, packed) = (statements.derivedName("kept_sums"), statements.derivedName("packed_rows"))
    (rowLimits, columnLimits) = (statements.limits(contraction.rows), statements.limits(contraction.columns))
  }

  private var columnLimit: String { type == .f32 ? "TILE_COLUMNS" : "(TILE_COLUMNS / 2)" }
  private var depth: String { plan.cutsDepth ? depthNow : "\(plan.depth)" }
  private var depthOffset: String? { plan.cutsDepth ? depthStart : nil }
  private var firstRow: String { plan.cutsRows ? rowBlock : rowLimits.begin }
  private var lastRow: String { plan.cutsRows ? rowEnd : rowLimits.end }
  private var rowsInBlock: String { firstRow == "0" ? lastRow : "\(lastRow) - \(firstRow)" }

  /// `place` less where its block starts.
  private func within(_ place: String, _ start: String) -> String { start == "0" ? place : "(\(place) - \(start))" }

  func write(to text: inout CText, _ statements: inout CStatements) {
    declareScratch(&text)
    guard plan.cutsRows else { return writeRowBlock(&text, &statements) }
    let (begin, end) = rowLimits
    text.block("for (int \(rowBlock) = \(begin); \(rowBlock) < \(end); \(rowBlock) += ROW_BLOCK(\(plan.rows)))") {
      $0.line("const int \(rowEnd) = SMALLER(\(end), \(rowBlock) + ROW_BLOCK(\(plan.rows)));")
      writeRowBlock(&$0, &statements)
    }
  }

  private func declareScratch(_ text: inout CText) {
    var offset = 0
    for (name, count) in [(panels, plan.panelElements), (kept, plan.sumElements), (packed, plan.leftElements)]
    where count > 0 {
      let start = offset == 0 ? "scratch" : "(\(type.cType) *)scratch + \(offset)"
      text.line("\(type.cType) *restrict const \(name) = \(start);")
      offset += count
    }
  }

  private func writeRowBlock(_ text: inout CText, _ statements: inout CStatements) {
    // Rows whose whole depth is one block are packed once for all columns.
    if plan.packsLeft, !plan.cutsDepth { packRows(&text, statements) }
    guard plan.packsRight || plan.cutsDepth else {
      return writeColumns(from: columnLimits.begin, to: columnLimits.end, &text, &statements)
    }
    let step = "PANELS * \(columnLimit)"
    let (begin, end) = columnLimits
    text.block("for (int \(columnBlock) = \(begin); \(columnBlock) < \(end); \(columnBlock) += \(step))") { block in
      block.line("const int \(columnEnd) = SMALLER(\(end), \(columnBlock) + \(step));")
      guard plan.cutsDepth else { return writePanels(&block, &statements) }
      let depths = "for (int \(depthStart) = 0; \(depthStart) < \(plan.depth); \(depthStart) += \(plan.depthBlock))"
      block.block(depths) { inner in
        let isWhole = plan.depth % plan.depthBlock == 0
        let rest = "SMALLER(\(plan.depthBlock), \(plan.depth) - \(depthStart))"
        inner.line("const int \(depthNow) = \(isWhole ? "\(plan.depthBlock)" : rest);")
        if plan.packsLeft { packRows(&inner, statements) }
        writePanels(&inner, &statements)
      }
    }
  }

  private func packRows(_ text: inout CText, _ statements: CStatements) {
    let left = contraction.left
    let from = statements.pointer(left, contraction, free: firstRow, depth: depthOffset)
    text.line(
      "pack_\(type)(\(from), \(left.depthStride), \(left.freeStride), \(depth), \(rowsInBlock), "
        + "TILE_HEIGHT(\(plan.rows)), \(packed));")
  }

  private func writePanels(_ text: inout CText, _ statements: inout CStatements) {
    if plan.packsRight {
      let right = contraction.right
      let from = statements.pointer(right, contraction, free: columnBlock, depth: depthOffset)
      text.line(
        "pack_\(type)(\(from), \(right.depthStride), \(right.freeStride), \(depth), "
          + "\(columnEnd) - \(columnBlock), \(columnLimit), \(panels));")
    }
    writeColumns(from: columnBlock, to: columnEnd, &text, &statements)
  }

  private func writeColumns(
    from start: String, to end: String, _ text: inout CText, _ statements: inout CStatements
  ) {
    let heading = "for (int \(column) = \(start); \(column) < \(end); \(column) += \(columnLimit))"
    text.block(heading) { panel in
      let isWhole = plan.columns % TilePlan.widestPanel == 0
      let rest = "SMALLER(\(columnLimit), \(plan.columns) - \(column))"
      panel.line("const int \(width) = \(isWhole ? columnLimit : rest);")
      let rows = "TILE_HEIGHT(\(plan.rows))"
      panel.block("for (int \(row) = \(firstRow); \(row) < \(lastRow); \(row) += \(rows))") { tile in
        tile.line("const int \(height) = SMALLER(\(rows), \(plan.rows) - \(row));")
        writeTile(columnsStart: start, &tile, &statements)
      }
    }
  }

  /// Asks for what the tile's last step reads and writes, where it comes from far, so that it comes during the sum.
  private func prefetch(to tile: inout CText, _ statements: CStatements) {
    let schedule = statements.schedule
    var wanted: [(buffer: Int, at: Index)] = []
    for (buffer, at) in Accesses.of(contraction.epilogue) {
      let coefficients = (
        at.coefficient(of: contraction.rows.variable), at.coefficient(of: contraction.columns.variable)
      )
      guard coefficients.0 != 0, coefficients.1 == 1, at.terms.count == 2, contraction.batch.isEmpty else { continue }
      let isKnown = wanted.contains { other in
        other.at == at && (other.buffer == buffer || statements.aliasing.mayBeSame(other.buffer, buffer))
      }
      if !isKnown { wanted.append((buffer, at)) }
    }
    let bytes = wanted.map { schedule.buffers[$0.buffer].type.byteCount }.reduce(0, +)
    guard bytes > TilePlan.nearBytes else { return }
    let places = wanted.map { buffer, at -> String in
      let stride = at.coefficient(of: contraction.rows.variable)
      let start = at.constant == 0 ? "" : " + \(at.constant)"
      let name = statements.expressions.bufferNames[buffer] ?? ""
      return "prefetch_tile(\(name)\(start) + \(row) * \(stride) + \(column), sizeof(*\(name)) * \(stride), "
        + "sizeof(*\(name)) * \(columnLimit), \(height));"
    }
    let condition = "if (\(depthStart) + \(plan.depthBlock) >= \(plan.depth))"
    if plan.cutsDepth {
      tile.block(condition) { inner in for place in places { inner.line(place) } }
    } else {
      for place in places { tile.line(place) }
    }
  }

  private func writeTile(columnsStart: String, _ tile: inout CText, _ statements: inout CStatements) {
    let right: String
    if plan.packsRight {
      let place = within(column, columnsStart)
      right = "\(panels) + \(place) * \(depth), \(columnLimit)"
    } else {
      let from = statements.pointer(contraction.right, contraction, free: column, depth: depthOffset)
      right = "\(from), \(contraction.right.depthStride)"
    }
    let left: String
    if plan.packsLeft {
      left = "\(packed) + \(within(row, firstRow)) * \(depth), 1, TILE_HEIGHT(\(plan.rows))"
    } else {
      let from = statements.pointer(contraction.left, contraction, free: row, depth: depthOffset)
      left = "\(from), \(contraction.left.freeStride), \(contraction.left.depthStride)"
    }
    let isFirst: String
    if plan.cutsDepth {
      let tilesBefore = "\(within(column, columnsStart)) * KEPT_ROWS(\(plan.rows))"
      tile.line(
        "\(type.cType) *restrict const sums = \(kept) + \(tilesBefore) + \(within(row, firstRow)) * \(columnLimit);")
      isFirst = "\(depthStart) == 0"
    } else {
      tile.line("\(type.cType) sums[TILE_ROWS * TILE_COLUMNS];")
      isFirst = "1"
    }
    prefetch(to: &tile, statements)
    tile.line(
      "matmul_tile_\(type)(\(left), \(right), \(depth), \(plan.rows), \(height), \(plan.columns), \(width), "
        + "\(isFirst), sums);")
    if plan.cutsDepth {
      tile.line("if (\(depthStart) + \(plan.depthBlock) < \(plan.depth)) continue;")
    }
    let vectorises = statements.aliasing.allowsVectors(contraction.epilogue, over: contraction.columns.variable)
    var copy = statements
    tile.block("for (int \(i) = \(row); \(i) < \(row) + \(height); \(i)++)") { rowText in
      if vectorises { rowText.directive(copy.independentIterations) }
      rowText.block("for (int \(j) = \(column); \(j) < \(column) + \(width); \(j)++)") { inner in
        inner.line(
          "const \(type.cType) \(copy.name(contraction.accumulator)) = "
            + "sums[(\(i) - \(row)) * \(columnLimit) + \(j) - \(column)];")
        copy.write(contraction.epilogue, to: &inner)
      }
    }
    statements.adopt(copy)
  }
}
