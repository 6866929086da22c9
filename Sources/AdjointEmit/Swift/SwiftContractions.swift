import AdjointIR
import AdjointSchedule

extension SwiftStatements {
  /// Writes a product of matrices: rows at a time by the runtime's product where that pays, as plain loops where it is
  /// small.
  mutating func write(_ contraction: Contraction, to text: inout CText) {
    var copy = self
    let isLarge =
      dtype(contraction.accumulator).isFloat
      && contraction.rows.extent * contraction.columns.extent * contraction.depth >= 1024
    copy.writeLoops(contraction.batch[...], to: &text) { statements, inner in
      if contraction.lanes > 1 {
        statements.writeDot(contraction, to: &inner)
      } else if isLarge {
        statements.writeProduct(contraction, to: &inner)
      } else {
        statements.writePlain(contraction, to: &inner)
      }
    }
    adopt(copy)
  }

  /// The place of an operand's element, the parts left out being 0.
  private func place(
    _ operand: Contraction.Operand, _ contraction: Contraction, free: String?, depth: String? = nil
  ) -> String {
    var parts: [String] = operand.offset == 0 ? [] : ["\(operand.offset)"]
    for (loop, stride) in zip(contraction.batch, operand.batchStrides) where stride != 0 {
      parts.append(SwiftStatements.product(name(loop.variable), stride))
    }
    if let free, operand.freeStride != 0 { parts.append(SwiftStatements.product(free, operand.freeStride)) }
    if let depth, operand.depthStride != 0 { parts.append(SwiftStatements.product(depth, operand.depthStride)) }
    return parts.joined(separator: " + ")
  }

  private static func product(_ name: String, _ factor: Int) -> String { factor == 1 ? name : "\(name) * \(factor)" }

  private func pointer(_ operand: Contraction.Operand, _ contraction: Contraction, free: String?) -> String {
    let place = place(operand, contraction, free: free)
    let name = expressions.bufferNames[operand.buffer] ?? ""
    return place.isEmpty ? name : "\(name) + \(place)"
  }

  private func element(
    _ operand: Contraction.Operand, _ contraction: Contraction, free: String, depth: String
  ) -> String {
    let place = place(operand, contraction, free: free, depth: depth)
    return "\(expressions.bufferNames[operand.buffer] ?? "")[\(place.isEmpty ? "0" : place)]"
  }

  /// `sum = sum + left · right`, rounded once.
  private func multiplyAdd(_ left: String, _ right: String, into sum: String, _ type: DType) -> String {
    if type.isFloat { return "\(sum) = \(sum).addingProduct(\(left), \(right))" }
    if type == .bool { return "\(sum) |= \(left) & \(right)" }
    return "\(sum) &+= \(left) &* \(right)"
  }

  /// One loop for rows, one for columns, one for the sum.
  private mutating func writePlain(_ contraction: Contraction, to text: inout CText) {
    let type = dtype(contraction.accumulator)
    let sum = name(contraction.accumulator)
    let total = type == .bool ? names.unique(sum + "_byte") : sum
    let k = derivedName("depth")
    var copy = self
    copy.writeLoops([contraction.rows, contraction.columns][...], to: &text) { statements, inner in
      let left = statements.element(
        contraction.left, contraction, free: statements.name(contraction.rows.variable), depth: k)
      let right = statements.element(
        contraction.right, contraction, free: statements.name(contraction.columns.variable), depth: k)
      if contraction.depth == 0 {
        inner.line("let \(total): \(type.swiftElement) = 0")
      } else {
        inner.line("var \(total): \(type.swiftElement) = 0")
        inner.loop(k, in: "0..<\(contraction.depth)") {
          $0.line(statements.multiplyAdd(left, right, into: total, type))
        }
      }
      if type == .bool { inner.line("let \(sum) = \(total) != 0") }
      statements.write(contraction.epilogue, to: &inner)
    }
    adopt(copy)
  }

