import AdjointIR
import AdjointSchedule

extension CStatements {
  /// Writes a product tile by tile, and after each tile's last sum what happens to its elements.
  mutating func writeTiles(_ contraction: Contraction, to text: inout CText) {
    let type = dtype(contraction.accumulator)
    needs.tiles.insert(type)
    if let narrow = NarrowTiles(contraction, &self) {
      if kernel.division?.loops.contains(contraction.rows.variable) ?? false { needs.partUnit = "\(narrow.partUnit)" }
      return narrow.write(to: &text, &self)
    }
    let writer = TileWriter(contraction, type, &self)
    if let finish = writer.finish {
      needs.finishes.insert(type)
      needs.helpers.append(finish.helper())
    }
    if writer.sharesColumns {
      needs.sharedBytes = writer.plan.sharedElements * type.size
      needs.scratchBytes = writer.plan.leftElements * type.size
    } else if writer.sharesPanels {
      needs.sharedBytes = writer.plan.panelElements * type.size
      needs.scratchBytes = writer.plan.leftElements * type.size
      needs.packing = Packing(contraction, of: kernel, type, isForNarrowOnly: writer.plan.packsNarrowOnly)
    } else {
      needs.scratchBytes = max(needs.scratchBytes, writer.plan.scratchElements * type.size)
    }
    if let division = kernel.division {
      if division.loops.contains(contraction.rows.variable) { needs.partUnit = writer.step }
      if division.loops.contains(contraction.columns.variable) { needs.partUnit = "\(TilePlan.widestPanel)" }
    }
    var copy = self
    writer.write(to: &text, &copy)
    adopt(copy)
  }
}

extension CStatements {
  /// Whether a product is all that a kernel does, cut along the product's columns, and the panels of all columns take
  /// no more memory than blocks of them for each part. A thread that goes panel by panel has room for one, which stays
  /// in its cache from part to part.
  fileprivate func sharesColumns(_ contraction: Contraction, _ plan: TilePlan) -> Bool {
    guard plan.sharedElements > 0, !plan.goesPanelByPanel,
      let division = division(ofAll: contraction, along: contraction.columns)
    else { return false }
    return plan.wholeColumns <= division.parts * plan.columnBlock
  }

  /// Whether a product is all that a kernel does, cut along the product's rows, and every part would pack the same
  /// panels, of all columns: enough to be packed once, side by side, before the parts begin.
  fileprivate func sharesPanels(_ contraction: Contraction, _ plan: TilePlan) -> Bool {
    guard plan.packsRight, !plan.cutsDepth, !plan.cutsColumns, contraction.batch.isEmpty,
      plan.panelElements >= 2 * Packing.leastElements, division(ofAll: contraction, along: contraction.rows) != nil
    else { return false }
    switch schedule.buffers[contraction.right.buffer].storage {
    case .parameter, .result, .arena: return true
    case .local, .constant: return false
    }
  }

  /// How the kernel is divided, where a product is all that it does and that loop of it all that is cut.
  private func division(ofAll contraction: Contraction, along loop: Loop) -> Division? {
    guard let division = kernel.division, !isPortable, division.loops == [loop.variable] else { return nil }
    let work = kernel.body.filter { if case .define = $0 { false } else { true } }
    return work == [.contract(contraction)] ? division : nil
  }

