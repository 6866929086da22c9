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
  }

  /// The C function: `void name(const struct structName *arguments, void *arena)`.
  public var functionName: String
  /// The tag of the argument structure.
  public var structName: String
  /// Every parameter that is read and every result, in the order of the structure.
  public var fields: [Field]
  /// The bytes of scratch memory the function needs, 64-byte aligned.
  public var arenaByteCount: Int

  /// Makes an interface.
  public init(functionName: String, structName: String, fields: [Field], arenaByteCount: Int) {
    self.functionName = functionName
    self.structName = structName
    self.fields = fields
    self.arenaByteCount = arenaByteCount
  }
}
