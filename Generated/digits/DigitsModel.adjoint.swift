// Written by Adjoint 0.1 from DigitsModel.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import Adjoint
internal import DigitsKernels

extension Compiled {
  /// ``trainStep(_:_:images:labels:)`` of DigitsModel.swift:25 as compiled code.
  ///
  /// Changes `model` (hidden.bias, hidden.kernel, output.bias, output.kernel); `optimizer` (slots.mu.hidden.bias,
  /// slots.mu.hidden.kernel, slots.mu.output.bias, slots.mu.output.kernel, slots.nu.hidden.bias,
  /// slots.nu.hidden.kernel, slots.nu.output.bias, slots.nu.output.kernel, step) in place.
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
    let model_hidden_bias = model.hidden.bias!.variable
    try call.check(model_hidden_bias, .f32, DigitsModelConstants.shape128, "model.hidden.bias")
    let model_hidden_kernel = model.hidden.$kernel
    try call.check(model_hidden_kernel, .f32, DigitsModelConstants.shape64x128, "model.hidden.kernel")
    let model_output_bias = model.output.bias!.variable
    try call.check(model_output_bias, .f32, DigitsModelConstants.shape10, "model.output.bias")
    let model_output_kernel = model.output.$kernel
    try call.check(model_output_kernel, .f32, DigitsModelConstants.shape128x10, "model.output.kernel")
    try call.check(String(describing: optimizer.rule) == "Adam(learningRate: 0.002, beta1: 0.9, beta2: 0.999, epsilon: 1e-08)", "optimizer.rule", optimizer.rule, "Adam(learningRate: 0.002, beta1: 0.9, beta2: 0.999, epsilon: 1e-08)")
    try call.check(optimizer.slots.count == 8, "optimizer.slots.count", optimizer.slots.count, "8")
    let optimizer_slots_mu_hidden_bias = optimizer.slots[0]
    try call.check(optimizer_slots_mu_hidden_bias, .f32, DigitsModelConstants.shape128, "optimizer.slots.mu.hidden.bias")
    let optimizer_slots_mu_hidden_kernel = optimizer.slots[1]
    try call.check(optimizer_slots_mu_hidden_kernel, .f32, DigitsModelConstants.shape64x128, "optimizer.slots.mu.hidden.kernel")
    let optimizer_slots_mu_output_bias = optimizer.slots[2]
    try call.check(optimizer_slots_mu_output_bias, .f32, DigitsModelConstants.shape10, "optimizer.slots.mu.output.bias")
    let optimizer_slots_mu_output_kernel = optimizer.slots[3]
    try call.check(optimizer_slots_mu_output_kernel, .f32, DigitsModelConstants.shape128x10, "optimizer.slots.mu.output.kernel")
    let optimizer_slots_nu_hidden_bias = optimizer.slots[4]
    try call.check(optimizer_slots_nu_hidden_bias, .f32, DigitsModelConstants.shape128, "optimizer.slots.nu.hidden.bias")
    let optimizer_slots_nu_hidden_kernel = optimizer.slots[5]
    try call.check(optimizer_slots_nu_hidden_kernel, .f32, DigitsModelConstants.shape64x128, "optimizer.slots.nu.hidden.kernel")
    let optimizer_slots_nu_output_bias = optimizer.slots[6]
    try call.check(optimizer_slots_nu_output_bias, .f32, DigitsModelConstants.shape10, "optimizer.slots.nu.output.bias")
    let optimizer_slots_nu_output_kernel = optimizer.slots[7]
    try call.check(optimizer_slots_nu_output_kernel, .f32, DigitsModelConstants.shape128x10, "optimizer.slots.nu.output.kernel")
    let optimizer_step = optimizer.$step
    try call.check(optimizer_step, .i32, DigitsModelConstants.scalar, "optimizer.step")
    try call.check(images, DigitsModelConstants.shape32x64, "images")
    try call.check(labels, DigitsModelConstants.shape32, "labels")
    let arena = DigitsModelConstants.trainStepArenas.checkout()
    defer { DigitsModelConstants.trainStepArenas.checkin(arena) }
    var arguments = digits_model_train_step_arguments()
    arguments.hidden_bias = UnsafePointer(model_hidden_bias.writePointer().assumingMemoryBound(to: Float.self))
    arguments.hidden_kernel = UnsafePointer(model_hidden_kernel.writePointer().assumingMemoryBound(to: Float.self))
    arguments.output_bias = UnsafePointer(model_output_bias.writePointer().assumingMemoryBound(to: Float.self))
    arguments.output_kernel = UnsafePointer(model_output_kernel.writePointer().assumingMemoryBound(to: Float.self))
    arguments.slots_mu_hidden_bias = UnsafePointer(optimizer_slots_mu_hidden_bias.writePointer().assumingMemoryBound(to: Float.self))
    arguments.slots_mu_hidden_kernel = UnsafePointer(optimizer_slots_mu_hidden_kernel.writePointer().assumingMemoryBound(to: Float.self))
    arguments.slots_mu_output_bias = UnsafePointer(optimizer_slots_mu_output_bias.writePointer().assumingMemoryBound(to: Float.self))
    arguments.slots_mu_output_kernel = UnsafePointer(optimizer_slots_mu_output_kernel.writePointer().assumingMemoryBound(to: Float.self))
    arguments.slots_nu_hidden_bias = UnsafePointer(optimizer_slots_nu_hidden_bias.writePointer().assumingMemoryBound(to: Float.self))
    arguments.slots_nu_hidden_kernel = UnsafePointer(optimizer_slots_nu_hidden_kernel.writePointer().assumingMemoryBound(to: Float.self))
    arguments.slots_nu_output_bias = UnsafePointer(optimizer_slots_nu_output_bias.writePointer().assumingMemoryBound(to: Float.self))
    arguments.slots_nu_output_kernel = UnsafePointer(optimizer_slots_nu_output_kernel.writePointer().assumingMemoryBound(to: Float.self))
    arguments.step = UnsafePointer(optimizer_step.writePointer().assumingMemoryBound(to: Int32.self))
    arguments.images = UnsafePointer(images.borrowedPointer.assumingMemoryBound(to: Float.self))
    arguments.labels = UnsafePointer(labels.borrowedPointer.assumingMemoryBound(to: Int32.self))
    arguments.new_hidden_bias = model_hidden_bias.writePointer().assumingMemoryBound(to: Float.self)
    arguments.new_hidden_kernel = model_hidden_kernel.writePointer().assumingMemoryBound(to: Float.self)
    arguments.new_output_bias = model_output_bias.writePointer().assumingMemoryBound(to: Float.self)
    arguments.new_output_kernel = model_output_kernel.writePointer().assumingMemoryBound(to: Float.self)
    arguments.new_slots_mu_hidden_bias = optimizer_slots_mu_hidden_bias.writePointer().assumingMemoryBound(to: Float.self)
    arguments.new_slots_mu_hidden_kernel = optimizer_slots_mu_hidden_kernel.writePointer().assumingMemoryBound(to: Float.self)
    arguments.new_slots_mu_output_bias = optimizer_slots_mu_output_bias.writePointer().assumingMemoryBound(to: Float.self)
    arguments.new_slots_mu_output_kernel = optimizer_slots_mu_output_kernel.writePointer().assumingMemoryBound(to: Float.self)
    arguments.new_slots_nu_hidden_bias = optimizer_slots_nu_hidden_bias.writePointer().assumingMemoryBound(to: Float.self)
    arguments.new_slots_nu_hidden_kernel = optimizer_slots_nu_hidden_kernel.writePointer().assumingMemoryBound(to: Float.self)
    arguments.new_slots_nu_output_bias = optimizer_slots_nu_output_bias.writePointer().assumingMemoryBound(to: Float.self)
    arguments.new_slots_nu_output_kernel = optimizer_slots_nu_output_kernel.writePointer().assumingMemoryBound(to: Float.self)
    arguments.new_step = optimizer_step.writePointer().assumingMemoryBound(to: Int32.self)
    arguments.loss = (arena + 54592).assumingMemoryBound(to: Float.self)
    digits_model_train_step(&arguments, arena)
    withExtendedLifetime((model, optimizer, images, labels)) {}
    return Tensor<Float>(arena.load(fromByteOffset: 54592, as: Float.self))
  }
}

