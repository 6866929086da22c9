// Written by Adjoint 0.1 from Perceptrons.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import Adjoint
internal import BenchKernels

extension SmallPerceptron: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("hidden", hidden as Any),
      ModuleAttribute("output", output as Any),
    ]
  }
}

extension WidePerceptron: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("first", first as Any),
      ModuleAttribute("output", output as Any),
      ModuleAttribute("second", second as Any),
    ]
  }
}

extension Compiled {
  /// ``descentStep(_:images:labels:)`` of Perceptrons.swift:39 as compiled code.
  ///
  /// Changes `model` (hidden.bias, hidden.kernel, output.bias, output.kernel) in place.
  static func descentStep(_ model: SmallPerceptron, images: Tensor<Float>, labels: Tensor<Int32>) -> Tensor<Float> {
    do { return try runDescentStep(model, images, labels) } catch { stop(refusing: error) }
  }

  private static func runDescentStep(
    _ model: SmallPerceptron,
    _ images: Tensor<Float>,
    _ labels: Tensor<Int32>
  ) throws(AdjointError) -> Tensor<Float> {
    let call = CompiledCall("descentStep(_:images:labels:)")
    try call.check(model.hidden.inFeatures == 784, "model.hidden.inFeatures", model.hidden.inFeatures, "784")
    try call.check(model.hidden.outFeatures == 128, "model.hidden.outFeatures", model.hidden.outFeatures, "128")
    try call.check(model.output.inFeatures == 128, "model.output.inFeatures", model.output.inFeatures, "128")
    try call.check(model.output.outFeatures == 10, "model.output.outFeatures", model.output.outFeatures, "10")
    try call.check(model.hidden.bias != nil, "model.hidden.bias", "nil", "a value")
    try call.check(model.output.bias != nil, "model.output.bias", "nil", "a value")
    let model_hidden_bias = try call.pointer(
      model.hidden.bias!.variable, Float.self, PerceptronsConstants.shape128, "model.hidden.bias")
    let model_hidden_kernel = try call.pointer(
      model.hidden.$kernel, Float.self, PerceptronsConstants.shape784x128, "model.hidden.kernel")
    let model_output_bias = try call.pointer(
      model.output.bias!.variable, Float.self, PerceptronsConstants.shape10, "model.output.bias")
    let model_output_kernel = try call.pointer(
      model.output.$kernel, Float.self, PerceptronsConstants.shape128x10, "model.output.kernel")
    let imagesElements = try call.pointer(images, PerceptronsConstants.shape32x784, "images")
    let labelsElements = try call.pointer(labels, PerceptronsConstants.shape32, "labels")
    let arena = PerceptronsConstants.descentStepArenas.checkout()
    defer { PerceptronsConstants.descentStepArenas.checkin(arena) }
    var arguments = perceptrons_descent_step_arguments()
    arguments.hidden_bias = UnsafePointer(model_hidden_bias)
    arguments.hidden_kernel = UnsafePointer(model_hidden_kernel)
    arguments.output_bias = UnsafePointer(model_output_bias)
    arguments.output_kernel = UnsafePointer(model_output_kernel)
    arguments.images = UnsafePointer(imagesElements)
    arguments.labels = UnsafePointer(labelsElements)
    arguments.new_hidden_bias = model_hidden_bias
    arguments.new_hidden_kernel = model_hidden_kernel
    arguments.new_output_bias = model_output_bias
    arguments.new_output_kernel = model_output_kernel
    arguments.loss = (arena + 39680).assumingMemoryBound(to: Float.self)
    perceptrons_descent_step(&arguments, arena)
    withExtendedLifetime((model, images, labels)) {}
    return Tensor<Float>(arena.load(fromByteOffset: 39680, as: Float.self))
  }
}

