/// Differentiate by the first argument: `.first`, or of a model or a state by the variables that a filter means: `.first(filter)`.
public struct FirstArgument: Sendable {
  /// Which variables of a model or a state; nil for a model's parameters and all of a state.
  let filter: Filter?

  /// The first argument; of a model its parameters.
  public static let first = FirstArgument(filter: nil)

  /// The variables of the first argument, a model or a state, that a filter means.
  public static func first(_ filter: Filter) -> FirstArgument { FirstArgument(filter: filter) }

  /// The variables of one kind of the first argument, a model.
  public static func first(_ type: any VariableType.Type) -> FirstArgument { first(.of(type)) }
}

/// Differentiate by the second argument: `.second`, or of a model or a state by the variables that a filter means: `.second(filter)`.
public struct SecondArgument: Sendable {
  /// Which variables of a model or a state; nil for a model's parameters and all of a state.
  let filter: Filter?

  /// The second argument; of a model its parameters.
  public static let second = SecondArgument(filter: nil)

  /// The variables of the second argument, a model or a state, that a filter means.
  public static func second(_ filter: Filter) -> SecondArgument { SecondArgument(filter: filter) }

  /// The variables of one kind of the second argument, a model.
  public static func second(_ type: any VariableType.Type) -> SecondArgument { second(.of(type)) }
}

/// Differentiate by the third argument: `.third`, or of a model or a state by the variables that a filter means: `.third(filter)`.
public struct ThirdArgument: Sendable {
  /// Which variables of a model or a state; nil for a model's parameters and all of a state.
  let filter: Filter?

  /// The third argument; of a model its parameters.
  public static let third = ThirdArgument(filter: nil)

  /// The variables of the third argument, a model or a state, that a filter means.
  public static func third(_ filter: Filter) -> ThirdArgument { ThirdArgument(filter: filter) }

  /// The variables of one kind of the third argument, a model.
  public static func third(_ type: any VariableType.Type) -> ThirdArgument { third(.of(type)) }
}
