import AdjointIR
import AdjointSchedule

extension CStatements {
  /// Writes a product of matrices: in tiles where that pays, as plain loops where it is small.
  mutating func write(_ contraction: Contraction, to text: inout CText) {
    var copy = self
    copy.writeLoops(contraction.batch[...], to: &text) { statements, inner in
      if contraction.lanes > 1 {
        statements.writeDot(contraction, to: &inner)
      } else if statements.usesTiles(contraction) {
        if statements.isPortable {
          statements.writeRows(contraction, to: &inner)
        } else {
          statements.writeTiles(contraction, to: &inner)
        }
      } else {
        statements.writePlain(contraction, to: &inner)
      }
    }
    adopt(copy)
  }

  private func usesTiles(_ contraction: Contraction) -> Bool {
    guard dtype(contraction.accumulator).isFloat else { return false }
    return contraction.rows.extent * contraction.columns.extent * contraction.depth >= 1024
  }

  /// The place of an operand's element, the parts left out being 0.
  func place(
    _ operand: Contraction.Operand, _ contraction: Contraction, free: String?, depth: String? = nil
  ) -> String {
    var parts: [String] = operand.offset == 0 ? [] : ["\(operand.offset)"]
    for (loop, stride) in zip(contraction.batch, operand.batchStrides) where stride != 0 {
      parts.append(CStatements.product(name(loop.variable), stride))
    }
    if let free, free != "0", operand.freeStride != 0 { parts.append(CStatements.product(free, operand.freeStride)) }
    if let depth, operand.depthStride != 0 { parts.append(CStatements.product(depth, operand.depthStride)) }
    return parts.joined(separator: " + ")
  }

  private static func product(_ name: String, _ factor: Int) -> String { factor == 1 ? name : "\(name) * \(factor)" }

  func pointer(
    _ operand: Contraction.Operand, _ contraction: Contraction, free: String?, depth: String? = nil
  ) -> String {
    let place = place(operand, contraction, free: free, depth: depth)
    let name = expressions.bufferNames[operand.buffer] ?? ""
    return place.isEmpty ? name : "\(name) + \(place)"
  }

  func element(
    _ operand: Contraction.Operand, _ contraction: Contraction, free: String, depth: String
  ) -> String {
    let place = place(operand, contraction, free: free, depth: depth)
    return "\(expressions.bufferNames[operand.buffer] ?? "")[\(place.isEmpty ? "0" : place)]"
  }

  func multiplyAdd(_ left: String, _ right: String, _ sum: String, _ type: DType) -> String {
    if type.isFloat { return "\(isPortable ? "ADJOINT_FMA" : "MULTIPLY_ADD")(\(left), \(right), \(sum))" }
    if type == .bool { return "\(sum) | (\(left) & \(right))" }
    return "adjoint_add_\(type)(\(sum), adjoint_multiply_\(type)(\(left), \(right)))"
  }

  /// One loop for rows, one for columns, one for the sum.
  private mutating func writePlain(_ contraction: Contraction, to text: inout CText) {
    let type = dtype(contraction.accumulator)
    let sum = name(contraction.accumulator)
    let k = derivedName("depth")
    var copy = self
    copy.writeLoops([contraction.rows, contraction.columns][...], to: &text) { statements, inner in
      let left = statements.element(
        contraction.left, contraction, free: statements.name(contraction.rows.variable), depth: k)
      let right = statements.element(
        contraction.right, contraction, free: statements.name(contraction.columns.variable), depth: k)
      inner.line("\(type.cType) \(sum) = \(CExpressions.literal(0, type));")
      inner.block("for (int \(k) = 0; \(k) < \(contraction.depth); \(k)++)") {
        $0.line("\(sum) = \(statements.multiplyAdd(left, right, sum, type));")
      }
      statements.write(contraction.epilogue, to: &inner)
    }
    adopt(copy)
  }

  /// A single sum in lanes.
  private mutating func writeDot(_ contraction: Contraction, to text: inout CText) {
    let type = dtype(contraction.accumulator)
    let sum = name(contraction.accumulator)
    let lanes = contraction.lanes
    let (k, lane, half) = (derivedName("depth"), derivedName("lane_index"), derivedName("half"))
    let partial = names.unique(sum + "_lanes")
    var copy = self
    copy.writeLoops([contraction.rows, contraction.columns][...], to: &text) { statements, inner in
      func step(_ depth: String, _ place: String) -> String {
        let left = statements.element(
          contraction.left, contraction, free: statements.name(contraction.rows.variable), depth: depth)
        let right = statements.element(
          contraction.right, contraction, free: statements.name(contraction.columns.variable), depth: depth)
        return "\(place) = \(statements.multiplyAdd(left, right, place, type));"
      }
      inner.line("\(type.cType) \(partial)[\(lanes)] = {0};")
      let whole = contraction.depth / lanes * lanes
      if whole > 0 {
        inner.block("for (int \(k) = 0; \(k) < \(whole); \(k) += \(lanes))") { outer in
          outer.block("for (int \(lane) = 0; \(lane) < \(lanes); \(lane)++)") {
            $0.line(step("(\(k) + \(lane))", "\(partial)[\(lane)]"))
          }
        }
      }
      if whole < contraction.depth {
        inner.block("for (int \(k) = \(whole); \(k) < \(contraction.depth); \(k)++)") {
          $0.line(step(k, "\(partial)[\(k) - \(whole)]"))
        }
      }
      inner.block("for (int \(half) = \(lanes / 2); \(half) > 0; \(half) /= 2)") { outer in
        outer.block("for (int \(lane) = 0; \(lane) < \(half); \(lane)++)") {
          let place = "\(partial)[\(lane)]"
          $0.line(statements.combine(place, "\(partial)[\(lane) + \(half)]", .sum, type))
        }
      }
      inner.line("const \(type.cType) \(sum) = \(partial)[0];")
      statements.write(contraction.epilogue, to: &inner)
    }
    adopt(copy)
  }
}
