// Written by Adjoint 0.1 from SeedModel.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import Adjoint
internal import SeedKernels

extension Compiled {
  /// ``statefulStep(_:x:y:)`` of SeedModel.swift:7 as compiled code.
  ///
  /// Changes `model` (bias, kernel) in place.
  static func statefulStep(_ model: Linear, x: Tensor<Float>, y: Tensor<Float>) {
    do { try runStatefulStep(model, x, y) } catch { stop(refusing: error) }
  }

  private static func runStatefulStep(_ model: Linear, _ x: Tensor<Float>, _ y: Tensor<Float>) throws(AdjointError) {
    let call = CompiledCall("statefulStep(_:x:y:)")
    try call.check(model.inFeatures == 2, "model.inFeatures", model.inFeatures, "2")
    try call.check(model.outFeatures == 3, "model.outFeatures", model.outFeatures, "3")
    try call.check(model.bias != nil, "model.bias", "nil", "a value")
    let model_bias = try call.pointer(
      model.bias!.variable, Float.self, SeedModelConstants.shape3, "model.bias")
    let model_kernel = try call.pointer(
      model.$kernel, Float.self, SeedModelConstants.shape2x3, "model.kernel")
    let xElements = try call.pointer(x, SeedModelConstants.shape1x2, "x")
    let yElements = try call.pointer(y, SeedModelConstants.shape1x3, "y")
    let arena = SeedModelConstants.statefulStepArenas.checkout()
    defer { SeedModelConstants.statefulStepArenas.checkin(arena) }
    var arguments = seed_model_stateful_step_arguments()
    arguments.bias = UnsafePointer(model_bias)
    arguments.kernel = UnsafePointer(model_kernel)
    arguments.x = UnsafePointer(xElements)
    arguments.y = UnsafePointer(yElements)
    arguments.new_bias = model_bias
    arguments.new_kernel = model_kernel
    seed_model_stateful_step(&arguments, arena)
    withExtendedLifetime((model, x, y)) {}
  }
}

extension Compiled {
  /// ``pureStep(_:_:x:y:)`` of SeedModel.swift:18 as compiled code.
  static func pureStep(
    _ graphdef: GraphDef<Linear>,
    _ state: consuming State<Linear>,
    x: Tensor<Float>,
    y: Tensor<Float>
  ) -> (GraphDef<Linear>, State<Linear>) {
    do { return try runPureStep(graphdef, state, x, y) } catch { stop(refusing: error) }
  }

  private static func runPureStep(
    _ graphdef: GraphDef<Linear>,
    _ state: consuming State<Linear>,
    _ x: Tensor<Float>,
    _ y: Tensor<Float>
  ) throws(AdjointError) -> (GraphDef<Linear>, State<Linear>) {
    let call = CompiledCall("pureStep(_:_:x:y:)")
    try call.check(graphdef, is: SeedModelConstants.linearOutline, "graphdef")
    try call.check(state, holds: SeedModelConstants.linearOutline, "state")
    var stateValues = state
    let state_bias = try call.pointer(
      &stateValues, 0, Float.self, SeedModelConstants.shape3, "state.bias")
    let state_kernel = try call.pointer(
      &stateValues, 1, Float.self, SeedModelConstants.shape2x3, "state.kernel")
    let xElements = try call.pointer(x, SeedModelConstants.shape1x2, "x")
    let yElements = try call.pointer(y, SeedModelConstants.shape1x3, "y")
    let arena = SeedModelConstants.pureStepArenas.checkout()
    defer { SeedModelConstants.pureStepArenas.checkin(arena) }
    var arguments = seed_model_pure_step_arguments()
    arguments.bias = UnsafePointer(state_bias)
    arguments.kernel = UnsafePointer(state_kernel)
    arguments.x = UnsafePointer(xElements)
    arguments.y = UnsafePointer(yElements)
    arguments.bias_2 = state_bias
    arguments.kernel_2 = state_kernel
    seed_model_pure_step(&arguments, arena)
    withExtendedLifetime((stateValues, x, y)) {}
    return (graphdef, stateValues)
  }
}

extension Compiled {
  /// ``statefulStepPureGrad(_:x:y:)`` of SeedModel.swift:34 as compiled code.
  ///
  /// Changes `model` (bias, kernel) in place.
  static func statefulStepPureGrad(_ model: Linear, x: Tensor<Float>, y: Tensor<Float>) {
    do { try runStatefulStepPureGrad(model, x, y) } catch { stop(refusing: error) }
  }

  private static func runStatefulStepPureGrad(
    _ model: Linear,
    _ x: Tensor<Float>,
    _ y: Tensor<Float>
  ) throws(AdjointError) {
    let call = CompiledCall("statefulStepPureGrad(_:x:y:)")
    try call.check(model.inFeatures == 2, "model.inFeatures", model.inFeatures, "2")
    try call.check(model.outFeatures == 3, "model.outFeatures", model.outFeatures, "3")
    try call.check(model.bias != nil, "model.bias", "nil", "a value")
    let model_bias = try call.pointer(
      model.bias!.variable, Float.self, SeedModelConstants.shape3, "model.bias")
    let model_kernel = try call.pointer(
      model.$kernel, Float.self, SeedModelConstants.shape2x3, "model.kernel")
    let xElements = try call.pointer(x, SeedModelConstants.shape1x2, "x")
    let yElements = try call.pointer(y, SeedModelConstants.shape1x3, "y")
    let arena = SeedModelConstants.statefulStepPureGradArenas.checkout()
    defer { SeedModelConstants.statefulStepPureGradArenas.checkin(arena) }
    var arguments = seed_model_stateful_step_pure_grad_arguments()
    arguments.bias = UnsafePointer(model_bias)
    arguments.kernel = UnsafePointer(model_kernel)
    arguments.x = UnsafePointer(xElements)
    arguments.y = UnsafePointer(yElements)
    arguments.new_bias = model_bias
    arguments.new_kernel = model_kernel
    seed_model_stateful_step_pure_grad(&arguments, arena)
    withExtendedLifetime((model, x, y)) {}
  }
}