extension Compiled {
  /// ``wideStep(_:_:images:labels:)`` of Perceptrons.swift:52 as compiled code.
  ///
  /// Changes `model` (first.bias, first.kernel, output.bias, output.kernel, second.bias, second.kernel); `optimizer`
  /// (mu.first.bias, mu.first.kernel, mu.output.bias, mu.output.kernel, mu.second.bias, mu.second.kernel,
  /// nu.first.bias, nu.first.kernel, nu.output.bias, nu.output.kernel, nu.second.bias, nu.second.kernel, step) in
  /// place.
  static func wideStep(
    _ model: WidePerceptron,
    _ optimizer: Optimizer<WidePerceptron, Adam>,
    images: Tensor<Float>,
    labels: Tensor<Int32>
  ) -> Tensor<Float> {
    do { return try runWideStep(model, optimizer, images, labels) } catch { stop(refusing: error) }
  }

  private static func runWideStep(
    _ model: WidePerceptron,
    _ optimizer: Optimizer<WidePerceptron, Adam>,
    _ images: Tensor<Float>,
    _ labels: Tensor<Int32>
  ) throws(AdjointError) -> Tensor<Float> {
    let call = CompiledCall("wideStep(_:_:images:labels:)")
    try call.check(model.first.inFeatures == 784, "model.first.inFeatures", model.first.inFeatures, "784")
    try call.check(model.first.outFeatures == 512, "model.first.outFeatures", model.first.outFeatures, "512")
    try call.check(model.output.inFeatures == 512, "model.output.inFeatures", model.output.inFeatures, "512")
    try call.check(model.output.outFeatures == 10, "model.output.outFeatures", model.output.outFeatures, "10")
    try call.check(model.second.inFeatures == 512, "model.second.inFeatures", model.second.inFeatures, "512")
    try call.check(model.second.outFeatures == 512, "model.second.outFeatures", model.second.outFeatures, "512")
    try call.check(model.first.bias != nil, "model.first.bias", "nil", "a value")
    try call.check(model.output.bias != nil, "model.output.bias", "nil", "a value")
    try call.check(model.second.bias != nil, "model.second.bias", "nil", "a value")
    let model_first_bias = try call.pointer(
      model.first.bias!.variable, Float.self, PerceptronsConstants.shape512, "model.first.bias")
    let model_first_kernel = try call.pointer(
      model.first.$kernel, Float.self, PerceptronsConstants.shape784x512, "model.first.kernel")
    let model_output_bias = try call.pointer(
      model.output.bias!.variable, Float.self, PerceptronsConstants.shape10, "model.output.bias")
    let model_output_kernel = try call.pointer(
      model.output.$kernel, Float.self, PerceptronsConstants.shape512x10, "model.output.kernel")
    let model_second_bias = try call.pointer(
      model.second.bias!.variable, Float.self, PerceptronsConstants.shape512, "model.second.bias")
    let model_second_kernel = try call.pointer(
      model.second.$kernel, Float.self, PerceptronsConstants.shape512x512, "model.second.kernel")
    try call.check(
      optimizer.rule.learningRate == 0.001, "optimizer.rule.learningRate",
      optimizer.rule.learningRate, "0.001")
    try call.check(optimizer.rule.schedule == nil, "optimizer.rule.schedule", optimizer.rule.schedule as Any, "nil")
    try call.check(optimizer.rule.beta1 == 0.9, "optimizer.rule.beta1", optimizer.rule.beta1, "0.9")
    try call.check(optimizer.rule.beta2 == 0.999, "optimizer.rule.beta2", optimizer.rule.beta2, "0.999")
    try call.check(optimizer.rule.epsilon == 1e-08, "optimizer.rule.epsilon", optimizer.rule.epsilon, "1e-08")
    try call.check(
      optimizer.wrt.description == "Param", "optimizer.wrt.description",
      optimizer.wrt.description, "Param")
    try call.check(optimizer.slots.count == 12, "optimizer.slots.count", optimizer.slots.count, "12")
    let optimizer_mu_first_bias = try call.pointer(
      optimizer.slots[0], Float.self, PerceptronsConstants.shape512, "optimizer.mu.first.bias")
    let optimizer_mu_first_kernel = try call.pointer(
      optimizer.slots[1], Float.self, PerceptronsConstants.shape784x512, "optimizer.mu.first.kernel")
    let optimizer_mu_output_bias = try call.pointer(
      optimizer.slots[2], Float.self, PerceptronsConstants.shape10, "optimizer.mu.output.bias")
    let optimizer_mu_output_kernel = try call.pointer(
      optimizer.slots[3], Float.self, PerceptronsConstants.shape512x10, "optimizer.mu.output.kernel")
    let optimizer_mu_second_bias = try call.pointer(
      optimizer.slots[4], Float.self, PerceptronsConstants.shape512, "optimizer.mu.second.bias")
    let optimizer_mu_second_kernel = try call.pointer(
      optimizer.slots[5], Float.self, PerceptronsConstants.shape512x512, "optimizer.mu.second.kernel")
    let optimizer_nu_first_bias = try call.pointer(
      optimizer.slots[6], Float.self, PerceptronsConstants.shape512, "optimizer.nu.first.bias")
    let optimizer_nu_first_kernel = try call.pointer(
      optimizer.slots[7], Float.self, PerceptronsConstants.shape784x512, "optimizer.nu.first.kernel")
    let optimizer_nu_output_bias = try call.pointer(
      optimizer.slots[8], Float.self, PerceptronsConstants.shape10, "optimizer.nu.output.bias")
    let optimizer_nu_output_kernel = try call.pointer(
      optimizer.slots[9], Float.self, PerceptronsConstants.shape512x10, "optimizer.nu.output.kernel")
    let optimizer_nu_second_bias = try call.pointer(
      optimizer.slots[10], Float.self, PerceptronsConstants.shape512, "optimizer.nu.second.bias")
    let optimizer_nu_second_kernel = try call.pointer(
      optimizer.slots[11], Float.self, PerceptronsConstants.shape512x512, "optimizer.nu.second.kernel")
    let optimizer_step = try call.pointer(
      optimizer.$step, Int32.self, PerceptronsConstants.scalar, "optimizer.step")
    let imagesElements = try call.pointer(images, PerceptronsConstants.shape128x784, "images")
    let labelsElements = try call.pointer(labels, PerceptronsConstants.shape128, "labels")
    let arena = PerceptronsConstants.wideStepArenas.checkout()
    defer { PerceptronsConstants.wideStepArenas.checkin(arena) }
    var arguments = perceptrons_wide_step_arguments()
    arguments.first_bias = UnsafePointer(model_first_bias)
    arguments.first_kernel = UnsafePointer(model_first_kernel)
    arguments.output_bias = UnsafePointer(model_output_bias)
    arguments.output_kernel = UnsafePointer(model_output_kernel)
    arguments.second_bias = UnsafePointer(model_second_bias)
    arguments.second_kernel = UnsafePointer(model_second_kernel)
    arguments.mu_first_bias = UnsafePointer(optimizer_mu_first_bias)
    arguments.mu_first_kernel = UnsafePointer(optimizer_mu_first_kernel)
    arguments.mu_output_bias = UnsafePointer(optimizer_mu_output_bias)
    arguments.mu_output_kernel = UnsafePointer(optimizer_mu_output_kernel)
    arguments.mu_second_bias = UnsafePointer(optimizer_mu_second_bias)
    arguments.mu_second_kernel = UnsafePointer(optimizer_mu_second_kernel)
    arguments.nu_first_bias = UnsafePointer(optimizer_nu_first_bias)
    arguments.nu_first_kernel = UnsafePointer(optimizer_nu_first_kernel)
    arguments.nu_output_bias = UnsafePointer(optimizer_nu_output_bias)
    arguments.nu_output_kernel = UnsafePointer(optimizer_nu_output_kernel)
    arguments.nu_second_bias = UnsafePointer(optimizer_nu_second_bias)
    arguments.nu_second_kernel = UnsafePointer(optimizer_nu_second_kernel)
    arguments.step = UnsafePointer(optimizer_step)
    arguments.images = UnsafePointer(imagesElements)
    arguments.labels = UnsafePointer(labelsElements)
    arguments.new_first_bias = model_first_bias
    arguments.new_first_kernel = model_first_kernel
    arguments.new_output_bias = model_output_bias
    arguments.new_output_kernel = model_output_kernel
    arguments.new_second_bias = model_second_bias
    arguments.new_second_kernel = model_second_kernel
    arguments.new_mu_first_bias = optimizer_mu_first_bias
    arguments.new_mu_first_kernel = optimizer_mu_first_kernel
    arguments.new_mu_output_bias = optimizer_mu_output_bias
    arguments.new_mu_output_kernel = optimizer_mu_output_kernel
    arguments.new_mu_second_bias = optimizer_mu_second_bias
    arguments.new_mu_second_kernel = optimizer_mu_second_kernel
    arguments.new_nu_first_bias = optimizer_nu_first_bias
    arguments.new_nu_first_kernel = optimizer_nu_first_kernel
    arguments.new_nu_output_bias = optimizer_nu_output_bias
    arguments.new_nu_output_kernel = optimizer_nu_output_kernel
    arguments.new_nu_second_bias = optimizer_nu_second_bias
    arguments.new_nu_second_kernel = optimizer_nu_second_kernel
    arguments.new_step = optimizer_step
    arguments.loss = (arena + 1604736).assumingMemoryBound(to: Float.self)
    perceptrons_wide_step(&arguments, arena)
    withExtendedLifetime((model, optimizer, images, labels)) {}
    return Tensor<Float>(arena.load(fromByteOffset: 1604736, as: Float.self))
  }
}