extension Compiled {
  /// ``evaluate(_:images:labels:)`` of DigitsModel.swift:40 as compiled code.
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
    let model_hidden_bias = model.hidden.bias!.variable
    try call.check(model_hidden_bias, .f32, DigitsModelConstants.shape128, "model.hidden.bias")
    let model_hidden_kernel = model.hidden.$kernel
    try call.check(model_hidden_kernel, .f32, DigitsModelConstants.shape64x128, "model.hidden.kernel")
    let model_output_bias = model.output.bias!.variable
    try call.check(model_output_bias, .f32, DigitsModelConstants.shape10, "model.output.bias")
    let model_output_kernel = model.output.$kernel
    try call.check(model_output_kernel, .f32, DigitsModelConstants.shape128x10, "model.output.kernel")
    try call.check(images, DigitsModelConstants.shape1437x64, "images")
    try call.check(labels, DigitsModelConstants.shape1437, "labels")
    var result0 = AnyTensor(uninitialized: DigitsModelConstants.shape1437x10, .f32)
    let arena = DigitsModelConstants.evaluate_split1437Arenas.checkout()
    defer { DigitsModelConstants.evaluate_split1437Arenas.checkin(arena) }
    var arguments = digits_model_evaluate_split_1437_arguments()
    arguments.hidden_bias = UnsafePointer(model_hidden_bias.readPointer().assumingMemoryBound(to: Float.self))
    arguments.hidden_kernel = UnsafePointer(model_hidden_kernel.readPointer().assumingMemoryBound(to: Float.self))
    arguments.output_bias = UnsafePointer(model_output_bias.readPointer().assumingMemoryBound(to: Float.self))
    arguments.output_kernel = UnsafePointer(model_output_kernel.readPointer().assumingMemoryBound(to: Float.self))
    arguments.images = UnsafePointer(images.borrowedPointer.assumingMemoryBound(to: Float.self))
    arguments.labels = UnsafePointer(labels.borrowedPointer.assumingMemoryBound(to: Int32.self))
    arguments.logits = result0.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.loss = (arena + 752128).assumingMemoryBound(to: Float.self)
    digits_model_evaluate_split_1437(&arguments, arena)
    withExtendedLifetime((model, images, labels)) {}
    return (logits: Tensor<Float>(result0), loss: Tensor<Float>(arena.load(fromByteOffset: 752128, as: Float.self)))
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
    let model_hidden_bias = model.hidden.bias!.variable
    try call.check(model_hidden_bias, .f32, DigitsModelConstants.shape128, "model.hidden.bias")
    let model_hidden_kernel = model.hidden.$kernel
    try call.check(model_hidden_kernel, .f32, DigitsModelConstants.shape64x128, "model.hidden.kernel")
    let model_output_bias = model.output.bias!.variable
    try call.check(model_output_bias, .f32, DigitsModelConstants.shape10, "model.output.bias")
    let model_output_kernel = model.output.$kernel
    try call.check(model_output_kernel, .f32, DigitsModelConstants.shape128x10, "model.output.kernel")
    try call.check(images, DigitsModelConstants.shape360x64, "images")
    try call.check(labels, DigitsModelConstants.shape360, "labels")
    var result0 = AnyTensor(uninitialized: DigitsModelConstants.shape360x10, .f32)
    let arena = DigitsModelConstants.evaluate_split360Arenas.checkout()
    defer { DigitsModelConstants.evaluate_split360Arenas.checkin(arena) }
    var arguments = digits_model_evaluate_split_360_arguments()
    arguments.hidden_bias = UnsafePointer(model_hidden_bias.readPointer().assumingMemoryBound(to: Float.self))
    arguments.hidden_kernel = UnsafePointer(model_hidden_kernel.readPointer().assumingMemoryBound(to: Float.self))
    arguments.output_bias = UnsafePointer(model_output_bias.readPointer().assumingMemoryBound(to: Float.self))
    arguments.output_kernel = UnsafePointer(model_output_kernel.readPointer().assumingMemoryBound(to: Float.self))
    arguments.images = UnsafePointer(images.borrowedPointer.assumingMemoryBound(to: Float.self))
    arguments.labels = UnsafePointer(labels.borrowedPointer.assumingMemoryBound(to: Int32.self))
    arguments.logits = result0.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.loss = (arena + 200704).assumingMemoryBound(to: Float.self)
    digits_model_evaluate_split_360(&arguments, arena)
    withExtendedLifetime((model, images, labels)) {}
    return (logits: Tensor<Float>(result0), loss: Tensor<Float>(arena.load(fromByteOffset: 200704, as: Float.self)))
  }
}

/// What the functions above share and no call changes.
private enum DigitsModelConstants {
  static let trainStepArenas = ArenaPool(byteCount: 54600)
  static let evaluate_split1437Arenas = ArenaPool(byteCount: 752136)
  static let evaluate_split360Arenas = ArenaPool(byteCount: 200712)
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
