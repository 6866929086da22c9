import Adjoint
import Foundation

// What a run leaves behind: the learning curve, and a checkpoint of the model and the optimiser in one file.

/// Writes the learning curve and a checkpoint after `epoch`.
func finish(
  _ model: DigitsModel, _ optimizer: Optimizer<DigitsModel, Adam>, _ curve: LearningCurve, epoch: Int,
  in folder: String
) throws {
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  try curve.svg.write(toFile: "\(folder)/curve.svg", atomically: true, encoding: .utf8)
  let parts = [("model", Checkpoint(state(model)).entries), ("optimizer", Checkpoint(state(optimizer)).entries)]
  let entries = parts.flatMap { prefix, entries in
    entries.map { Checkpoint.Entry(name: "\(prefix).\($0.name)", kind: $0.kind, value: $0.value) }
  }
  try Checkpoint(entries: entries, metadata: ["epoch": String(epoch)]).write(to: "\(folder)/model.safetensors")
  print("wrote \(folder)/curve.svg and \(folder)/model.safetensors")
}

/// Takes the model and the optimiser back to where a checkpoint left them; returns the epoch it was written after.
func restore(_ model: DigitsModel, _ optimizer: Optimizer<DigitsModel, Adam>, from path: String) throws -> Int {
  let checkpoint = try Checkpoint(contentsOf: path)
  guard let epoch = checkpoint.metadata["epoch"].flatMap(Int.init) else {
    throw DigitsDataError(
      description: "\(path) does not say after which epoch it was written; is it one of this example's?")
  }
  func part(_ prefix: String) -> Checkpoint {
    let entries = checkpoint.entries.filter { $0.name.hasPrefix(prefix + ".") }.map {
      Checkpoint.Entry(name: String($0.name.dropFirst(prefix.count + 1)), kind: $0.kind, value: $0.value)
    }
    return Checkpoint(entries: entries)
  }
  // Both states are checked before either object changes.
  let modelState = try part("model").state(like: state(model))
  let optimizerState = try part("optimizer").state(like: state(optimizer))
  update(model, modelState)
  update(optimizer, optimizerState)
  return epoch
}