extension Compiled {
  /// ``digitsStep(_:_:images:labels:)`` of Perceptrons.swift:66 as compiled code.
  ///
  /// Changes `model` (hidden.bias, hidden.kernel, output.bias, output.kernel); `optimizer` (mu.hidden.bias,
  /// mu.hidden.kernel, mu.output.bias, mu.output.kernel, nu.hidden.bias, nu.hidden.kernel, nu.output.bias,
  /// nu.output.kernel, step) in place.
  static func digitsStep(
    _ model: SmallPerceptron,
    _ optimizer: Optimizer<SmallPerceptron, Adam>,
    images: Tensor<Float>,
    labels: Tensor<Int32>
  ) -> Tensor<Float> {
    do { return try runDigitsStep(model, optimizer, images, labels) } catch { stop(refusing: error) }
  }

  private static func runDigitsStep(
    _ model: SmallPerceptron,
    _ optimizer: Optimizer<SmallPerceptron, Adam>,
    _ images: Tensor<Float>,
    _ labels: Tensor<Int32>
  ) throws(AdjointError) -> Tensor<Float> {
    let call = CompiledCall("digitsStep(_:_:images:labels:)")
    try call.check(model.hidden.inFeatures == 64, "model.hidden.inFeatures", model.hidden.inFeatures, "64")
    try call.check(model.hidden.outFeatures == 128, "model.hidden.outFeatures", model.hidden.outFeatures, "128")
    try call.check(model.output.inFeatures == 128, "model.output.inFeatures", model.output.inFeatures, "128")
    try call.check(model.output.outFeatures == 10, "model.output.outFeatures", model.output.outFeatures, "10")
    try call.check(model.hidden.bias != nil, "model.hidden.bias", "nil", "a value")
    try call.check(model.output.bias != nil, "model.output.bias", "nil", "a value")
    let model_hidden_bias = try call.pointer(
      model.hidden.bias!.variable, Float.self, PerceptronsConstants.shape128, "model.hidden.bias")
    let model_hidden_kernel = try call.pointer(
      model.hidden.$kernel, Float.self, PerceptronsConstants.shape64x128, "model.hidden.kernel")
    let model_output_bias = try call.pointer(
      model.output.bias!.variable, Float.self, PerceptronsConstants.shape10, "model.output.bias")
    let model_output_kernel = try call.pointer(
      model.output.$kernel, Float.self, PerceptronsConstants.shape128x10, "model.output.kernel")
    try call.check(
      optimizer.rule.learningRate == 0.002, "optimizer.rule.learningRate",
      optimizer.rule.learningRate, "0.002")
    try call.check(optimizer.rule.schedule == nil, "optimizer.rule.schedule", optimizer.rule.schedule as Any, "nil")
    try call.check(optimizer.rule.beta1 == 0.9, "optimizer.rule.beta1", optimizer.rule.beta1, "0.9")
    try call.check(optimizer.rule.beta2 == 0.999, "optimizer.rule.beta2", optimizer.rule.beta2, "0.999")
    try call.check(optimizer.rule.epsilon == 1e-08, "optimizer.rule.epsilon", optimizer.rule.epsilon, "1e-08")
    try call.check(
      optimizer.wrt.description == "Param", "optimizer.wrt.description",
      optimizer.wrt.description, "Param")
    try call.check(optimizer.slots.count == 8, "optimizer.slots.count", optimizer.slots.count, "8")
    let optimizer_mu_hidden_bias = try call.pointer(
      optimizer.slots[0], Float.self, PerceptronsConstants.shape128, "optimizer.mu.hidden.bias")
    let optimizer_mu_hidden_kernel = try call.pointer(
      optimizer.slots[1], Float.self, PerceptronsConstants.shape64x128, "optimizer.mu.hidden.kernel")
    let optimizer_mu_output_bias = try call.pointer(
      optimizer.slots[2], Float.self, PerceptronsConstants.shape10, "optimizer.mu.output.bias")
    let optimizer_mu_output_kernel = try call.pointer(
      optimizer.slots[3], Float.self, PerceptronsConstants.shape128x10, "optimizer.mu.output.kernel")
    let optimizer_nu_hidden_bias = try call.pointer(
      optimizer.slots[4], Float.self, PerceptronsConstants.shape128, "optimizer.nu.hidden.bias")
    let optimizer_nu_hidden_kernel = try call.pointer(
      optimizer.slots[5], Float.self, PerceptronsConstants.shape64x128, "optimizer.nu.hidden.kernel")
    let optimizer_nu_output_bias = try call.pointer(
      optimizer.slots[6], Float.self, PerceptronsConstants.shape10, "optimizer.nu.output.bias")
    let optimizer_nu_output_kernel = try call.pointer(
      optimizer.slots[7], Float.self, PerceptronsConstants.shape128x10, "optimizer.nu.output.kernel")
    let optimizer_step = try call.pointer(
      optimizer.$step, Int32.self, PerceptronsConstants.scalar, "optimizer.step")
    let imagesElements = try call.pointer(images, PerceptronsConstants.shape32x64, "images")
    let labelsElements = try call.pointer(labels, PerceptronsConstants.shape32, "labels")
    let arena = PerceptronsConstants.digitsStepArenas.checkout()
    defer { PerceptronsConstants.digitsStepArenas.checkin(arena) }
    var arguments = perceptrons_digits_step_arguments()
    arguments.hidden_bias = UnsafePointer(model_hidden_bias)
    arguments.hidden_kernel = UnsafePointer(model_hidden_kernel)
    arguments.output_bias = UnsafePointer(model_output_bias)
    arguments.output_kernel = UnsafePointer(model_output_kernel)
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
    arguments.loss = (arena + 39808).assumingMemoryBound(to: Float.self)
    perceptrons_digits_step(&arguments, arena)
    withExtendedLifetime((model, optimizer, images, labels)) {}
    return Tensor<Float>(arena.load(fromByteOffset: 39808, as: Float.self))
  }
}

/// What the functions above share and no call changes.
private enum PerceptronsConstants {
  static let descentStepArenas = ArenaPool(byteCount: 39688)
  static let wideStepArenas = ArenaPool(byteCount: 1604744)
  static let digitsStepArenas = ArenaPool(byteCount: 39816)
  static let scalar: [Int] = []
  static let shape10: [Int] = [10]
  static let shape128: [Int] = [128]
  static let shape32: [Int] = [32]
  static let shape512: [Int] = [512]
  static let shape128x10: [Int] = [128, 10]
  static let shape128x784: [Int] = [128, 784]
  static let shape32x64: [Int] = [32, 64]
  static let shape32x784: [Int] = [32, 784]
  static let shape512x10: [Int] = [512, 10]
  static let shape512x512: [Int] = [512, 512]
  static let shape64x128: [Int] = [64, 128]
  static let shape784x128: [Int] = [784, 128]
  static let shape784x512: [Int] = [784, 512]
}
