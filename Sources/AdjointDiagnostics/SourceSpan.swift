/// A place in a source file: the file as the user named it, a 1-based line and a 1-based UTF-8 column.
public struct SourceSpan: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The file's path as it was given to the tool.
  public var file: String
  /// The first line, counted from 1.
  public var line: Int
  /// The first column, counted from 1 in UTF-8 bytes.
  public var column: Int

  /// Makes a span from its parts.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// The span of something that no source line stands for.
  public static let none = SourceSpan(file: "", line: 0, column: 0)

  /// The last component of the file's path, which is all that generated code mentions.
  public var fileName: String { file.split(separator: "/").last.map(String.init) ?? file }

  public var description: String { self == .none ? "<no source>" : "\(file):\(line):\(column)" }

  public static func < (lhs: SourceSpan, rhs: SourceSpan) -> Bool {
    (lhs.file, lhs.line, lhs.column) < (rhs.file, rhs.line, rhs.column)
  }
}
