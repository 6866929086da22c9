import CAdjoint

/// The checks that generated code makes before it runs a kernel: whether each argument is what the kernel is
/// specialised for. Nothing here allocates unless something is wrong.
public struct CompiledCall: Sendable {
  /// The function's name with its labels, as messages give it.
  let function: StaticString
  /// Distinguishes this call from every other one.
  private let stamp: UInt64

  /// Begins a call.
  public init(_ function: StaticString) {
    self.function = function
    stamp = adjoint_next_call()
  }

  @usableFromInline func refuse(_ problem: String) -> AdjointError { AdjointError("\(function)", [problem]) }

  /// A tensor argument has the shape and stands outside of every eager transform.
  @inlinable
  public func check<Scalar: TensorScalar>(
    _ tensor: borrowing Tensor<Scalar>, _ shape: [Int], _ argument: StaticString
  ) throws(AdjointError) {
    try check(tensor.erased, shape, argument)
  }

  @usableFromInline
  func check(_ tensor: borrowing AnyTensor, _ shape: [Int], _ argument: StaticString) throws(AdjointError) {
    guard tensor.shape == shape else {
      throw refuse("\(argument) has shape \(tensor.shape), \(shape) was expected")
    }
    guard !tensor.isDifferentiated else { throw refuse(Self.differentiated(argument)) }
  }

  /// A variable of an argument has the element type and shape, and is not also another variable of this call.
  public func check(
    _ variable: Variable, _ scalarType: ScalarType, _ shape: [Int], _ name: StaticString
  ) throws(AdjointError) {
    guard variable.has(scalarType, shape) else {
      throw refuse("\(name) is \(variable.scalarType)\(variable.shape), \(scalarType)\(shape) was expected")
    }
    guard !variable.isDifferentiated else { throw refuse(Self.differentiated(name)) }
    guard variable.mark(stamp) else {
      throw refuse("\(name) is shared with another variable, which the code is not specialised for")
    }
  }

  /// The elements of a variable for reading and writing in place, after the checks of `check`.
  @inlinable
  public func pointer<Scalar: TensorScalar>(
    _ variable: Variable, _ type: Scalar.Type, _ shape: [Int], _ name: StaticString
  ) throws(AdjointError) -> UnsafeMutablePointer<Scalar> {
    try check(variable, Scalar.scalarType, shape, name)
    return variable.writePointer().assumingMemoryBound(to: Scalar.self)
  }

  /// The elements of one value of a state for reading and writing in place, after the checks of `check`.
  public func pointer<Model: Module, Scalar: TensorScalar>(
    _ state: inout State<Model>, _ index: Int, _ type: Scalar.Type, _ shape: [Int], _ name: StaticString
  ) throws(AdjointError) -> UnsafeMutablePointer<Scalar> {
    try check(state, index, name, Scalar.scalarType, shape)
    return state.writePointer(index).assumingMemoryBound(to: Scalar.self)
  }

  /// The elements of one value of a state for reading, after the checks of `check`.
  public func readPointer<Model: Module, Scalar: TensorScalar>(
    _ state: inout State<Model>, _ index: Int, _ type: Scalar.Type, _ shape: [Int], _ name: StaticString
  ) throws(AdjointError) -> UnsafePointer<Scalar> {
    try check(state, index, name, Scalar.scalarType, shape)
    return state.readPointer(index).assumingMemoryBound(to: Scalar.self)
  }

  /// The elements of a tensor argument for reading, after the checks of `check`; they hold as long as the tensor lives.
  @inlinable
  public func pointer<Scalar: TensorScalar>(
    _ tensor: borrowing Tensor<Scalar>, _ shape: [Int], _ argument: StaticString
  ) throws(AdjointError) -> UnsafePointer<Scalar> {
    try check(tensor, shape, argument)
    return tensor.borrowedPointer.assumingMemoryBound(to: Scalar.self)
  }

  /// One value of a state has the element type and shape.
  public func check<Model: Module>(
    _ state: borrowing State<Model>, _ index: Int, _ name: StaticString, _ scalarType: ScalarType, _ shape: [Int]
  ) throws(AdjointError) {
    // Element by element, so that nothing is copied, and no count of references changes.
    guard state.values[index].scalarType == scalarType, state.values[index].shape == shape else {
      throw refuse("\(name) is \(state.values[index].typeText), \(scalarType)\(shape) was expected")
    }
    guard !state.values[index].isDifferentiated else { throw refuse(Self.differentiated(name)) }
  }

  /// A state holds exactly the variables that the code is specialised for.
  public func check<Model: Module>(
    _ state: borrowing State<Model>, holds outline: ModelOutline, _ argument: StaticString
  ) throws(AdjointError) {
    if state.layout.fits(outline, isWhole: false) { return }
    let found = state.layout.entries
    let fits =
      found.count == outline.variables.count
      && zip(found, outline.variables).allSatisfy { $0.name == $1.name && $0.kind == $1.kind }
    guard fits else {
      let names = outline.variables.map(\.name).joined(separator: ", ")
      throw refuse("\(argument) holds \(found.map(\.name).joined(separator: ", ")); \(names) was expected")
    }
    state.layout.noteFit(outline, isWhole: false)
  }

  /// A graph definition is that of the model the code is specialised for: variables, sharing, static attributes.
  public func check<Model: Module>(
    _ graphdef: borrowing GraphDef<Model>, is outline: ModelOutline, _ argument: StaticString
  ) throws(AdjointError) {
    if graphdef.layout.fits(outline, isWhole: true) { return }
    let problems = outline.differences(from: graphdef)
    guard problems.isEmpty else {
      throw AdjointError("\(function)", problems.map { "\(argument): \($0)" })
    }
    graphdef.layout.noteFit(outline, isWhole: true)
  }

  /// A property of an argument has the value that the code is specialised for.
  @inlinable
  public func check(
    _ holds: Bool, _ property: StaticString, _ found: @autoclosure () -> Any, _ expected: StaticString
  ) throws(AdjointError) {
    guard holds else { throw refuse("\(property) is \(found()), the code is specialised for \(expected)") }
  }

  /// The size that a named dimension has in this call is one that the code is specialised for.
  public func unsupportedSize(_ found: [Int], _ expected: StaticString, _ argument: StaticString) -> AdjointError {
    refuse("\(argument) has shape \(found), \(expected) was expected")
  }

  private static func differentiated(_ name: StaticString) -> String {
    "\(name) is being differentiated by an eager transform, which cannot see into compiled code; "
      + "call the source function there, or compile the whole gradient"
  }
}

/// Stops the program with the text of a refused call: for entry points that do not throw.
public func stop(refusing error: AdjointError) -> Never { stop(error.description) }

extension Tensor {
  /// The elements of a tensor of rank 1 or more, for as long as the tensor lives: what a compiled call reads.
  @inlinable
  public var borrowedPointer: UnsafeRawPointer {
    guard let storage = erased.storage else { stopForRankZero() }
    return UnsafeRawPointer(storage.bytes)
  }
}

@usableFromInline
func stopForRankZero() -> Never { stop("a tensor of rank 0 is passed by value") }
