import Adjoint
import Testing

/// Metrics sum up as Flax's.
@Suite struct StateMetricTests {
  @Test(arguments: Golden.state["metrics"]["cases"].array) func steps(_ golden: Golden) {
    let seed = golden["seed"].int
    let metrics = MultiMetric([
      "average": Average(), "masked": Average("loss"), "welford": Welford(), "accuracy": Accuracy(),
      "maskedAccuracy": Accuracy(),
    ])
    let threshold = Accuracy(threshold: 0.25)
    for (step, expected) in golden["steps"].array.enumerated() {
      let keys = split(foldIn(key(seed), step), 5)
      let values = normal(keys[0], [3, 5]) * 3 + Float(seed)
      let mask = bernoulli(keys[1], 0.6, [3, 5])
      let logits = normal(keys[2], [7, 4])
      let labels = randint(keys[3], [7], low: 0, high: 4)
      let kept = bernoulli(keys[4], 0.5, [7])
      metrics.update(
        ["values": values, "loss": values], logits: logits, labels: labels,
        masks: ["masked": mask, "maskedAccuracy": kept])
      threshold.update(logits: logits, labels: randint(keys[3], [7, 4], low: 0, high: 2))
      let results = metrics.compute()
      func expect(_ name: String, _ key: String) {
        expectClose(results[name]!, Tensor(expected[key].float), "\(name), step \(step)")
      }
      for name in ["average", "masked", "accuracy", "maskedAccuracy"] { expect(name, name) }
      expect("welford.mean", "mean")
      expect("welford.standardDeviation", "deviation")
      expect("welford.standardErrorOfMean", "error")
      expectClose(threshold.compute(), Tensor(expected["threshold"].float), "threshold")
    }
    metrics.reset()
    #expect(metrics.compute()["average"]!.scalar.isNaN)
    #expect(metrics.compute()["welford.mean"]!.scalar == 0)
  }

  @Test func nothingHasNoMean() {
    #expect(Average().compute().scalar.isNaN)
    #expect(Accuracy().compute().scalar.isNaN)
    let nothing = Welford().compute()
    #expect(nothing.standardDeviation.scalar.isNaN && nothing.standardErrorOfMean.scalar.isNaN)
    let masked = Average()
    masked.update(Tensor<Float>([1, 2]), mask: Tensor<Bool>([false, false]))
    #expect(masked.compute().scalar.isNaN)
  }

  @Test func masksBroadcastAndHideWhatIsNotANumber() {
    let average = Average()
    average.update(Tensor<Float>([[1, 2], [.nan, 4]]), mask: Tensor<Bool>([[true], [false]]))
    #expect(average.compute().scalar == 1.5)
    #expect(average.count.scalar == 2)
  }

  @Test func welfordSkipsWhatTheMaskLeavesOut() {
    let (masked, plain) = (Welford(), Welford())
    plain.update(Tensor<Float>([1, 2, 4]))
    masked.update(Tensor<Float>([1, 9, 2, 4]), mask: Tensor<Bool>([true, false, true, true]))
    masked.update(Tensor<Float>([7]), mask: Tensor<Bool>([false]))
    expectClose(masked.mean, plain.mean, "mean")
    expectClose(masked.compute().standardDeviation, plain.compute().standardDeviation, "deviation")
  }

  @Test func metricsAreState() {
    let metrics = MultiMetric(["loss": Average("loss"), "spread": Welford("loss")])
    #expect(
      state(metrics).names == [
        "metrics.loss.count", "metrics.loss.total", "metrics.spread.count", "metrics.spread.m2",
        "metrics.spread.mean",
      ])
    #expect(state(metrics, MetricState.self).count == 5)
    metrics.update(["loss": Tensor<Float>([1, 3])])
    let copy = merge(graphdef(metrics), state(metrics))
    #expect(copy.compute() == metrics.compute())
    #expect((metrics["loss"] as? Average)?.compute().scalar == 2)
    // Metrics change inside a gradient, once.
    let x = Tensor<Float>(3)
    _ = grad { (x: Tensor<Float>) in
      let loss = x * x
      metrics.update(["loss": loss])
      return loss
    }(x)
    #expect(metrics.compute()["loss"]!.scalar == Float(13) / 3)
  }
}