extension Compiled {
  /// ``pureStepStatefulGrad(_:_:x:y:)`` of SeedModel.swift:49 as compiled code.
  static func pureStepStatefulGrad(
    _ graphdef: GraphDef<Linear>,
    _ state: consuming State<Linear>,
    x: Tensor<Float>,
    y: Tensor<Float>
  ) -> (GraphDef<Linear>, State<Linear>) {
    do { return try runPureStepStatefulGrad(graphdef, state, x, y) } catch { stop(refusing: error) }
  }

  private static func runPureStepStatefulGrad(
    _ graphdef: GraphDef<Linear>,
    _ state: consuming State<Linear>,
    _ x: Tensor<Float>,
    _ y: Tensor<Float>
  ) throws(AdjointError) -> (GraphDef<Linear>, State<Linear>) {
    let call = CompiledCall("pureStepStatefulGrad(_:_:x:y:)")
    try call.check(graphdef, is: SeedModelConstants.linearOutline, "graphdef")
    try call.check(state, holds: SeedModelConstants.linearOutline, "state")
    var stateValues = state
    let state_bias = try call.pointer(
      &stateValues, 0, Float.self, SeedModelConstants.shape3, "state.bias")
    let state_kernel = try call.pointer(
      &stateValues, 1, Float.self, SeedModelConstants.shape2x3, "state.kernel")
    let xElements = try call.pointer(x, SeedModelConstants.shape1x2, "x")
    let yElements = try call.pointer(y, SeedModelConstants.shape1x3, "y")
    let arena = SeedModelConstants.pureStepStatefulGradArenas.checkout()
    defer { SeedModelConstants.pureStepStatefulGradArenas.checkin(arena) }
    var arguments = seed_model_pure_step_stateful_grad_arguments()
    arguments.bias = UnsafePointer(state_bias)
    arguments.kernel = UnsafePointer(state_kernel)
    arguments.x = UnsafePointer(xElements)
    arguments.y = UnsafePointer(yElements)
    arguments.bias_2 = state_bias
    arguments.kernel_2 = state_kernel
    seed_model_pure_step_stateful_grad(&arguments, arena)
    withExtendedLifetime((stateValues, x, y)) {}
    return (graphdef, stateValues)
  }
}

extension Compiled {
  /// ``seedLoss(_:x:y:)`` of SeedModel.swift:62 as compiled code.
  static func seedLoss(_ model: Linear, x: Tensor<Float>, y: Tensor<Float>) -> Tensor<Float> {
    do { return try runSeedLoss(model, x, y) } catch { stop(refusing: error) }
  }

  private static func runSeedLoss(
    _ model: Linear,
    _ x: Tensor<Float>,
    _ y: Tensor<Float>
  ) throws(AdjointError) -> Tensor<Float> {
    let call = CompiledCall("seedLoss(_:x:y:)")
    try call.check(model.inFeatures == 2, "model.inFeatures", model.inFeatures, "2")
    try call.check(model.outFeatures == 3, "model.outFeatures", model.outFeatures, "3")
    try call.check(model.bias != nil, "model.bias", "nil", "a value")
    let model_bias = try call.pointer(
      model.bias!.variable, Float.self, SeedModelConstants.shape3, "model.bias")
    let model_kernel = try call.pointer(
      model.$kernel, Float.self, SeedModelConstants.shape2x3, "model.kernel")
    let xElements = try call.pointer(x, SeedModelConstants.shape1x2, "x")
    let yElements = try call.pointer(y, SeedModelConstants.shape1x3, "y")
    let arena = SeedModelConstants.seedLossArenas.checkout()
    defer { SeedModelConstants.seedLossArenas.checkin(arena) }
    var arguments = seed_model_seed_loss_arguments()
    arguments.bias = UnsafePointer(model_bias)
    arguments.kernel = UnsafePointer(model_kernel)
    arguments.x = UnsafePointer(xElements)
    arguments.y = UnsafePointer(yElements)
    arguments.result = (arena + 64).assumingMemoryBound(to: Float.self)
    seed_model_seed_loss(&arguments, arena)
    withExtendedLifetime((model, x, y)) {}
    return Tensor<Float>(arena.load(fromByteOffset: 64, as: Float.self))
  }
}

/// What the functions above share and no call changes.
private enum SeedModelConstants {
  static let statefulStepArenas = ArenaPool(byteCount: 64)
  static let pureStepArenas = ArenaPool(byteCount: 64)
  static let statefulStepPureGradArenas = ArenaPool(byteCount: 64)
  static let pureStepStatefulGradArenas = ArenaPool(byteCount: 64)
  static let seedLossArenas = ArenaPool(byteCount: 72)
  static let shape3: [Int] = [3]
  static let shape1x2: [Int] = [1, 2]
  static let shape1x3: [Int] = [1, 3]
  static let shape2x3: [Int] = [2, 3]
  /// The structure of the Linear that the code is specialised for.
  static let linearOutline = ModelOutline(
    [
      .init("bias", "Param", .f32, [3]),
      .init("kernel", "Param", .f32, [2, 3]),
    ],
    statics: ["inFeatures": "2", "outFeatures": "3"])
}
