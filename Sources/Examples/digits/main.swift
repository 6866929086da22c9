import Adjoint
import Foundation

// Trains an MLP on the bundled digits with the generated train step, and leaves behind a learning curve (SVG) and a
// checkpoint (safetensors) that a later run can go on from.
do {
  try train(try DigitsOptions(CommandLine.arguments.dropFirst()))
} catch is DigitsOptions.Exit {
  exit(0)
} catch {
  FileHandle.standardError.write(Data("digits: error: \(error)\n".utf8))
  exit(1)
}

func train(_ options: DigitsOptions) throws {
  let (training, test) = try loadDigits()
  let model = DigitsModel(rngs: Rngs(0))
  let optimizer = Optimizer(model, Adam(learningRate: 2e-3), wrt: Param.self)
  var firstEpoch = 1
  if let path = options.resume {
    firstEpoch = try restore(model, optimizer, from: path) + 1
    print("resumed from \(path) after epoch \(firstEpoch - 1)")
  }
  let lastEpoch = firstEpoch + options.epochs - 1
  print("\(training.count) training and \(test.count) test images, 64-128-10, batches of 32, Adam")

  let testBatch = test.batch(0..<test.count)
  let progress = Progress(first: firstEpoch, last: lastEpoch)
  var curve = LearningCurve()
  let start = Date()
  for epoch in firstEpoch...lastEpoch {
    let loss = runEpoch(epoch, model, optimizer, training)
    let confusion = confusion(model, testBatch, test.labels)
    curve.points.append(.init(epoch: epoch, loss: Double(loss), accuracy: confusion.accuracy))
    progress.report(epoch, loss: loss, accuracy: confusion.accuracy)
  }
  print("trained \(options.epochs) epochs in \(fixed(Date().timeIntervalSince(start), 2)) s\n")

  let confusion = confusion(model, testBatch, test.labels)
  print(confusion.table)
  print("\ntest accuracy: \(fixed(confusion.accuracy, 4))")
  try finish(model, optimizer, curve, epoch: lastEpoch, in: options.output)
}

/// One pass over the training split in an order fixed by the epoch; returns the mean loss. The rows left over after
/// whole batches of 32 take part in other epochs.
func runEpoch(
  _ epoch: Int, _ model: DigitsModel, _ optimizer: Optimizer<DigitsModel, Adam>, _ split: DigitsSplit
) -> Float {
  let order = permutation(foldIn(key(1), epoch), split.count)
  var total: Float = 0
  let batches = split.count / 32
  for batch in 0..<batches {
    let (images, labels) = split.batch(order[batch * 32..<(batch + 1) * 32])
    total += Compiled.trainStep(model, optimizer, images: images, labels: labels).item()
  }
  return total / Float(batches)
}

func confusion(
  _ model: DigitsModel, _ batch: (images: Tensor<Float>, labels: Tensor<Int32>), _ labels: [Int32]
) -> Confusion {
  let (logits, _) = Compiled.evaluate(model, images: batch.images, labels: batch.labels)
  return Confusion(predictions: logits.argmax(axis: 1).scalars, labels: labels)
}
