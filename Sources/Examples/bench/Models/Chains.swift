import Adjoint

// E1: softmax cross-entropy. E2: layer normalisation. E3: bias and gelu. Each forward and backward.

/// E1: the mean loss and its gradient.
func crossEntropyStep(
  @Shape(128, 1000) logits: Tensor<Float>, @Shape(128) labels: Tensor<Int32>
) -> (loss: Tensor<Float>, gradient: Tensor<Float>) {
  let (loss, gradient) = valueAndGrad(logits) { logits in
    softmaxCrossEntropy(logits: logits, labels: labels).mean()
  }
  return (loss: loss, gradient: gradient)
}

/// E2: the value, and the gradients for a cotangent of it.
func layerNormStep(
  @Like(LayerNorm(768, rngs: Rngs(0))) _ norm: LayerNorm,
  @Shape(256, 768) x: Tensor<Float>, @Shape(256, 768) upstream: Tensor<Float>
) -> (y: Tensor<Float>, x: Tensor<Float>, parameters: State<LayerNorm>) {
  let (y, pullback) = vjp({ x in norm(x) }, x)
  let (_, pullbackToNorm) = vjp({ norm in norm(x) }, norm)
  return (y: y, x: pullback(upstream), parameters: pullbackToNorm(upstream))
}

/// E3: the value, and the gradients for a cotangent of it.
func geluStep(
  @Shape(256, 3072) x: Tensor<Float>, @Shape(3072) bias: Tensor<Float>, @Shape(256, 3072) upstream: Tensor<Float>
) -> (y: Tensor<Float>, x: Tensor<Float>, bias: Tensor<Float>) {
  let (y, pullback) = vjp({ x in gelu(x + bias) }, x)
  let (_, pullbackToBias) = vjp({ bias in gelu(x + bias) }, bias)
  return (y: y, x: pullback(upstream), bias: pullbackToBias(upstream))
}
