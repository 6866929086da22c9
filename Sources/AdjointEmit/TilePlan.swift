import AdjointIR
import AdjointSchedule

/// How a product of matrices is cut up, from its sizes and strides and from what caches hold. Every choice gives the
/// same bits: an element is one chain of multiply-adds in the order of the depth however it is cut.
///
/// The innermost tile keeps its sums in registers. A tile of rows meets all panels of columns of a block before the
/// next one comes: the rows stay in the first cache, the block in the second, and what a product is added to or
/// updates goes by in the order in which it lies in memory.
struct TilePlan {
  let rows: Int
  let columns: Int
  let depth: Int
  /// Whether panels of columns are copied so that they lie in one piece: where they do not already run along the
  /// columns, or where enough tiles of rows read them to make up for the copy.
  let packsRight: Bool
  /// Whether tiles of wide panels had better read the columns in place all the same: a matrix that stays in the second
  /// cache, from which its panels come as fast when a step of theirs is two lines of a cache.
  let packsNarrowOnly: Bool
  /// Whether the last step of the depth is copied: rows of no whole number of vectors can be read in place, the last
  /// vector going on into the next row, but for the last row.
  let copiesLastStep: Bool
  /// Whether and how tiles' rows are copied: where they run across the depth, and enough panels read them.
  let leftPacking: LeftPacking
  /// The depth that is summed in one go; the sums so far are kept between.
  let depthBlock: Int
  /// Whether a panel meets all rows before the next one is packed, and stays in the first cache, where turning it about
  /// writes it: the rows come from the second cache once for each panel, and are few enough for that.
  let goesPanelByPanel: Bool
  /// The columns of a block: as many as the second cache holds beside the rest.
  let columnBlock: Int
  /// Whether rows are cut into blocks of about `TilePlan.rowBlock`, so that the sums that are kept stay near.
  let cutsRows: Bool
  /// How many steps of the depth ahead columns are asked for where they are read in place; 0 where they are near.
  let lookAhead: Int

  enum LeftPacking: Equatable {
    case none
    /// The tile of the first panel copies its rows as it reads them. Nothing waits for that, as long as they are not far:
    /// a processor sees only some steps ahead.
    case whileRead
    /// About so many rows are copied before their tiles come.
    case before(rows: Int)
  }

  /// Whether tiles had better all have one height than be as high as can be: what happens after a short sum is then
  /// written for that height.
  var evensTiles: Bool { depth <= TilePlan.shortDepth }

  /// How many steps of the depth ahead a panel's columns are asked for that lie in this core's cache between those of
  /// other cores: so far that the few lines which another core's processor has fetched by guess are back in time, but
  /// no further than the places of the first cache go round where rows lie far apart.
  static func lookAheadOfHeld(_ matrix: Contraction.Operand, _ type: DType) -> Int {
    let lines = max(1, matrix.depthStride * type.size / EarlyLine.lineBytes)
    let apart = min(lines & -lines, lineSets)
    return min(24, max(4, 3 * lineSets / apart))
  }

  /// How far ahead those are asked for that many tiles read while much else goes by.
  static let lookAheadOfNear = 4

  /// The sets of lines of the first cache, each of which holds eight lines or more.
  private static let lineSets = 64

  /// A panel of 32 columns and this depth takes 32 KiB.
  private static let panelDepth = 256
  /// A panel that is read in place comes from the second cache whatever its depth, and is not cut up to this one, which
  /// leaves the tile's rows in the first.
  private static let readDepth = 512
  /// Packed panels up to this depth are not cut: that they come from the second cache costs less than to keep sums.
  private static let packedDepth = 512
  /// Sums of this many rows are kept at a time.
  static let rowBlock = 480
  /// Rows are packed for tiles of about this many at a time: whole lines of a cache in a row, where one tile would take
  /// parts of two. Fewer where tiles read other arrays besides, which need the room that packed rows take.
  private static let (manyPackedRows, fewPackedRows) = (96, 48)
  /// The bytes of a block of packed columns, of one whose panels are deep, and of kept sums.
  private static let (blockBytes, deepBlockBytes, keptBytes) = (800 << 10, 256 << 10, 1 << 20)
  /// A left matrix of this size stays in the second cache while others go by, and one of this size beside all panels.
  private static let (nearLeftBytes, leftBytes) = (512 << 10, 256 << 10)
  /// The most columns of a panel and rows of a tile, over all instruction sets.
  static let (widestPanel, tallestTile) = (32, 12)
  /// A sum this short takes hardly longer than what happens to its elements.
  private static let shortDepth = 64
  /// What is left of the first cache for a right matrix that stays there as a whole.
  private static let nearBytes = 32 << 10
  /// The most lanes of a vector, over all instruction sets.
  static let widestVector = 16
  /// To copy an element costs about as much as for this many tiles to read it where it is.
  private static let tilesForCopy = 12
  /// As above, for a matrix in the second cache and tiles of wide panels.
  private static let tilesForNearCopy = 96
  /// As above, for a step of the rows of a tile and the panels that read it.
  private static let panelsForCopy = 8

