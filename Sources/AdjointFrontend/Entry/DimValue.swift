import AdjointDiagnostics
import AdjointIR

/// `Dim(32, 128)`: the sizes that an axis is specialised for.
struct DimValue: NativeValue {
  var sizes: [Int]

  var typeName: String { "Dim" }
}

extension BuiltinTable {
  /// What annotations are made of.
  mutating func addAnnotations() {
    types.insert("Dim")
    initialiser("Dim", [:]) { elaborator, call in
      let sizes = try call.arguments.map { argument -> Int in
        guard argument.label == nil, case .integer(let size, _) = argument.value, size >= 0 else {
          throw elaborator.error("annotation.dim", "a Dim is made of sizes that are not negative", at: argument.span)
        }
        return size
      }
      guard !sizes.isEmpty else {
        throw elaborator.error("annotation.dim", "a Dim needs at least one size", at: call.span)
      }
      guard Set(sizes).count == sizes.count else {
        throw elaborator.error("annotation.dim", "a Dim names a size twice", at: call.span)
      }
      return .native(DimValue(sizes: sizes))
    }
  }
}
