// Written by Adjoint 0.1 from Chains.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import Adjoint
internal import BenchKernels

extension Compiled {
  /// ``crossEntropyStep(logits:labels:)`` of Chains.swift:6 as compiled code.
  static func crossEntropyStep(
    logits: Tensor<Float>,
    labels: Tensor<Int32>
  ) -> (loss: Tensor<Float>, gradient: Tensor<Float>) {
    do { return try runCrossEntropyStep(logits, labels) } catch { stop(refusing: error) }
  }

  private static func runCrossEntropyStep(
    _ logits: Tensor<Float>,
    _ labels: Tensor<Int32>
  ) throws(AdjointError) -> (loss: Tensor<Float>, gradient: Tensor<Float>) {
    let call = CompiledCall("crossEntropyStep(logits:labels:)")
    let logitsElements = try call.pointer(logits, ChainsConstants.shape128x1000, "logits")
    let labelsElements = try call.pointer(labels, ChainsConstants.shape128, "labels")
    var result1 = AnyTensor(uninitialized: ChainsConstants.shape128x1000, .f32)
    let arena = ChainsConstants.crossEntropyStepArenas.checkout()
    defer { ChainsConstants.crossEntropyStepArenas.checkin(arena) }
    var arguments = chains_cross_entropy_step_arguments()
    arguments.logits = UnsafePointer(logitsElements)
    arguments.labels = UnsafePointer(labelsElements)
    arguments.loss = (arena + 512).assumingMemoryBound(to: Float.self)
    arguments.gradient = result1.writableBytes().assumingMemoryBound(to: Float.self)
    chains_cross_entropy_step(&arguments, arena)
    withExtendedLifetime((logits, labels)) {}
    return (loss: Tensor<Float>(arena.load(fromByteOffset: 512, as: Float.self)), gradient: Tensor<Float>(result1))
  }
}

extension Compiled {
  /// ``layerNormStep(_:x:upstream:)`` of Chains.swift:16 as compiled code.
  static func layerNormStep(
    _ norm: LayerNorm,
    x: Tensor<Float>,
    upstream: Tensor<Float>
  ) -> (y: Tensor<Float>, x: Tensor<Float>, parameters: State<LayerNorm>) {
    do { return try runLayerNormStep(norm, x, upstream) } catch { stop(refusing: error) }
  }

  private static func runLayerNormStep(
    _ norm: LayerNorm,
    _ x: Tensor<Float>,
    _ upstream: Tensor<Float>
  ) throws(AdjointError) -> (y: Tensor<Float>, x: Tensor<Float>, parameters: State<LayerNorm>) {
    let call = CompiledCall("layerNormStep(_:x:upstream:)")
    try call.check(norm.epsilon == 1e-06, "norm.epsilon", norm.epsilon, "1e-06")
    try call.check(norm.features == 768, "norm.features", norm.features, "768")
    try call.check(norm.bias != nil, "norm.bias", "nil", "a value")
    try call.check(norm.scale != nil, "norm.scale", "nil", "a value")
    let norm_bias = try call.pointer(
      norm.bias!.variable, Float.self, ChainsConstants.shape768, "norm.bias")
    let norm_scale = try call.pointer(
      norm.scale!.variable, Float.self, ChainsConstants.shape768, "norm.scale")
    let xElements = try call.pointer(x, ChainsConstants.shape256x768, "x")
    let upstreamElements = try call.pointer(upstream, ChainsConstants.shape256x768, "upstream")
    var result0 = AnyTensor(uninitialized: ChainsConstants.shape256x768, .f32)
    var result1 = AnyTensor(uninitialized: ChainsConstants.shape256x768, .f32)
    var result2 = AnyTensor(uninitialized: ChainsConstants.shape768, .f32)
    var result3 = AnyTensor(uninitialized: ChainsConstants.shape768, .f32)
    let arena = ChainsConstants.layerNormStepArenas.checkout()
    defer { ChainsConstants.layerNormStepArenas.checkin(arena) }
    var arguments = chains_layer_norm_step_arguments()
    arguments.bias = UnsafePointer(norm_bias)
    arguments.scale = UnsafePointer(norm_scale)
    arguments.x = UnsafePointer(xElements)
    arguments.upstream = UnsafePointer(upstreamElements)
    arguments.y = result0.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.x_2 = result1.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.bias_2 = result2.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.scale_2 = result3.writableBytes().assumingMemoryBound(to: Float.self)
    chains_layer_norm_step(&arguments, arena)
    withExtendedLifetime((norm, x, upstream)) {}
    return (y: Tensor<Float>(result0), x: Tensor<Float>(result1), parameters: State(layout: ChainsConstants.layerNormStepLayout.layout(of: norm), values: [result2, result3]))
  }
}

extension Compiled {
  /// ``geluStep(x:bias:upstream:)`` of Chains.swift:26 as compiled code.
  static func geluStep(
    x: Tensor<Float>,
    bias: Tensor<Float>,
    upstream: Tensor<Float>
  ) -> (y: Tensor<Float>, x: Tensor<Float>, bias: Tensor<Float>) {
    do { return try runGeluStep(x, bias, upstream) } catch { stop(refusing: error) }
  }

  private static func runGeluStep(
    _ x: Tensor<Float>,
    _ bias: Tensor<Float>,
    _ upstream: Tensor<Float>
  ) throws(AdjointError) -> (y: Tensor<Float>, x: Tensor<Float>, bias: Tensor<Float>) {
    let call = CompiledCall("geluStep(x:bias:upstream:)")
    let xElements = try call.pointer(x, ChainsConstants.shape256x3072, "x")
    let biasElements = try call.pointer(bias, ChainsConstants.shape3072, "bias")
    let upstreamElements = try call.pointer(upstream, ChainsConstants.shape256x3072, "upstream")
    var result0 = AnyTensor(uninitialized: ChainsConstants.shape256x3072, .f32)
    var result1 = AnyTensor(uninitialized: ChainsConstants.shape256x3072, .f32)
    var result2 = AnyTensor(uninitialized: ChainsConstants.shape3072, .f32)
    let arena = ChainsConstants.geluStepArenas.checkout()
    defer { ChainsConstants.geluStepArenas.checkin(arena) }
    var arguments = chains_gelu_step_arguments()
    arguments.x = UnsafePointer(xElements)
    arguments.bias = UnsafePointer(biasElements)
    arguments.upstream = UnsafePointer(upstreamElements)
    arguments.y = result0.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.x_2 = result1.writableBytes().assumingMemoryBound(to: Float.self)
    arguments.bias_2 = result2.writableBytes().assumingMemoryBound(to: Float.self)
    chains_gelu_step(&arguments, arena)
    withExtendedLifetime((x, bias, upstream)) {}
    return (y: Tensor<Float>(result0), x: Tensor<Float>(result1), bias: Tensor<Float>(result2))
  }
}

/// What the functions above share and no call changes.
private enum ChainsConstants {
  static let crossEntropyStepArenas = ArenaPool(byteCount: 520)
  static let layerNormStepArenas = ArenaPool(byteCount: 0)
  static let geluStepArenas = ArenaPool(byteCount: 0)
  static let layerNormStepLayout = LayoutCache()
  static let shape128: [Int] = [128]
  static let shape3072: [Int] = [3072]
  static let shape768: [Int] = [768]
  static let shape128x1000: [Int] = [128, 1000]
  static let shape256x3072: [Int] = [256, 3072]
  static let shape256x768: [Int] = [256, 768]
}
