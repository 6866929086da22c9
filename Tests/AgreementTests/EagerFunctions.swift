import Adjoint

/// A function of tensors with its types erased, so that one test runs them all.
struct EagerFunction: Sendable {
  let name: String
  let run: @Sendable ([AnyTensor]) -> [AnyTensor]
}

private func entry<A, R>(_ name: String, _ function: @escaping @Sendable (Tensor<A>) -> Tensor<R>) -> EagerFunction {
  EagerFunction(name: name) { [function(Tensor($0[0])).erased] }
}

private func entry<A, R, S>(
  _ name: String, _ function: @escaping @Sendable (Tensor<A>) -> (Tensor<R>, Tensor<S>)
) -> EagerFunction {
  EagerFunction(name: name) {
    let (first, second) = function(Tensor($0[0]))
    return [first.erased, second.erased]
  }
}

private func entry<A, B, R>(
  _ name: String, _ function: @escaping @Sendable (Tensor<A>, Tensor<B>) -> Tensor<R>
) -> EagerFunction {
  EagerFunction(name: name) { [function(Tensor($0[0]), Tensor($0[1])).erased] }
}

private func entry<A, B, R, S>(
  _ name: String, _ function: @escaping @Sendable (Tensor<A>, Tensor<B>) -> (Tensor<R>, Tensor<S>)
) -> EagerFunction {
  EagerFunction(name: name) {
    let (first, second) = function(Tensor($0[0]), Tensor($0[1]))
    return [first.erased, second.erased]
  }
}

private func entry<A, B, R, S, T>(
  _ name: String, _ function: @escaping @Sendable (Tensor<A>, Tensor<B>) -> (Tensor<R>, Tensor<S>, Tensor<T>)
) -> EagerFunction {
  EagerFunction(name: name) {
    let (first, second, third) = function(Tensor($0[0]), Tensor($0[1]))
    return [first.erased, second.erased, third.erased]
  }
}