  /// The buffers of `candidates` of whose rows a product's epilogue reads one for each of its own.
  fileprivate func held(_ candidates: [Int], _ contraction: Contraction) -> [(place: String, stride: Int)] {
    var found: [Int: (place: String, stride: Int)] = [:]
    for (buffer, index) in contraction.epilogueLoads where candidates.contains(buffer) {
      let stride = index.coefficient(of: contraction.rows.variable)
      guard index.terms.count == 2, stride > 0, index.coefficient(of: contraction.columns.variable) == 1 else {
        continue
      }
      let name = expressions.bufferNames[buffer] ?? ""
      found[buffer] = (index.constant == 0 ? name : "\(name) + \(index.constant)", stride)
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
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
  let rowGroup: String
  let groupEnd: String
  let columnBlock: String
  let columnEnd: String
  let depthStart: String
  let depthNow: String
  let panels: String
  let lastStep: String
  let kept: String
  let packed: String
  /// Whether the parts of the kernel have the panels and sums of all columns between them, each those of its own.
  let sharesColumns: Bool
  /// Whether the panels have been packed before, for all parts.
  let sharesPanels: Bool
  /// How far ahead columns are asked for: negative where they lie in this core's cache between others.
  let lookAhead: Int
  /// What the epilogue reads that lies there too: where its row and column 0 are, and how far apart its rows.
  let held: [(place: String, stride: Int)]
  /// Where the rows and columns of this part of the kernel begin and end.
  let rowLimits: (begin: String, end: String)
  let columnLimits: (begin: String, end: String)
  /// What happens to a tile where it goes on while the next one is summed.
  let finish: FinishWriter?

  init(_ contraction: Contraction, _ type: DType, _ statements: inout CStatements) {
    self.contraction = contraction
    self.type = type
    plan = TilePlan(contraction, type)
    i = statements.name(contraction.rows.variable)
    j = statements.name(contraction.columns.variable)
    (row, column) = (statements.derivedName(i + "_tile"), statements.derivedName(j + "_tile"))
    (height, width) = (statements.derivedName("tile_height"), statements.derivedName("tile_width"))
    (rowBlock, rowEnd) = (statements.derivedName(i + "_block"), statements.derivedName(i + "_end"))
    (rowGroup, groupEnd) = (statements.derivedName(i + "_group"), statements.derivedName(i + "_group_end"))
    (columnBlock, columnEnd) = (statements.derivedName(j + "_block"), statements.derivedName(j + "_end"))
    (depthStart, depthNow) = (statements.derivedName("depth_block"), statements.derivedName("depth"))
    (panels, lastStep) = (statements.derivedName("panels"), statements.derivedName("last_step"))
    (kept, packed) = (statements.derivedName("kept_sums"), statements.derivedName("packed_rows"))
    sharesColumns = statements.sharesColumns(contraction, plan)
    sharesPanels = statements.sharesPanels(contraction, plan)
    let heldBuffers = statements.kernel.division?.held ?? []
    let isHeld = heldBuffers.contains(contraction.right.buffer)
    lookAhead =
      isHeld && plan.lookAhead > 0 ? -TilePlan.lookAheadOfHeld(contraction.right, type) : plan.lookAhead
    held = statements.held(heldBuffers, contraction)
    (rowLimits, columnLimits) = (statements.limits(contraction.rows), statements.limits(contraction.columns))
    let plan = FinishPlan(contraction, plan, statements.kernel, statements.schedule, statements.aliasing)
    finish = plan.map { [place = (row, column)] in FinishWriter($0, contraction, place: place, &statements) }
  }

  private var columnLimit: String { type == .f32 ? "TILE_COLUMNS" : "(TILE_COLUMNS / 2)" }
  /// How high tiles are.
  var step: String { "\(plan.evensTiles ? "EVEN_HEIGHT" : "TILE_HEIGHT")(\(plan.rows))" }
  private var depth: String { plan.cutsDepth ? depthNow : "\(plan.depth)" }
  private var depthOffset: String? { plan.cutsDepth ? depthStart : nil }
  private var firstRow: String { plan.cutsRows ? rowBlock : rowLimits.begin }
  private var lastRow: String { plan.cutsRows ? rowEnd : rowLimits.end }
  private var firstColumn: String { plan.cutsColumns ? columnBlock : columnLimits.begin }
  private var lastColumn: String { plan.cutsColumns ? columnEnd : columnLimits.end }
  private var columnCount: String { firstColumn == "0" ? lastColumn : "\(lastColumn) - \(firstColumn)" }

  /// `place` less where its block starts.
  private func within(_ place: String, _ start: String) -> String { start == "0" ? place : "(\(place) - \(start))" }

  func write(to text: inout CText, _ statements: inout CStatements) {
    declareScratch(&text)
    if plan.copiesLastStep { copyLastStep(&text, statements) }
    finish?.declare(&text)
    writeRowBlocks(&text, &statements)
    finish?.writeEnd(&text)
  }

  private func writeRowBlocks(_ text: inout CText, _ statements: inout CStatements) {
    guard plan.cutsRows else { return writeRowBlock(&text, &statements) }
    let (begin, end) = rowLimits
    text.block("for (int \(rowBlock) = \(begin); \(rowBlock) < \(end); \(rowBlock) += ROW_BLOCK(\(plan.rows)))") {
      $0.line("const int \(rowEnd) = SMALLER(\(end), \(rowBlock) + ROW_BLOCK(\(plan.rows)));")
      writeRowBlock(&$0, &statements)
    }
  }

  /// Copies the step whose vectors would read beyond the right matrix.
  private func copyLastStep(_ text: inout CText, _ statements: CStatements) {
    let right = contraction.right
    let from = statements.pointer(right, contraction, free: nil, depth: "\(plan.depth - 1)")
    text.line("// Vectors of its other steps go on into the next one.")
    text.line("\(type.cType) \(lastStep)[PANEL_SIZE(1, \(TilePlan.widestPanel))];")
    text.line("pack_\(type)(\(from), \(right.depthStride), 1, 1, \(plan.columns), \(columnLimit), \(lastStep));")
  }

  private func declareScratch(_ text: inout CText) {
    func declare(_ name: String, _ start: String, _ offset: String) {
      let place = offset.isEmpty ? start : "(\(type.cType) *)\(start) + \(offset)"
      text.line("\(type.cType) *restrict const \(name) = \(place);")
    }
    if sharesColumns {
      // A part's panels and sums begin where they would if the kernel were whole.
      let begin = columnLimits.begin
      if plan.packsRight { declare(panels, "scratch", "\(begin) * \(plan.depthBlock + 1)") }
      let sums = plan.packsRight ? "\(plan.wholeColumns * (plan.depthBlock + 1)) + " : ""
      if plan.cutsDepth { declare(kept, "scratch", "\(sums)\(begin) * \(step)") }
      if plan.leftElements > 0 { declare(packed, "part_scratch", "") }
      return
    }
    if sharesPanels {
      declare(panels, "scratch", "")
      if plan.leftElements > 0 { declare(packed, "part_scratch", "") }
      return
    }
    var offset = 0
    for (name, count) in [(panels, plan.panelElements), (kept, plan.sumElements), (packed, plan.leftElements)]
    where count > 0 {
      declare(name, "scratch", offset == 0 ? "" : "\(offset)")
      offset += count
    }
  }

  /// Elements from the sums of one row that are kept to those of the next.
  private var keptColumns: Int { sharesColumns ? plan.wholeColumns : plan.columnBlock }

  private func writeRowBlock(_ text: inout CText, _ statements: inout CStatements) {
    guard plan.cutsColumns else { return writeDepth(&text, &statements) }
    let (step, (begin, end)) = (plan.columnBlock, columnLimits)
    text.block("for (int \(columnBlock) = \(begin); \(columnBlock) < \(end); \(columnBlock) += \(step))") {
      $0.line("const int \(columnEnd) = SMALLER(\(end), \(columnBlock) + \(step));")
      writeDepth(&$0, &statements)
    }
  }

  private func writeDepth(_ text: inout CText, _ statements: inout CStatements) {
    guard plan.cutsDepth else { return writeBlock(&text, &statements) }
    let depths = "for (int \(depthStart) = 0; \(depthStart) < \(plan.depth); \(depthStart) += \(plan.depthBlock))"
    text.block(depths) { inner in
      let isWhole = plan.depth % plan.depthBlock == 0
      let rest = "SMALLER(\(plan.depthBlock), \(plan.depth) - \(depthStart))"
      inner.line("const int \(depthNow) = \(isWhole ? "\(plan.depthBlock)" : rest);")
      writeBlock(&inner, &statements)
    }
  }

  /// The tiles of a block, rows and columns packed where they are to be.
  private func writeBlock(_ text: inout CText, _ statements: inout CStatements) {
    if plan.packsRight, !sharesPanels {
      let right = contraction.right
      let from = statements.pointer(right, contraction, free: firstColumn, depth: depthOffset)
      text.line(
        "pack_\(type)(\(from), \(right.depthStride), \(right.freeStride), \(depth), \(columnCount), "
          + "\(columnLimit), \(panels));")
    }
    guard case .before(let rows) = plan.leftPacking else {
      return writeRows(from: firstRow, to: lastRow, &text, &statements)
    }
    let packedRows = "PACKED_ROWS(\(rows), \(step))"
    let groups = "for (int \(rowGroup) = \(firstRow); \(rowGroup) < \(lastRow); \(rowGroup) += \(packedRows))"
    text.block(groups) { inner in
      inner.line("const int \(groupEnd) = SMALLER(\(lastRow), \(rowGroup) + \(packedRows));")
      let left = contraction.left
      let from = statements.pointer(left, contraction, free: rowGroup, depth: depthOffset)
      inner.line(
        "pack_\(type)(\(from), \(left.depthStride), \(left.freeStride), \(depth), \(groupEnd) - \(rowGroup), "
          + "\(step), \(packed));")
      writeRows(from: rowGroup, to: groupEnd, &inner, &statements)
    }
  }

  /// Tiles of rows, and in each every panel of the block.
  private func writeRows(from first: String, to last: String, _ text: inout CText, _ statements: inout CStatements) {
    text.block("for (int \(row) = \(first); \(row) < \(last); \(row) += \(step))") { rows in
      rows.line("const int \(height) = HEIGHT_AT(\(row), \(plan.rows), \(step));")
      let panel = "for (int \(column) = \(firstColumn); \(column) < \(lastColumn); \(column) += \(columnLimit))"
      rows.block(panel) { tile in
        let isWhole = plan.columns % TilePlan.widestPanel == 0
        let rest = "SMALLER(\(columnLimit), \(plan.columns) - \(column))"
        if finish == nil { tile.line("const int \(width) = \(isWhole ? columnLimit : rest);") }
        writeTile(&tile, &statements)
      }
    }
  }

  private func writeTile(_ tile: inout CText, _ statements: inout CStatements) {
    let panel = "\(panels) + \(within(column, firstColumn)) / \(columnLimit) * PANEL_SIZE(\(depth), \(columnLimit))"
    let columns = statements.pointer(contraction.right, contraction, free: column, depth: depthOffset)
    let (stride, near) = (contraction.right.depthStride, TilePlan.lookAheadOfNear)
    let right =
      if !plan.packsRight {
        "\(columns), \(stride), \(lookAhead)"
      } else if sharesPanels, plan.packsNarrowOnly {
        "WIDE_PANELS ? \(columns) : \(panel), WIDE_PANELS ? \(stride) : \(columnLimit), WIDE_PANELS ? \(near) : 0"
      } else {
        "\(panel), \(columnLimit), \(lookAhead)"
      }
    let from = statements.pointer(contraction.left, contraction, free: row, depth: depthOffset)
    let inPlace = "\(from), \(contraction.left.freeStride), \(contraction.left.depthStride)"
    /// Writes what is to be done with the operands.
    func sum(_ text: inout CText, _ write: (String, inout CText) -> Void) {
      let steps = plan.copiesLastStep ? "\(plan.depth - 1)" : depth
      let others = "\(right), \(steps), \(plan.rows), \(step)"
      switch plan.leftPacking {
      case .none: write("\(inPlace), NULL, \(others)", &text)
      case .whileRead:
        text.block("if (\(column) == \(firstColumn))") { write("\(inPlace), \(packed), \(others)", &$0) }
        text.block("else") { write("\(packed), 1, TILE_ROWS, NULL, \(others)", &$0) }
      case .before:
        let place = "\(packed) + (\(row) - \(rowGroup)) / \(step) * PANEL_SIZE(\(depth), \(step))"
        write("\(place), 1, \(step), NULL, \(others)", &text)
      }
    }
    if let finish {
      askForHeld(&tile)
      finish.begin(&tile)
      sum(&tile) { finish.writeSum($0, height: height, &$1) }
      return finish.end(height: height, &tile)
    }
    let isFirst: String
    if plan.cutsDepth {
      let (below, beside) = (within(row, firstRow), within(column, firstColumn))
      tile.line(
        "\(type.cType) *restrict const sums = \(kept) + \(below) * \(keptColumns) + \(beside) * \(step);"
      )
      isFirst = "\(depthStart) == 0"
    } else {
      tile.line("\(type.cType) sums[TILE_ROWS * TILE_COLUMNS];")
      isFirst = "1"
    }
    askForHeld(&tile)
    sum(&tile) {
      $1.line("matmul_tile_\(type)(\($0), \(height), \(plan.columns), \(width), \(isFirst), sums);")
    }
    if plan.copiesLastStep {
      let left = statements.pointer(contraction.left, contraction, free: row, depth: "\(plan.depth - 1)")
      let panel = "\(lastStep) + \(column) / \(columnLimit) * PANEL_SIZE(1, \(columnLimit))"
      tile.line(
        "matmul_tile_\(type)(\(left), \(contraction.left.freeStride), \(contraction.left.depthStride), NULL, "
          + "\(panel), \(columnLimit), 0, 1, \(plan.rows), \(step), \(height), \(plan.columns), \(width), 0, sums);")
    }
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

  /// Asks for what a tile is added to, where it lies in this core's cache between others.
  private func askForHeld(_ tile: inout CText) {
    for (place, stride) in held {
      tile.line("ask_for_tile_\(type)(\(place) + \(row) * \(stride) + \(column), \(stride), \(height));")
    }
  }
}
