// Written by Adjoint 0.1 from FeedForward.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import Adjoint
internal import BenchKernels

extension FeedForward: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("contract", contract as Any),
      ModuleAttribute("expand", expand as Any),
    ]
  }
}

extension Compiled {
  /// ``feedForwardStep(_:x:upstream:)`` of FeedForward.swift:21 as compiled code.
  static func feedForwardStep(
    _ model: FeedForward,
    x: Tensor<Float>,
    upstream: Tensor<Float>
  ) -> (y: Tensor<Float>, x: Tensor<Float>, parameters: State<FeedForward>) {
    do { return try runFeedForwardStep(model, x, upstream) } catch { stop(refusing: error) }
  }

  private static func runFeedForwardStep(
    _ model: FeedForward,
    _ x: Tensor<Float>,
    _ upstream: Tensor<Float>
  ) throws(AdjointError) -> (y: Tensor<Float>, x: Tensor<Float>, parameters: State<FeedForward>) {
    let call = CompiledCall("feedForwardStep(_:x:upstream:)")
    try call.check(
      model.contract.inFeatures == 3072, "model.contract.inFeatures",
      model.contract.inFeatures, "3072")
    try call.check(
      model.contract.outFeatures == 768, "model.contract.outFeatures",
      model.contract.outFeatures, "768")
    try call.check(model.expand.inFeatures == 768, "model.expand.inFeatures", model.expand.inFeatures, "768")
    try call.check(model.expand.outFeatures == 3072, "model.expand.outFeatures", model.expand.outFeatures, "3072")
    try call.check(model.contract.bias != nil, "model.contract.bias", "nil", "a value")
    try call.check(model.expand.bias != nil, "model.expand.bias", "nil", "a value")
    let model_contract_bias = try call.pointer(
      model.contract.bias!.variable, Float.self, FeedForwardConstants.shape768, "model.contract.bias")
    let model_contract_kernel = try call.pointer(
      model.contract.$kernel, Float.self, FeedForwardConstants.shape3072x768, "model.contract.kernel")
    let model_expand_bias = try call.pointer(
      model.expand.bias!.variable, Float.self, FeedForwardConstants.shape3072, "model.expand.bias")
    let model_expand_kernel = try call.pointer(
      model.expand.$kernel, Float.self, FeedForwardConstants.shape768x3072, "model.expand.kernel")
    let xElements = try call.pointer(x, FeedForwardConstants.shape256x768, "x")
    let upstreamElements = try call.pointer(upstream, FeedForwardConstants.shape256x768, "upstream")
    var result0 = AnyTensor(uninitialized: FeedForwardConstants.shape256x768, .f32)
    var result1 = AnyTensor(uninitialized: FeedForwardConstants.shape256x768, .f32)
    var result2 = AnyTensor(uninitialized: FeedForwardConstants.shape768, .f32)
    var result3 = AnyTensor(uninitialized: FeedForwardConstants.shape3072x768, .f32)
    var result4 = AnyTensor(uninitialized: FeedForwardConstants.shape3072, .f32)
    var result5 = AnyTensor(uninitialized: FeedForwardConstants.shape768x3072, .f32)
    let arena = FeedForwardConstants.feedForwardStepArenas.checkout()
    defer { FeedForwardConstants.feedForwardStepArenas.checkin(arena) }
    var arguments = feed_forward_feed_forward_step_arguments()
    arguments.contract_bias = UnsafePointer(model_contract_bias)
    arguments.contract_kernel = UnsafePointer(model_contract_kernel)
    arguments.expand_bias = UnsafePointer(model_expand_bias)
    arguments.expand_kernel = UnsafePointer(model_expand_kernel)
    arguments.x = UnsafePointer(xElements)
    arguments.upstream = UnsafePointer(upstreamElements)
    arguments.y = result0.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.x_2 = result1.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.contract_bias_2 = result2.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.contract_kernel_2 = result3.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.expand_bias_2 = result4.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.expand_kernel_2 = result5.writableBytes().assumingMemoryBound(to: Float.self)
    feed_forward_feed_forward_step(&arguments, arena)
    withExtendedLifetime((model, x, upstream)) {}
    return (y: Tensor<Float>(result0), x: Tensor<Float>(result1), parameters: State(layout: FeedForwardConstants.feedForwardStepLayout.layout(of: model), values: [result2, result3, result4, result5]))
  }
}

/// What the functions above share and no call changes.
private enum FeedForwardConstants {
  static let feedForwardStepArenas = ArenaPool(byteCount: 19034112)
  static let feedForwardStepLayout = LayoutCache()
  static let shape3072: [Int] = [3072]
  static let shape768: [Int] = [768]
  static let shape256x768: [Int] = [256, 768]
  static let shape3072x768: [Int] = [3072, 768]
  static let shape768x3072: [Int] = [768, 3072]
}