/// Every function of Functions.swift whose arguments are tensors.
let eagerFunctions: [EagerFunction] = [
  entry("expAgreement") { (a: Tensor<Float>) in expAgreement(x: a) },
  entry("expm1Agreement") { (a: Tensor<Float>) in expm1Agreement(x: a) },
  entry("logAgreement") { (a: Tensor<Float>) in logAgreement(x: a) },
  entry("log1pAgreement") { (a: Tensor<Float>) in log1pAgreement(x: a) },
  entry("sqrtAgreement") { (a: Tensor<Float>) in sqrtAgreement(x: a) },
  entry("rsqrtAgreement") { (a: Tensor<Float>) in rsqrtAgreement(x: a) },
  entry("tanhAgreement") { (a: Tensor<Float>) in tanhAgreement(x: a) },
  entry("sigmoidAgreement") { (a: Tensor<Float>) in sigmoidAgreement(x: a) },
  entry("erfAgreement") { (a: Tensor<Float>) in erfAgreement(x: a) },
  entry("erfInvAgreement") { (a: Tensor<Float>) in erfInvAgreement(x: a) },
  entry("sinAgreement") { (a: Tensor<Float>) in sinAgreement(x: a) },
  entry("cosAgreement") { (a: Tensor<Float>) in cosAgreement(x: a) },
  entry("absAgreement") { (a: Tensor<Float>) in absAgreement(x: a) },
  entry("signAgreement") { (a: Tensor<Float>) in signAgreement(x: a) },
  entry("floorAgreement") { (a: Tensor<Float>) in floorAgreement(x: a) },
  entry("negateAgreement") { (a: Tensor<Float>) in negateAgreement(x: a) },
  entry("squareAgreement") { (a: Tensor<Float>) in squareAgreement(x: a) },
  entry("cubeAgreement") { (a: Tensor<Float>) in cubeAgreement(x: a) },
  entry("powerAgreement") { (a: Tensor<Float>) in powerAgreement(x: a) },
  entry("reluAgreement") { (a: Tensor<Float>) in reluAgreement(x: a) },
  entry("geluTanhAgreement") { (a: Tensor<Float>) in geluTanhAgreement(x: a) },
  entry("geluErfAgreement") { (a: Tensor<Float>) in geluErfAgreement(x: a) },
  entry("siluAgreement") { (a: Tensor<Float>) in siluAgreement(x: a) },
  entry("softplusAgreement") { (a: Tensor<Float>) in softplusAgreement(x: a) },
  entry("softmaxRowsAgreement") { (a: Tensor<Float>) in softmaxRowsAgreement(x: a) },
  entry("softmaxColumnsAgreement") { (a: Tensor<Float>) in softmaxColumnsAgreement(x: a) },
  entry("logSoftmaxRowsAgreement") { (a: Tensor<Float>) in logSoftmaxRowsAgreement(x: a) },
  entry("logSumExpRowsAgreement") { (a: Tensor<Float>) in logSumExpRowsAgreement(x: a) },
  entry("sumRowsAgreement") { (a: Tensor<Float>) in sumRowsAgreement(x: a) },
  entry("sumColumnsKeptAgreement") { (a: Tensor<Float>) in sumColumnsKeptAgreement(x: a) },
  entry("meanRowsAgreement") { (a: Tensor<Float>) in meanRowsAgreement(x: a) },
  entry("maxRowsAgreement") { (a: Tensor<Float>) in maxRowsAgreement(x: a) },
  entry("minColumnsAgreement") { (a: Tensor<Float>) in minColumnsAgreement(x: a) },
  entry("transposedAgreement") { (a: Tensor<Float>) in transposedAgreement(x: a) },
  entry("reshapedAgreement") { (a: Tensor<Float>) in reshapedAgreement(x: a) },
  entry("slicedAgreement") { (a: Tensor<Float>) in slicedAgreement(x: a) },
  entry("concatenatedAgreement") { (a: Tensor<Float>) in concatenatedAgreement(x: a) },
  entry("broadcastAgreement") { (a: Tensor<Float>) in broadcastAgreement(x: a) },
  entry("clippedAgreement") { (a: Tensor<Float>) in clippedAgreement(x: a) },
  entry("selectedAgreement") { (a: Tensor<Float>) in selectedAgreement(x: a) },
  entry("stoppedAgreement") { (a: Tensor<Float>) in stoppedAgreement(x: a) },
  entry("activationsAgreement") { (a: Tensor<Float>) in activationsAgreement(x: a) },
  entry("squaredErrorAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in squaredErrorAgreement(x: a, y: b) },
  entry("gramAgreement") { (a: Tensor<Float>) in gramAgreement(x: a) },
  entry("addAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in addAgreement(x: a, y: b) },
  entry("subtractAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in subtractAgreement(x: a, y: b) },
  entry("multiplyAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in multiplyAgreement(x: a, y: b) },
  entry("divideAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in divideAgreement(x: a, y: b) },
  entry("maximumAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in maximumAgreement(x: a, y: b) },
  entry("minimumAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in minimumAgreement(x: a, y: b) },
  entry("powerBothAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in powerBothAgreement(x: a, y: b) },
  entry("addingProductAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in addingProductAgreement(x: a, y: b) },
  entry("hypotenuseAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in hypotenuseAgreement(x: a, y: b) },
  entry("matmulAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in matmulAgreement(x: a, y: b) },
  entry("batchedDotAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in batchedDotAgreement(x: a, y: b) },
  entry("gatherAgreement") { (a: Tensor<Float>, b: Tensor<Int32>) in gatherAgreement(table: a, rows: b) },
  entry("argmaxAgreement") { (a: Tensor<Float>) in argmaxAgreement(x: a) },
  entry("oneHotAgreement") { (a: Tensor<Int32>) in oneHotAgreement(labels: a) },
  entry("comparisonAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in comparisonAgreement(x: a, y: b) },
  entry("bitsAgreement") { (a: Tensor<Int32>, b: Tensor<Int32>) in bitsAgreement(a: a, b: b) },
  entry("crossEntropyAgreement") { (a: Tensor<Float>, b: Tensor<Int32>) in crossEntropyAgreement(logits: a, labels: b)
  },
  entry("secondDerivativeAgreement") { (a: Tensor<Float>) in secondDerivativeAgreement(x: a) },
  entry("jvpAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in jvpAgreement(x: a, t: b) },
  entry("vjpAgreement") { (a: Tensor<Float>, b: Tensor<Float>) in vjpAgreement(x: a, c: b) },
]
