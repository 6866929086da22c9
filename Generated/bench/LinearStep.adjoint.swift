// Written by Adjoint 0.1 from LinearStep.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import Adjoint
internal import BenchKernels

extension Compiled {
  /// ``linearStep(_:x:y:)`` of LinearStep.swift:6 as compiled code.
  ///
  /// Changes `model` (bias, kernel) in place.
  static func linearStep(_ model: Linear, x: Tensor<Float>, y: Tensor<Float>) -> Tensor<Float> {
    do { return try runLinearStep(model, x, y) } catch { stop(refusing: error) }
  }

  private static func runLinearStep(
    _ model: Linear,
    _ x: Tensor<Float>,
    _ y: Tensor<Float>
  ) throws(AdjointError) -> Tensor<Float> {
    let call = CompiledCall("linearStep(_:x:y:)")
    try call.check(model.inFeatures == 2, "model.inFeatures", model.inFeatures, "2")
    try call.check(model.outFeatures == 3, "model.outFeatures", model.outFeatures, "3")
    try call.check(model.bias != nil, "model.bias", "nil", "a value")
    let model_bias = try call.pointer(
      model.bias!.variable, Float.self, LinearStepConstants.shape3, "model.bias")
    let model_kernel = try call.pointer(
      model.$kernel, Float.self, LinearStepConstants.shape2x3, "model.kernel")
    let xElements = try call.pointer(x, LinearStepConstants.shape1x2, "x")
    let yElements = try call.pointer(y, LinearStepConstants.shape1x3, "y")
    let arena = LinearStepConstants.linearStepArenas.checkout()
    defer { LinearStepConstants.linearStepArenas.checkin(arena) }
    var arguments = linear_step_linear_step_arguments()
    arguments.bias = UnsafePointer(model_bias)
    arguments.kernel = UnsafePointer(model_kernel)
    arguments.x = UnsafePointer(xElements)
    arguments.y = UnsafePointer(yElements)
    arguments.new_bias = model_bias
    arguments.new_kernel = model_kernel
    arguments.loss = (arena + 128).assumingMemoryBound(to: Float.self)
    linear_step_linear_step(&arguments, arena)
    withExtendedLifetime((model, x, y)) {}
    return Tensor<Float>(arena.load(fromByteOffset: 128, as: Float.self))
  }
}

/// What the functions above share and no call changes.
private enum LinearStepConstants {
  static let linearStepArenas = ArenaPool(byteCount: 136)
  static let shape3: [Int] = [3]
  static let shape1x2: [Int] = [1, 2]
  static let shape1x3: [Int] = [1, 3]
  static let shape2x3: [Int] = [2, 3]
}
