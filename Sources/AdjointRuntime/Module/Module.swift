/// A model, a layer, an optimiser: a class whose variables and sub-modules can be found, split off and put back.
///
/// There is nothing to implement. Attributes are the stored properties: variables (`@Param var …`), sub-modules,
/// arrays, optionals and string-keyed dictionaries of both; everything else is static and belongs to the structure.
/// A model is used by one thread at a time.
public protocol Module: AnyObject {}

/// A module that says which part of a model's randomness (or of something else) its own variables are, so that filters
/// can tell them from others of the same kinds: a random stream by its name.
public protocol TaggedModule: Module {
  /// The tag of its variables.
  var variableTag: String { get }
}
