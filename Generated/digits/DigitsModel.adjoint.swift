// Written by Adjoint 0.1 from DigitsModel.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import Adjoint
internal import DigitsKernels

extension DigitsModel: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("hidden", hidden as Any),
      ModuleAttribute("output", output as Any),
    ]
  }
}

extension Compiled {
  /// ``trainStep(_:_:images:labels:)`` of DigitsModel.swift:25 as compiled code.
  ///
  /// Changes `model` (hidden.bias, hidden.kernel, output.bias, output.kernel); `optimizer` (mu.hidden.bias,
  /// mu.hidden.kernel, mu.output.bias, mu.output.kernel, nu.hidden.bias, nu.hidden.kernel, nu.output.bias,
  /// nu.output.kernel, step) in place.
  static func trainStep(
    _ model: DigitsModel,
    _ optimizer: Optimizer<DigitsModel, Adam>,
    images: Tensor<Float>,
    labels: Tensor<Int32>
  ) -> Tensor<Float> {
    do { return try runTrainStep(model, optimizer, images, labels) } catch { stop(refusing: error) }
  }

  private static func runTrainStep(
    _ model: DigitsModel,
    _ optimizer: Optimizer<DigitsModel, Adam>,
    _ images: Tensor<Float>,
    _ labels: Tensor<Int32>
  ) throws(AdjointError) -> Tensor<Float> {
    let call = CompiledCall("trainStep(_:_:images:labels:)")
    try call.check(model.hidden.inFeatures == 64, "model.hidden.inFeatures", model.hidden.inFeatures, "64")
    try call.check(model.hidden.outFeatures == 128, "model.hidden.outFeatures", model.hidden.outFeatures, "128")
    try call.check(model.output.inFeatures == 128, "model.output.inFeatures", model.output.inFeatures, "128")
    try call.check(model.output.outFeatures == 10, "model.output.outFeatures", model.output.outFeatures, "10")
    try call.check(model.hidden.bias != nil, "model.hidden.bias", "nil", "a value")
    try call.check(model.output.bias != nil, "model.output.bias", "nil", "a value")
    let model_hidden_bias = try call.pointer(
      model.hidden.bias!.variable, Float.self, DigitsModelConstants.shape128, "model.hidden.bias")
    let model_hidden_kernel = try call.pointer(
      model.hidden.$kernel, Float.self, DigitsModelConstants.shape64x128, "model.hidden.kernel")
    let model_output_bias = try call.pointer(
      model.output.bias!.variable, Float.self, DigitsModelConstants.shape10, "model.output.bias")
    let model_output_kernel = try call.pointer(
      model.output.$kernel, Float.self, DigitsModelConstants.shape128x10, "model.output.kernel")
    try call.check(optimizer.rule.schedule == nil, "optimizer.rule.schedule", optimizer.rule.schedule as Any, "nil")
    try call.check(
      optimizer.wrt.description == "Param", "optimizer.wrt.description",
      optimizer.wrt.description, "Param")
    try call.check(optimizer.slots.count == 8, "optimizer.slots.count", optimizer.slots.count, "8")
    let optimizer_mu_hidden_bias = try call.pointer(
      optimizer.slots[0], Float.self, DigitsModelConstants.shape128, "optimizer.mu.hidden.bias")
    let optimizer_mu_hidden_kernel = try call.pointer(
      optimizer.slots[1], Float.self, DigitsModelConstants.shape64x128, "optimizer.mu.hidden.kernel")
    let optimizer_mu_output_bias = try call.pointer(
      optimizer.slots[2], Float.self, DigitsModelConstants.shape10, "optimizer.mu.output.bias")
    let optimizer_mu_output_kernel = try call.pointer(
      optimizer.slots[3], Float.self, DigitsModelConstants.shape128x10, "optimizer.mu.output.kernel")
    let optimizer_nu_hidden_bias = try call.pointer(
      optimizer.slots[4], Float.self, DigitsModelConstants.shape128, "optimizer.nu.hidden.bias")
    let optimizer_nu_hidden_kernel = try call.pointer(
      optimizer.slots[5], Float.self, DigitsModelConstants.shape64x128, "optimizer.nu.hidden.kernel")
    let optimizer_nu_output_bias = try call.pointer(
      optimizer.slots[6], Float.self, DigitsModelConstants.shape10, "optimizer.nu.output.bias")
    let optimizer_nu_output_kernel = try call.pointer(
      optimizer.slots[7], Float.self, DigitsModelConstants.shape128x10, "optimizer.nu.output.kernel")
    let optimizer_step = try call.pointer(
      optimizer.$step, Int32.self, DigitsModelConstants.scalar, "optimizer.step")
    let imagesElements = try call.pointer(images, DigitsModelConstants.shape32x64, "images")
    let labelsElements = try call.pointer(labels, DigitsModelConstants.shape32, "labels")
    let arena = DigitsModelConstants.trainStepArenas.checkout()
    defer { DigitsModelConstants.trainStepArenas.checkin(arena) }
    var arguments = digits_model_train_step_arguments()
    arguments.hidden_bias = UnsafePointer(model_hidden_bias)
    arguments.hidden_kernel = UnsafePointer(model_hidden_kernel)
    arguments.output_bias = UnsafePointer(model_output_bias)
    arguments.output_kernel = UnsafePointer(model_output_kernel)
    arguments.learningRate = UnsafePointer((arena + 39808).assumingMemoryBound(to: Double.self))
    arena.storeBytes(of: optimizer.rule.learningRate, toByteOffset: 39808, as: Double.self)
    arguments.beta1 = UnsafePointer((arena + 39816).assumingMemoryBound(to: Double.self))
    arena.storeBytes(of: optimizer.rule.beta1, toByteOffset: 39816, as: Double.self)
    arguments.beta2 = UnsafePointer((arena + 39824).assumingMemoryBound(to: Double.self))
    arena.storeBytes(of: optimizer.rule.beta2, toByteOffset: 39824, as: Double.self)
    arguments.epsilon = UnsafePointer((arena + 39832).assumingMemoryBound(to: Double.self))
    arena.storeBytes(of: optimizer.rule.epsilon, toByteOffset: 39832, as: Double.self)
    arguments.mu_hidden_bias = UnsafePointer(optimizer_mu_hidden_bias)
    arguments.mu_hidden_kernel = UnsafePointer(optimizer_mu_hidden_kernel)
    arguments.mu_output_bias = UnsafePointer(optimizer_mu_output_bias)
    arguments.mu_output_kernel = UnsafePointer(optimizer_mu_output_kernel)
    arguments.nu_hidden_bias = UnsafePointer(optimizer_nu_hidden_bias)
    arguments.nu_hidden_kernel = UnsafePointer(optimizer_nu_hidden_kernel)
    arguments.nu_output_bias = UnsafePointer(optimizer_nu_output_bias)
    arguments.nu_output_kernel = UnsafePointer(optimizer_nu_output_kernel)
    arguments.step = UnsafePointer(optimizer_step)
    arguments.images = UnsafePointer(imagesElements)
    arguments.labels = UnsafePointer(labelsElements)
    arguments.new_hidden_bias = model_hidden_bias
    arguments.new_hidden_kernel = model_hidden_kernel
    arguments.new_output_bias = model_output_bias
    arguments.new_output_kernel = model_output_kernel
    arguments.new_mu_hidden_bias = optimizer_mu_hidden_bias
    arguments.new_mu_hidden_kernel = optimizer_mu_hidden_kernel
    arguments.new_mu_output_bias = optimizer_mu_output_bias
    arguments.new_mu_output_kernel = optimizer_mu_output_kernel
    arguments.new_nu_hidden_bias = optimizer_nu_hidden_bias
    arguments.new_nu_hidden_kernel = optimizer_nu_hidden_kernel
    arguments.new_nu_output_bias = optimizer_nu_output_bias
    arguments.new_nu_output_kernel = optimizer_nu_output_kernel
    arguments.new_step = optimizer_step
    arguments.loss = (arena + 39840).assumingMemoryBound(to: Float.self)
    digits_model_train_step(&arguments, arena)
    withExtendedLifetime((model, optimizer, images, labels)) {}
    return Tensor<Float>(arena.load(fromByteOffset: 39840, as: Float.self))
  }
}

