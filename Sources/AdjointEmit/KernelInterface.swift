import AdjointIR

/// What Swift needs to know of one compiled C function: its names, the fields of its argument structure, its arena.
public struct KernelInterface: Hashable, Sendable {
  /// One pointer of the argument structure.
  public struct Field: Hashable, Sendable {
    /// What the pointer leads to.
    public enum Role: Hashable, Sendable {
      /// Program parameter number `i`, which is only read.
      case parameter(Int)
      /// Program result number `i`, which is written.
      case result(Int)
    }

    /// The field's name in C.
    public var name: String
    public var type: TensorType
    public var role: Role

    /// Makes a field.
    public init(name: String, type: TensorType, role: Role) {
      self.name = name
      self.type = type
      self.role = role
    }

    /// The C type of an element: `float`.
    public var elementType: String { type.dtype.cType }
    /// Whether the C type is a pointer to const.
    public var isConstant: Bool { if case .parameter = role { true } else { false } }
    /// The C type of the pointer: `const float *`.
    public var pointerType: String { (isConstant ? "const " : "") + elementType + " *" }
  }

  /// The C function: `void name(const struct structName *arguments, void *arena)`.
  public var functionName: String
  /// The tag of the argument structure, and a typedef of it.
  public var structName: String
  /// Every parameter that is read and every result, in the order of the structure.
  public var fields: [Field]
  /// The bytes of scratch memory the function needs, 64-byte aligned; 0 where a null pointer will do.
  public var arenaByteCount: Int
  /// The size of each named dimension.
  public var sizes: [String: Int]

  /// The macro that holds `arenaByteCount`.
  public var arenaMacro: String { functionName.uppercased() + "_ARENA_BYTES" }

  /// Makes an interface.
  public init(
    functionName: String, structName: String, fields: [Field], arenaByteCount: Int, sizes: [String: Int] = [:]
  ) {
    self.functionName = functionName
    self.structName = structName
    self.fields = fields
    self.arenaByteCount = arenaByteCount
    self.sizes = sizes
  }
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
