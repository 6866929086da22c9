import AdjointIR
import AdjointSchedule

/// How a product of matrices is cut up, from its sizes and strides and from what caches hold. Every choice gives the
/// same bits: an element is one chain of fused multiply-adds in the order of the depth however it is cut.
///
/// The innermost tile keeps its sums in registers and reads a panel of the right matrix that stays in the first cache
/// while tile after tile of rows goes by; the rows of one block stay in the second cache.
struct TilePlan {
  let rows: Int
  let columns: Int
  let depth: Int
  /// Whether panels of columns are copied so that they lie in one piece: where they do not already run along the
  /// columns, or where enough tiles of rows read them to make up for the copy.
  let packsRight: Bool
  /// Whether rows are copied tile by tile: where they run across the depth, and enough panels read them.
  let packsLeft: Bool
  /// The depth that is summed in one go; the sums so far are kept between.
  let depthBlock: Int
  /// Whether rows are cut into blocks of about `TilePlan.rowBlock`.
  let cutsRows: Bool

  /// A panel of 32 columns and this depth takes 32 KiB.
  private static let panelDepth = 256
  /// A block of this many rows and 256 deep takes 480 KiB.
  static let rowBlock = 480
  /// How many panels are packed at a time, so that each visit to a row of the matrix reads several cache lines.
  static let panels = 4
  /// The most columns of a panel and rows of a tile, over all instruction sets.
  static let (widestPanel, tallestTile) = (32, 12)
  /// Arrays of this size in all stay in a near cache from kernel to kernel.
  static let nearBytes = 1 << 18
  /// The most lanes of a vector, over all instruction sets.
  private static let widestVector = 16

  init(_ contraction: Contraction, _ type: DType) {
    (rows, columns, depth) = (contraction.rows.extent, contraction.columns.extent, contraction.depth)
    // A copied element costs about as much as two multiply-adds of a vector's lane; it is read once for each tile.
    let tiles = (rows + TilePlan.tallestTile - 1) / TilePlan.tallestTile
    packsRight = contraction.right.freeStride != 1 || columns % TilePlan.widestVector != 0 || tiles > 4
    packsLeft = contraction.left.depthStride != 1 && columns > 2 * TilePlan.widestPanel
    if depth <= TilePlan.panelDepth * 5 / 4 {
      depthBlock = depth
    } else {
      let blocks = (depth + TilePlan.panelDepth - 1) / TilePlan.panelDepth
      depthBlock = ((depth + blocks - 1) / blocks + 15) / 16 * 16
    }
    cutsRows = rows > TilePlan.rowBlock * 5 / 4
  }

  var cutsDepth: Bool { depthBlock < depth }
  /// Rows of the copy of the left matrix and of sums that are kept, at most.
  private var keptRows: Int { min(rows, TilePlan.rowBlock * 5 / 4) + TilePlan.tallestTile }
  private var roundedColumns: Int { (columns + TilePlan.widestPanel - 1) / TilePlan.widestPanel * TilePlan.widestPanel }

  /// Elements of scratch memory for packed panels, for the sums that are kept and for packed rows, in this order.
  var panelElements: Int {
    packsRight ? min(TilePlan.panels * TilePlan.widestPanel, roundedColumns) * depthBlock : 0
  }
  var sumElements: Int {
    cutsDepth ? keptRows * min(TilePlan.panels * TilePlan.widestPanel, roundedColumns) : 0
  }
  var leftElements: Int { packsLeft ? (keptRows * depthBlock + 15) / 16 * 16 : 0 }
  var scratchElements: Int { panelElements + sumElements + leftElements }
}
