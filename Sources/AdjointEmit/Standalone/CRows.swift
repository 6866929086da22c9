import AdjointIR
import AdjointSchedule

extension CStatements {
  /// A product of matrices in C11: the sums of a piece of a row in a local array, then the epilogue for each of them.
  mutating func writeRows(_ contraction: Contraction, to text: inout CText) {
    let type = dtype(contraction.accumulator)
    let columns = contraction.columns.extent
    let (i, j, k) = (name(contraction.rows.variable), name(contraction.columns.variable), derivedName("depth"))
    let width = min(columns, CStatements.rowPiece)
    let sums = derivedName("row_sums")
    let isWhole = columns == width
    let factor = derivedName("left_value")
    let (first, count) = (derivedName(j + "_piece"), derivedName("piece"))
    var copy = self
    copy.writeLoops([contraction.rows][...], to: &text) { statements, row in
      func piece(_ inner: inout CText) {
        let limit = isWhole ? "\(columns)" : count
        let column = isWhole ? j : "\(first) + \(j)"
        inner.line("\(type.cType) \(sums)[\(width)];")
        inner.line("for (int \(j) = 0; \(j) < \(limit); \(j)++) \(sums)[\(j)] = \(CExpressions.literal(0, type));")
        inner.block("for (int \(k) = 0; \(k) < \(contraction.depth); \(k)++)") { sum in
          let left = statements.element(contraction.left, contraction, free: i, depth: k)
          let free = isWhole ? j : "(\(column))"
          let right = statements.element(contraction.right, contraction, free: free, depth: k)
          sum.line("const \(type.cType) \(factor) = \(left);")
          sum.line("for (int \(j) = 0; \(j) < \(limit); \(j)++)")
          sum.line("  \(sums)[\(j)] = \(statements.multiplyAdd(factor, right, "\(sums)[\(j)]", type));")
        }
        if statements.aliasing.allowsVectors(contraction.epilogue, over: contraction.columns.variable) {
          inner.directive(statements.independentIterations)
        }
        let header =
          isWhole
          ? "for (int \(j) = 0; \(j) < \(columns); \(j)++)"
          : "for (int \(j) = \(first); \(j) < \(first) + \(count); \(j)++)"
        inner.block(header) { element in
          let place = isWhole ? j : "\(j) - \(first)"
          element.line("const \(type.cType) \(statements.name(contraction.accumulator)) = \(sums)[\(place)];")
          statements.write(contraction.epilogue, to: &element)
        }
      }
      if isWhole {
        piece(&row)
      } else {
        row.block("for (int \(first) = 0; \(first) < \(columns); \(first) += \(width))") { inner in
          inner.line("const int \(count) = SMALLER(\(width), \(columns) - \(first));")
          piece(&inner)
        }
      }
    }
    adopt(copy)
  }

  /// The columns whose sums are kept at a time: small enough for the stack of a microcontroller.
  private static let rowPiece = 64
}
