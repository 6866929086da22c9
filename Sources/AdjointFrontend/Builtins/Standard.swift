extension BuiltinTable {
  /// Everything built in.
  static func standard() -> BuiltinTable {
    let table = BuiltinTable()
    return table
  }
}
