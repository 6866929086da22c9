/// One thing the tool has to say about the user's source: what is wrong, where, and what to do.
public struct Finding: Hashable, Sendable, Error {
  /// How bad it is. An error stops generation; a warning does not.
  public enum Severity: String, Hashable, Sendable {
    case error, warning
  }

  /// A further place that explains the finding.
  public struct Note: Hashable, Sendable {
    public var span: SourceSpan
    public var message: String

    /// Makes a note.
    public init(_ message: String, at span: SourceSpan) {
      self.message = message
      self.span = span
    }
  }

  /// A replacement of source text that would mend the finding.
  public struct FixIt: Hashable, Sendable {
    public var message: String
    public var replacement: String

    /// Makes a fix-it.
    public init(_ message: String, replacement: String) {
      self.message = message
      self.replacement = replacement
    }
  }

  /// The stable name of this kind of finding, such as `shape.dot`; each has a page in the documentation.
  public var id: String
  public var severity: Severity
  public var span: SourceSpan
  /// What was wrong and what was expected.
  public var message: String
  public var notes: [Note]
  public var fixIts: [FixIt]

  /// Makes a finding.
  public init(
    _ id: String, _ message: String, at span: SourceSpan, severity: Severity = .error, notes: [Note] = [],
    fixIts: [FixIt] = []
  ) {
    self.id = id
    self.message = message
    self.span = span
    self.severity = severity
    self.notes = notes
    self.fixIts = fixIts
  }
}

/// Every finding of a run, thrown together so that a user sees them all at once.
public struct Findings: Error, Sendable, Hashable {
  public var all: [Finding]

  /// Collects findings, sorted by place and without repetition.
  public init(_ findings: [Finding]) {
    var seen = Set<Finding>()
    all = findings.filter { seen.insert($0).inserted }.sorted { ($0.span, $0.id) < ($1.span, $1.id) }
  }

  /// Whether any finding is an error.
  public var hasErrors: Bool { all.contains { $0.severity == .error } }
}