  /// Some rows at a time: their sums in scratch memory, then the epilogue for each element of them.
  private mutating func writeProduct(_ contraction: Contraction, to text: inout CText) {
    let type = dtype(contraction.accumulator)
    let (rows, columns, depth) = (contraction.rows.extent, contraction.columns.extent, contraction.depth)
    products.insert(type)
    let (i, j) = (name(contraction.rows.variable), name(contraction.columns.variable))
    let block = derivedName(i + "_block")
    let (right, sums) = (derivedName("right"), derivedName("row_sums"))
    let blockRows = min(rows, SwiftStatements.blockRows)
    let rowSums = takeScratch(blockRows * columns * type.size)
    let isPacked = contraction.right.freeStride == 1
    let packed = isPacked ? 0 : takeScratch(depth * columns * type.size)
    let scalar = type.swiftName
    var copy = self
    text.line("let \(sums) = (scratch + \(rowSums)).assumingMemoryBound(to: \(scalar).self)")
    let source = pointer(contraction.right, contraction, free: nil)
    if isPacked {
      text.line("let \(right) = UnsafePointer(\(source))")
    } else {
      text.line("let \(right) = (scratch + \(packed)).assumingMemoryBound(to: \(scalar).self)")
      text.line(
        "pack_\(type)(\(source), \(contraction.right.depthStride), \(contraction.right.freeStride), \(depth), "
          + "\(columns), into: \(right))")
    }
    let rightStride = isPacked ? contraction.right.depthStride : columns
    text.block("for \(block) in stride(from: 0, to: \(rows), by: \(blockRows))") { outer in
      let height: String
      if rows % blockRows == 0 {
        height = "\(blockRows)"
      } else {
        height = copy.derivedName("block_height")
        outer.line("let \(height) = min(\(blockRows), \(rows) - \(block))")
      }
      outer.line("\(sums).update(repeating: 0, count: \(height) * \(columns))")
      let left = copy.pointer(contraction.left, contraction, free: block)
      outer.line(
        "adjoint_matmul_\(type)(\(left), \(contraction.left.freeStride), \(contraction.left.depthStride), \(right), "
          + "\(rightStride), \(sums), \(columns), \(height), \(columns), \(depth))")
      outer.block("for \(i) in \(block)..<\(block) + \(height)") { row in
        row.block("for \(j) in 0..<\(columns)") { inner in
          inner.line("let \(copy.name(contraction.accumulator)) = \(sums)[(\(i) - \(block)) * \(columns) + \(j)]")
          copy.write(contraction.epilogue, to: &inner)
        }
      }
    }
    adopt(copy)
  }

  /// The rows whose sums are kept at a time.
  private static let blockRows = 16

  /// A single sum in the lanes of a vector.
  private mutating func writeDot(_ contraction: Contraction, to text: inout CText) {
    let type = dtype(contraction.accumulator)
    let sum = name(contraction.accumulator)
    let lanes = contraction.lanes
    let (k, lane) = (derivedName("depth"), derivedName("lane_index"))
    let partial = names.unique(sum + "_lanes")
    var copy = self
    copy.writeLoops([contraction.rows, contraction.columns][...], to: &text) { statements, inner in
      func step(_ depth: String, _ place: String) -> String {
        let left = statements.element(
          contraction.left, contraction, free: statements.name(contraction.rows.variable), depth: depth)
        let right = statements.element(
          contraction.right, contraction, free: statements.name(contraction.columns.variable), depth: depth)
        return statements.multiplyAdd(left, right, into: place, type)
      }
      inner.line(statements.vector(partial, type, lanes, "0"))
      let whole = contraction.depth / lanes * lanes
      if whole > 0 {
        inner.block("for \(k) in stride(from: 0, to: \(whole), by: \(lanes))") { outer in
          outer.block("for \(lane) in 0..<\(lanes)") { $0.line(step("(\(k) + \(lane))", "\(partial)[\(lane)]")) }
        }
      }
      if whole < contraction.depth {
        inner.block("for \(k) in \(whole)..<\(contraction.depth)") {
          $0.line(step(k, "\(partial)[\(k) - \(whole)]"))
        }
      }
      statements.writeHalving(partial, sum, lanes, .sum, type, to: &inner)
      statements.write(contraction.epilogue, to: &inner)
    }
    adopt(copy)
  }
}
