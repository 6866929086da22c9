/// The language that kernels are written in.
public enum KernelLanguage: String, CaseIterable, Sendable {
  /// A C target beside the model's own: fastest.
  case c
  /// Swift in the model's own target: for packages that cannot have a C target.
  case swift
}

/// What a run generates.
public struct GenerateOptions: Sendable, Hashable {
  /// The language of kernels.
  public var kernels: KernelLanguage
  /// Whether to write plain C for callers that have no Swift: one `.h` and one `.c` a model file, and nothing else.
  public var isStandalone: Bool

  /// C kernels with glue unless said otherwise.
  public init(kernels: KernelLanguage = .c, isStandalone: Bool = false) {
    self.kernels = kernels
    self.isStandalone = isStandalone
  }
}
