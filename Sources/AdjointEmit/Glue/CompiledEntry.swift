import AdjointIR

/// An entry point together with the C functions it became, one for each specialisation in order.
public struct CompiledEntry: Sendable {
  public var entry: EntryPoint
  public var interfaces: [KernelInterface]

  /// Pairs an entry point with its C functions.
  public init(_ entry: EntryPoint, interfaces: [KernelInterface]) {
    self.entry = entry
    self.interfaces = interfaces
  }
}
