/// The one table of everything built in.
extension BuiltinTable {
  /// Everything built in.
  static func standard() -> BuiltinTable {
    var table = BuiltinTable()
    table.addTensorOperators()
    table.addTensorFunctions()
    table.addTensorMethods()
    table.addTensorConstruction()
    table.addStaticNumbers()
    table.addStaticSequences()
    table.addStaticCollections()
    table.addFilters()
    table.addTrees()
    table.addFunctionalAPI()
    table.addDifferentiation()
    table.addModuleMethods()
    table.addCapture()
    table.addReseed()
    table.addPop()
    table.addPathComponents()
    table.addIteration()
    table.addPureDictionaries()
    table.addStateParts()
    return table
  }
}
