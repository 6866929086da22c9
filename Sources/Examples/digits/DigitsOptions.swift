/// What the command line asks for.
struct DigitsOptions {
  var epochs = 40
  var resume: String?
  var output = "digits-run"

  static let usage = """
    usage: digits [--epochs N] [--resume FILE.safetensors] [--output FOLDER]

      --epochs N     passes over the training images (default 40)
      --resume FILE  go on from a checkpoint that an earlier run wrote
      --output DIR   where curve.svg and model.safetensors go (default digits-run)
    """

  init(_ arguments: some Sequence<String>) throws {
    var rest = Array(arguments)[...]
    while let option = rest.popFirst() {
      if option == "--help" || option == "-h" {
        print(Self.usage)
        throw Exit()
      }
      guard let value = rest.popFirst() else { throw UsageError("\(option) needs a value") }
      switch option {
      case "--epochs":
        guard let number = Int(value), (1...100_000).contains(number) else {
          throw UsageError("--epochs takes a whole number from 1 to 100000, not '\(value)'")
        }
        epochs = number
      case "--resume": resume = value
      case "--output": output = value
      default: throw UsageError("there is no option '\(option)'")
      }
    }
  }

  /// A wrong command line, with the usage text.
  struct UsageError: Error, CustomStringConvertible {
    var message: String
    init(_ message: String) { self.message = message }
    var description: String { "\(message)\n\(DigitsOptions.usage)" }
  }

  /// Asks for a clean end.
  struct Exit: Error {}
}
