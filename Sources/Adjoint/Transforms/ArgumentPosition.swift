/// Differentiate by the first argument: `.first`.
public struct FirstArgument: Sendable {
  /// The first argument.
  public static let first = FirstArgument()
}

/// Differentiate by the second argument: `.second`.
public struct SecondArgument: Sendable {
  /// The second argument.
  public static let second = SecondArgument()
}

/// Differentiate by the third argument: `.third`.
public struct ThirdArgument: Sendable {
  /// The third argument.
  public static let third = ThirdArgument()
}