  init(_ contraction: Contraction, _ type: DType) {
    (rows, columns, depth) = (contraction.rows.extent, contraction.columns.extent, contraction.depth)
    let tiles = (rows + TilePlan.tallestTile - 1) / TilePlan.tallestTile
    let bytes = depth * columns * type.size
    let isNear = bytes <= TilePlan.nearBytes
    let beyond = (TilePlan.widestVector - columns % TilePlan.widestVector) % TilePlan.widestVector
    let readsOn =
      columns <= TilePlan.widestPanel && contraction.right.depthStride >= beyond && depth > TilePlan.shortDepth
      && depth <= TilePlan.readDepth
    packsRight =
      contraction.right.freeStride != 1 || (beyond > 0 && !readsOn) || (tiles > TilePlan.tilesForCopy && !isNear)
    if contraction.left.depthStride == 1 || columns < TilePlan.panelsForCopy * TilePlan.widestPanel {
      leftPacking = .none
    } else if contraction.left.freeStride == 1, rows * depth * type.size <= TilePlan.nearLeftBytes {
      leftPacking = .whileRead
    } else {
      leftPacking =
        .before(rows: TilePlan.readsElements(contraction) ? TilePlan.fewPackedRows : TilePlan.manyPackedRows)
    }
    packsNarrowOnly =
      contraction.right.freeStride == 1 && beyond == 0 && depth <= TilePlan.panelDepth
      && bytes <= TilePlan.leftBytes && tiles <= TilePlan.tilesForNearCopy
    copiesLastStep = !packsRight && beyond > 0
    lookAhead = packsRight || isNear ? 0 : 12
    // A panel that few tiles read need not stay near.
    let fitsPanel = depth <= (packsRight ? TilePlan.panelDepth * 5 / 4 : TilePlan.readDepth)
    goesPanelByPanel =
      contraction.right.freeStride != 1 && depth > TilePlan.shortDepth && rows * depth * type.size <= TilePlan.leftBytes
    let staysPacked = packsRight && !goesPanelByPanel && leftPacking == .none && depth <= TilePlan.packedDepth
    if fitsPanel || (!packsRight && tiles <= 4) || staysPacked {
      depthBlock = depth
    } else {
      let blocks = (depth + TilePlan.panelDepth - 1) / TilePlan.panelDepth
      depthBlock = ((depth + blocks - 1) / blocks + 15) / 16 * 16
    }
    let cutsDepth = depthBlock < depth
    cutsRows = cutsDepth && rows > TilePlan.rowBlock * 5 / 4
    let rounded = (columns + TilePlan.widestPanel - 1) / TilePlan.widestPanel * TilePlan.widestPanel
    var block = rounded
    func limit(_ bytes: Int, _ lines: Int) {
      let whole = bytes / (lines * type.size) / TilePlan.widestPanel * TilePlan.widestPanel
      block = min(block, max(TilePlan.widestPanel, whole))
    }
    if packsRight {
      limit(fitsPanel || depthBlock < depth ? TilePlan.blockBytes : TilePlan.deepBlockBytes, depthBlock)
    }
    if cutsDepth { limit(TilePlan.keptBytes, min(rows, TilePlan.rowBlock * 5 / 4)) }
    if goesPanelByPanel { block = TilePlan.widestPanel }
    // Blocks of about one size.
    let blocks = (rounded + block - 1) / block
    columnBlock =
      ((rounded + blocks - 1) / blocks + TilePlan.widestPanel - 1) / TilePlan.widestPanel
      * TilePlan.widestPanel
  }

  /// Whether what happens to each of a product's elements reads an element of some array.
  private static func readsElements(_ contraction: Contraction) -> Bool {
    contraction.epilogueLoads.contains { _, index in
      index.coefficient(of: contraction.rows.variable) != 0 && index.coefficient(of: contraction.columns.variable) != 0
    }
  }

  var cutsDepth: Bool { depthBlock < depth }
  var cutsColumns: Bool { columnBlock < columns }
  /// Rows of sums that are kept, at most.
  var keptRows: Int { min(rows, TilePlan.rowBlock * 5 / 4) + TilePlan.tallestTile }

  /// Elements of scratch memory for packed panels, for the sums that are kept and for packed rows, in this order.
  var panelElements: Int { packsRight ? columnBlock * (depthBlock + 1) : 0 }
  var sumElements: Int { cutsDepth ? keptRows * columnBlock : 0 }
  var leftElements: Int {
    switch leftPacking {
    case .none: 0
    case .whileRead: TilePlan.tallestTile * depthBlock
    case .before(let rows): rows * (depthBlock + 1)
    }
  }
  var scratchElements: Int { panelElements + sumElements + leftElements }
  /// All columns, in whole panels.
  var wholeColumns: Int { (columns + TilePlan.widestPanel - 1) / TilePlan.widestPanel * TilePlan.widestPanel }
  /// Elements for the packed panels and the kept sums of all columns.
  var sharedElements: Int { wholeColumns * ((packsRight ? depthBlock + 1 : 0) + (cutsDepth ? keptRows : 0)) }
}

extension Contraction {
  /// What is read of arrays for each element of the product.
  var epilogueLoads: [(buffer: Int, index: Index)] {
    epilogue.flatMap { statement -> [(buffer: Int, index: Index)] in
      switch statement {
      case .define(_, let value), .store(_, _, let value): loads(value)
      default: []
      }
    }
  }
}
