import Adjoint
import Testing

/// First values of parameters are those of JAX's initialisers to the bit.
@Suite struct LibraryInitializerTests {
  static func initializer(named name: String) -> Initializer {
    switch name {
    case "zeros": .zeros
    case "ones": .ones
    case "constant": .constant(0.25)
    case "normal": .normal(0.02)
    case "truncatedNormal": .truncatedNormal(0.02)
    case "uniform": .uniform(0.05)
    case "lecunNormal": .lecunNormal
    case "lecunUniform": .lecunUniform
    case "glorotNormal": .glorotNormal
    case "glorotUniform": .glorotUniform
    case "heNormal": .heNormal
    case "heUniform": .heUniform
    case "embedding": .embedding
    default: preconditionFailure("no initialiser \(name)")
    }
  }

  @Test(arguments: Golden.library["initialisers"].array) func values(_ golden: Golden) {
    let name = golden["name"].string
    let shape = golden["shape"].ints
    let value = Self.initializer(named: name)(key(golden["seed"].int), shape)
    #expect(value.shape == shape)
    #expect(checksum(value.scalars) == UInt32(golden["checksum"].int), "\(name) \(shape)")
    if let expected = golden[ifPresent: "values"] {
      expectSameBits(value, Tensor(shape: shape, expected.floats), name)
    }
  }

  @Test func ownInitializer() {
    let halves = Initializer { _, shape in Tensor<Float>(repeating: 0.5, shape: shape) }
    let layer = Linear(2, 3, kernelInit: halves, rngs: Rngs(0))
    #expect(layer.kernel == Tensor<Float>(repeating: 0.5, shape: [2, 3]))
  }
}
