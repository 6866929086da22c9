/// The extent of an axis: one size, or several that code is specialised for.
///
/// ```swift
/// extension Dim { static let batch = Dim(32, 128) }
/// ```
public struct Dim: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// The sizes, in the order given.
  public let sizes: [Int]

  /// A dimension that is one of these sizes.
  public init(_ sizes: Int...) {
    require(!sizes.isEmpty && sizes.allSatisfy { $0 >= 0 }, "a Dim needs sizes that are not negative, got \(sizes)")
    self.sizes = sizes
  }

  public init(integerLiteral value: Int) { self.init(value) }

  public var description: String { sizes.map(String.init).joined(separator: " or ") }
}

/// Gives a tensor parameter of an entry point its shape: `@Shape(.batch, 784) images: Tensor<Float>`.
///
/// Eager calls check the argument against it and stop where it does not fit.
@propertyWrapper
public struct Shape<Scalar: TensorScalar> {
  /// The argument.
  public let wrappedValue: Tensor<Scalar>

  /// Checks an argument.
  public init(
    wrappedValue: Tensor<Scalar>, _ dimensions: Dim..., file: StaticString = #fileID, line: UInt = #line
  ) {
    let shape = wrappedValue.shape
    let fits = shape.count == dimensions.count && zip(shape, dimensions).allSatisfy { $1.sizes.contains($0) }
    require(
      fits,
      "the argument has shape \(shape), [\(dimensions.map(\.description).joined(separator: ", "))] was expected",
      file: file, line: line)
    self.wrappedValue = wrappedValue
  }
}

/// Gives the instance that an entry point is specialised for: `@Like(GPT(.tiny, rngs: Rngs(0))) model: GPT`. Without an
/// instance it says that the type has one possible `init`.
///
/// Eager calls check the argument's structure against it and stop where it does not fit.
@propertyWrapper
public struct Like<Value> {
  /// The argument.
  public let wrappedValue: Value

  /// No instance: the type fixes the structure.
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
}

extension Like where Value: Module {
  /// Checks a model.
  public init(wrappedValue: Value, _ example: Value, file: StaticString = #fileID, line: UInt = #line) {
    requireSameStructure(GraphDef(of: wrappedValue), GraphDef(of: example), file: file, line: line)
    self.init(wrappedValue: wrappedValue)
  }
}

extension Like {
  /// Checks a graph definition.
  public init<Model: Module>(
    wrappedValue: Value, _ example: Model, file: StaticString = #fileID, line: UInt = #line
  ) where Value == GraphDef<Model> {
    requireSameStructure(wrappedValue, GraphDef(of: example), file: file, line: line)
    self.init(wrappedValue: wrappedValue)
  }

  /// Checks a state of all of a model's variables.
  public init<Model: Module>(
    wrappedValue: Value, _ example: Model, file: StaticString = #fileID, line: UInt = #line
  ) where Value == State<Model> {
    let expected = GraphDef(of: example).layout.entries
    let found = zip(wrappedValue.layout.entries, wrappedValue.values).map { "\($0.name) \($1.typeText)" }
    let wanted = expected.map { "\($0.name) \($0.scalarType)\($0.shape)" }
    require(
      found == wanted,
      "the state holds \(found.joined(separator: ", ")); \(wanted.joined(separator: ", ")) was expected",
      file: file, line: line)
    self.init(wrappedValue: wrappedValue)
  }
}

private func requireSameStructure<Model: Module>(
  _ found: GraphDef<Model>, _ expected: GraphDef<Model>, file: StaticString, line: UInt
) {
  require(
    found == expected,
    "the argument's structure is not what this code is specialised for:\n  "
      + found.differences(from: expected).joined(separator: "\n  "), file: file, line: line)
}

/// Says that a number is a run-time scalar of an entry point, not a constant of its code: `@Traced rate: Float`.
@propertyWrapper
public struct Traced<Value: TensorScalar> {
  /// The argument.
  public let wrappedValue: Value

  /// Takes an argument.
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
}
