import Adjoint

// Trains an autoencoder with compiled steps and prints every bit of what it reaches. Arguments: the form of the step, the
// first and last step, the folder with the state to begin from and the one to leave it in (`-` for none).

let arguments = CommandLine.arguments
let (form, steps) = (arguments[1], Int(arguments[2])!..<Int(arguments[3])!)
let (source, target) = (arguments[4], arguments[5])

let model = TiedNet()
let optimizer = tiedTrainer(model)
if source != "-" {
  update(model, try load(source + "/model.safetensors", like: state(model)).state)
  update(optimizer, try load(source + "/trainer.safetensors", like: state(optimizer)).state)
}

func batch(_ step: Int) -> Tensor<Float> { normal(foldIn(key(9), step), [6, 4]) }

/// One step of a form, which changes the objects.
@MainActor func take(_ form: String, _ x: Tensor<Float>) -> Tensor<Float> {
  switch form {
  case "eager": return tiedStateful(model, optimizer, x: x)
  case "tiedStateful": return Compiled.tiedStateful(model, optimizer, x: x)
  case "tiedStatefulAroundPure": return Compiled.tiedStatefulAroundPure(model, optimizer, x: x)
  case "tiedPure", "tiedPureAroundStateful":
    let (graphdef, before) = split(model)
    let (trainer, slots) = split(optimizer)
    let (after, next, loss) =
      form == "tiedPure"
      ? Compiled.tiedPure(graphdef, before, trainer, slots, x: x)
      : Compiled.tiedPureAroundStateful(graphdef, before, trainer, slots, x: x)
    update(model, after)
    update(optimizer, next)
    return loss
  default: fatalError("there is no form \(form)")
  }
}

let forms = ["tiedStateful", "tiedPure", "tiedStatefulAroundPure", "tiedPureAroundStateful"]
var last = Tensor<Float>(0)
for step in steps { last = take(form == "mixed" ? forms[step % 4] : form, batch(step)) }

if target != "-" {
  try save(state(model), to: target + "/model.safetensors")
  try save(state(optimizer), to: target + "/trainer.safetensors")
}

/// Every element as a number that has all its bits.
func show(_ name: String, _ value: AnyTensor) {
  switch value.scalarType {
  case .f32: print(name, Tensor<Float>(value).scalars.map { String($0.bitPattern, radix: 16) }.joined(separator: " "))
  case .i32: print(name, Tensor<Int32>(value).scalars.map { "\($0)" }.joined(separator: " "))
  case .u32: print(name, Tensor<UInt32>(value).scalars.map { "\($0)" }.joined(separator: " "))
  default: fatalError("\(name) is a \(value.scalarType)")
  }
}
for (name, value) in state(model).leaves + state(optimizer).leaves { show(name, value) }
show("loss", last.erased)
