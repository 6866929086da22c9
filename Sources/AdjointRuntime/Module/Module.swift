/// A model, a layer, an optimiser: a class whose variables and sub-modules can be found, split off and put back.
///
/// There is nothing to implement. Attributes are the stored properties: variables (`@Param var …`), sub-modules,
/// arrays, optionals and string-keyed dictionaries of both; everything else is static and belongs to the structure.
/// A model is used by one thread at a time.
public protocol Module: AnyObject {}
