import AdjointIR

/// What a caller of one generated C function needs to know.
public struct KernelInterface: Hashable, Sendable {
  /// One pointer of the arguments struct.
  public struct Field: Hashable, Sendable {
    /// What the pointer is for.
    public enum Role: Hashable, Sendable {
      /// The program's parameter of that number, read only.
      case parameter(Int)
      /// The program's result of that number, written.
      case result(Int)
    }

    /// The field's name.
    public var name: String
    /// The tensor that it points to, row-major.
    public var type: TensorType
    /// What the pointer is for.
    public var role: Role

    /// The C type of an element: `float`.
    public var elementType: String { type.dtype.cType }
    /// Whether the C type is a pointer to const.
    public var isConstant: Bool { if case .parameter = role { true } else { false } }
    /// The C type of the pointer: `const float *`.
    public var pointerType: String { (isConstant ? "const " : "") + elementType + " *" }
  }

  /// The header that declares it, such as `DigitsModel.h`.
  public var header: String
  /// The size of each named dimension.
  public var sizes: [String: Int]
  /// The C function: `void function(const argumentsType *arguments, void *arena)`.
  public var function: String
  /// The name of the arguments struct (a typedef).
  public var argumentsType: String
  /// The macro that holds `arenaByteCount`.
  public var arenaMacro: String
  /// The pointers, in the order of the struct: parameters, then results. A parameter that nothing reads has none.
  public var fields: [Field]
  /// The bytes of scratch memory a call needs, aligned to 64; 0 where NULL will do.
  public var arenaByteCount: Int
}

extension DType {
  /// The C type of an element.
  public var cType: String {
    switch self {
    case .f32: "float"
    case .f64: "double"
    case .i32: "int32_t"
    case .i64: "int64_t"
    case .u32: "uint32_t"
    case .bool: "uint8_t"
    }
  }
}
