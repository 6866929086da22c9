// Written by Adjoint 0.1 from ParameterUpdate.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import Adjoint
internal import BenchKernels

extension Weights: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("values", $values),
    ]
  }
}

extension Compiled {
  /// ``parameterUpdate(_:_:_:)`` of ParameterUpdate.swift:13 as compiled code.
  ///
  /// Changes `model` (values); `optimizer` (mu.values, nu.values, step) in place.
  static func parameterUpdate(
    _ model: Weights,
    _ optimizer: Optimizer<Weights, AdamW>,
    _ gradients: consuming State<Weights>
  ) {
    do { try runParameterUpdate(model, optimizer, gradients) } catch { stop(refusing: error) }
  }

  private static func runParameterUpdate(
    _ model: Weights,
    _ optimizer: Optimizer<Weights, AdamW>,
    _ gradients: consuming State<Weights>
  ) throws(AdjointError) {
    let call = CompiledCall("parameterUpdate(_:_:_:)")
    let model_values = try call.pointer(
      model.$values, Float.self, ParameterUpdateConstants.shape10000000, "model.values")
    try call.check(
      optimizer.rule.learningRate == 0.001, "optimizer.rule.learningRate",
      optimizer.rule.learningRate, "0.001")
    try call.check(optimizer.rule.schedule == nil, "optimizer.rule.schedule", optimizer.rule.schedule as Any, "nil")
    try call.check(optimizer.rule.beta1 == 0.9, "optimizer.rule.beta1", optimizer.rule.beta1, "0.9")
    try call.check(optimizer.rule.beta2 == 0.999, "optimizer.rule.beta2", optimizer.rule.beta2, "0.999")
    try call.check(optimizer.rule.epsilon == 1e-08, "optimizer.rule.epsilon", optimizer.rule.epsilon, "1e-08")
    try call.check(
      optimizer.rule.weightDecay == 0.0001, "optimizer.rule.weightDecay",
      optimizer.rule.weightDecay, "0.0001")
    try call.check(
      optimizer.rule.mask.description == "all", "optimizer.rule.mask.description",
      optimizer.rule.mask.description, "all")
    try call.check(
      optimizer.wrt.description == "Param", "optimizer.wrt.description",
      optimizer.wrt.description, "Param")
    try call.check(optimizer.slots.count == 2, "optimizer.slots.count", optimizer.slots.count, "2")
    let optimizer_mu_values = try call.pointer(
      optimizer.slots[0], Float.self, ParameterUpdateConstants.shape10000000, "optimizer.mu.values")
    let optimizer_nu_values = try call.pointer(
      optimizer.slots[1], Float.self, ParameterUpdateConstants.shape10000000, "optimizer.nu.values")
    let optimizer_step = try call.pointer(
      optimizer.$step, Int32.self, ParameterUpdateConstants.scalar, "optimizer.step")
    try call.check(gradients, holds: ParameterUpdateConstants.weightsOutline, "gradients")
    var gradientsValues = gradients
    let gradients_values = try call.readPointer(
      &gradientsValues, 0, Float.self, ParameterUpdateConstants.shape10000000, "gradients.values")
    let arena = ParameterUpdateConstants.parameterUpdateArenas.checkout()
    defer { ParameterUpdateConstants.parameterUpdateArenas.checkin(arena) }
    var arguments = parameter_update_parameter_update_arguments()
    arguments.values = UnsafePointer(model_values)
    arguments.mu_values = UnsafePointer(optimizer_mu_values)
    arguments.nu_values = UnsafePointer(optimizer_nu_values)
    arguments.step = UnsafePointer(optimizer_step)
    arguments.values_2 = UnsafePointer(gradients_values)
    arguments.new_values = model_values
    arguments.new_mu_values = optimizer_mu_values
    arguments.new_nu_values = optimizer_nu_values
    arguments.new_step = optimizer_step
    parameter_update_parameter_update(&arguments, arena)
    withExtendedLifetime((model, optimizer, gradientsValues)) {}
  }
}

/// What the functions above share and no call changes.
private enum ParameterUpdateConstants {
  static let parameterUpdateArenas = ArenaPool(byteCount: 128)
  static let scalar: [Int] = []
  static let shape10000000: [Int] = [10000000]
  /// The structure of the Weights that the code is specialised for.
  static let weightsOutline = ModelOutline(
    [
      .init("values", "Param", .f32, [10000000]),
    ]
  )
}
