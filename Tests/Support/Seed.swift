import Foundation

/// The seed of a random test: fixed, so that each change is judged by the same cases and a failure can be run again.
/// `ADJOINT_SEED=N swift test` draws the cases of seed N, `ADJOINT_SEED=random swift test` ones that nobody has seen; what
/// they find becomes a case of its own.
public let testSeed: UInt64 = {
  switch ProcessInfo.processInfo.environment["ADJOINT_SEED"] {
  case nil: 20_260
  case "random"?: .random(in: 0...1 << 32)
  case let text?:
    if let seed = UInt64(text) {
      seed
    } else {
      preconditionFailure("ADJOINT_SEED=\(text) is neither a number nor 'random'")
    }
  }
}()