extension Compiled {
  /// ``evaluate(_:images:labels:)`` of DigitsModel.swift:38 as compiled code.
  ///
  /// Specialised for split = 360 or 1437.
  static func evaluate(
    _ model: DigitsModel,
    images: Tensor<Float>,
    labels: Tensor<Int32>
  ) -> (logits: Tensor<Float>, loss: Tensor<Float>) {
    let splitSize = images.shape.count > 0 ? images.shape[0] : -1
    switch (splitSize) {
      case (1437): do { return try runEvaluate_split1437(model, images, labels) } catch { stop(refusing: error) }
      case (360): do { return try runEvaluate_split360(model, images, labels) } catch { stop(refusing: error) }
      default: stop(refusing: CompiledCall("evaluate(_:images:labels:)").unsupportedSize(images.shape, "[360 or 1437, 64]", "images"))
    }
  }

  private static func runEvaluate_split1437(
    _ model: DigitsModel,
    _ images: Tensor<Float>,
    _ labels: Tensor<Int32>
  ) throws(AdjointError) -> (logits: Tensor<Float>, loss: Tensor<Float>) {
    let call = CompiledCall("evaluate(_:images:labels:)")
    try call.check(model.hidden.inFeatures == 64, "model.hidden.inFeatures", model.hidden.inFeatures, "64")
    try call.check(model.hidden.outFeatures == 128, "model.hidden.outFeatures", model.hidden.outFeatures, "128")
    try call.check(model.output.inFeatures == 128, "model.output.inFeatures", model.output.inFeatures, "128")
    try call.check(model.output.outFeatures == 10, "model.output.outFeatures", model.output.outFeatures, "10")
    try call.check(model.hidden.bias != nil, "model.hidden.bias", "nil", "a value")
    try call.check(model.output.bias != nil, "model.output.bias", "nil", "a value")
    let model_hidden_bias = try call.pointer(
      model.hidden.bias!.variable, Float.self, DigitsModelConstants.shape128, "model.hidden.bias")
    let model_hidden_kernel = try call.pointer(
      model.hidden.$kernel, Float.self, DigitsModelConstants.shape64x128, "model.hidden.kernel")
    let model_output_bias = try call.pointer(
      model.output.bias!.variable, Float.self, DigitsModelConstants.shape10, "model.output.bias")
    let model_output_kernel = try call.pointer(
      model.output.$kernel, Float.self, DigitsModelConstants.shape128x10, "model.output.kernel")
    let imagesElements = try call.pointer(images, DigitsModelConstants.shape1437x64, "images")
    let labelsElements = try call.pointer(labels, DigitsModelConstants.shape1437, "labels")
    var result0 = AnyTensor(uninitialized: DigitsModelConstants.shape1437x10, .f32)
    let arena = DigitsModelConstants.evaluate_split1437Arenas.checkout()
    defer { DigitsModelConstants.evaluate_split1437Arenas.checkin(arena) }
    var arguments = digits_model_evaluate_split_1437_arguments()
    arguments.hidden_bias = UnsafePointer(model_hidden_bias)
    arguments.hidden_kernel = UnsafePointer(model_hidden_kernel)
    arguments.output_bias = UnsafePointer(model_output_bias)
    arguments.output_kernel = UnsafePointer(model_output_kernel)
    arguments.images = UnsafePointer(imagesElements)
    arguments.labels = UnsafePointer(labelsElements)
    arguments.logits = result0.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.loss = (arena + 735744).assumingMemoryBound(to: Float.self)
    digits_model_evaluate_split_1437(&arguments, arena)
    withExtendedLifetime((model, images, labels)) {}
    return (logits: Tensor<Float>(result0), loss: Tensor<Float>(arena.load(fromByteOffset: 735744, as: Float.self)))
  }

