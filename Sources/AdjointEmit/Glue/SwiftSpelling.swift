import AdjointIR

/// How Swift spells what the compiler knows.
enum SwiftSpelling {
  /// An array literal of extents.
  static func shape(_ shape: [Int]) -> String { "[\(shape.map(String.init).joined(separator: ", "))]" }

  /// A literal of strings by strings, sorted by key.
  static func dictionary(_ entries: [String: String]) -> String {
    let texts = entries.sorted { $0.key < $1.key }.map { "\(string($0.key)): \(string($0.value))" }
    return texts.isEmpty ? "[:]" : "[\(texts.joined(separator: ", "))]"
  }

  /// A string literal.
  static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default:
        if scalar.value < 0x20 {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  /// The expression that follows `steps` from `root`.
  static func access(_ steps: [AccessStep], from root: String) -> String {
    steps.reduce(root) { expression, step in
      switch step {
      case .property(let name): "\(expression).\(identifier(name))"
      case .element(let index), .tableEntry(let index): "\(expression)[\(index)]"
      case .key(let key): "\(expression)[\(string(key))]!"
      case .unwrapped: expression + "!"
      case .cast(let type): "(\(expression) as! \(type))"
      case .wrappedVariable(let name): "\(expression).$\(name)"
      case .heldVariable: expression + ".variable"
      }
    }
  }

  /// A name as an identifier: in backticks where it is a keyword.
  static func identifier(_ name: String) -> String { keywords.contains(name) ? "`\(name)`" : name }

  private static let keywords: Set<String> = Set(
    """
    associatedtype class deinit enum extension fileprivate func import init inout internal let open operator private
    precedencegroup protocol public rethrows static struct subscript typealias var break case catch continue default
    defer do else fallthrough for guard if in repeat return switch throw where while Any as false is nil self Self
    super throws true try
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