  private static func runEvaluate_split360(
    _ model: DigitsModel,
    _ images: Tensor<Float>,
    _ labels: Tensor<Int32>
  ) throws(AdjointError) -> (logits: Tensor<Float>, loss: Tensor<Float>) {
    let call = CompiledCall("evaluate(_:images:labels:)")
    try call.check(model.hidden.inFeatures == 64, "model.hidden.inFeatures", model.hidden.inFeatures, "64")
    try call.check(model.hidden.outFeatures == 128, "model.hidden.outFeatures", model.hidden.outFeatures, "128")
    try call.check(model.output.inFeatures == 128, "model.output.inFeatures", model.output.inFeatures, "128")
    try call.check(model.output.outFeatures == 10, "model.output.outFeatures", model.output.outFeatures, "10")
    try call.check(model.hidden.bias != nil, "model.hidden.bias", "nil", "a value")
    try call.check(model.output.bias != nil, "model.output.bias", "nil", "a value")
    let model_hidden_bias = try call.pointer(
      model.hidden.bias!.variable, Float.self, DigitsModelConstants.shape128, "model.hidden.bias")
    let model_hidden_kernel = try call.pointer(
      model.hidden.$kernel, Float.self, DigitsModelConstants.shape64x128, "model.hidden.kernel")
    let model_output_bias = try call.pointer(
      model.output.bias!.variable, Float.self, DigitsModelConstants.shape10, "model.output.bias")
    let model_output_kernel = try call.pointer(
      model.output.$kernel, Float.self, DigitsModelConstants.shape128x10, "model.output.kernel")
    let imagesElements = try call.pointer(images, DigitsModelConstants.shape360x64, "images")
    let labelsElements = try call.pointer(labels, DigitsModelConstants.shape360, "labels")
    var result0 = AnyTensor(uninitialized: DigitsModelConstants.shape360x10, .f32)
    let arena = DigitsModelConstants.evaluate_split360Arenas.checkout()
    defer { DigitsModelConstants.evaluate_split360Arenas.checkin(arena) }
    var arguments = digits_model_evaluate_split_360_arguments()
    arguments.hidden_bias = UnsafePointer(model_hidden_bias)
    arguments.hidden_kernel = UnsafePointer(model_hidden_kernel)
    arguments.output_bias = UnsafePointer(model_output_bias)
    arguments.output_kernel = UnsafePointer(model_output_kernel)
    arguments.images = UnsafePointer(imagesElements)
    arguments.labels = UnsafePointer(labelsElements)
    arguments.logits = result0.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.loss = (arena + 184320).assumingMemoryBound(to: Float.self)
    digits_model_evaluate_split_360(&arguments, arena)
    withExtendedLifetime((model, images, labels)) {}
    return (logits: Tensor<Float>(result0), loss: Tensor<Float>(arena.load(fromByteOffset: 184320, as: Float.self)))
  }
}

/// What the functions above share and no call changes.
private enum DigitsModelConstants {
  static let trainStepArenas = ArenaPool(byteCount: 39848)
  static let evaluate_split1437Arenas = ArenaPool(byteCount: 735752)
  static let evaluate_split360Arenas = ArenaPool(byteCount: 184328)
  static let scalar: [Int] = []
  static let shape10: [Int] = [10]
  static let shape128: [Int] = [128]
  static let shape1437: [Int] = [1437]
  static let shape32: [Int] = [32]
  static let shape360: [Int] = [360]
  static let shape128x10: [Int] = [128, 10]
  static let shape1437x10: [Int] = [1437, 10]
  static let shape1437x64: [Int] = [1437, 64]
  static let shape32x64: [Int] = [32, 64]
  static let shape360x10: [Int] = [360, 10]
  static let shape360x64: [Int] = [360, 64]
  static let shape64x128: [Int] = [64, 128]
}
