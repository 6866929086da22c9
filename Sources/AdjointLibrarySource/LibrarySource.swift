/// The Swift source of the built-in layers, losses, optimisers and random draws, as the tool reads it.
public enum LibrarySource {
  /// Every file of `Sources/Adjoint/Library`, sorted by name.
  public static let files: [(name: String, source: String)] = [
    ("Activations.swift", PackageResources.Activations_swift),
    ("Adafactor.swift", PackageResources.Adafactor_swift),
    ("Adam.swift", PackageResources.Adam_swift),
    ("Adaptive.swift", PackageResources.Adaptive_swift),
    ("BatchNorm.swift", PackageResources.BatchNorm_swift),
    ("Chain.swift", PackageResources.Chain_swift),
    ("Clipping.swift", PackageResources.Clipping_swift),
    ("DiscreteDraws.swift", PackageResources.DiscreteDraws_swift),
    ("Draws.swift", PackageResources.Draws_swift),
    ("Dropout.swift", PackageResources.Dropout_swift),
    ("EMA.swift", PackageResources.EMA_swift),
    ("Embed.swift", PackageResources.Embed_swift),
    ("GradientTransformation.swift", PackageResources.GradientTransformation_swift),
    ("GroupNorm.swift", PackageResources.GroupNorm_swift),
    ("Initializer.swift", PackageResources.Initializer_swift),
    ("Keys.swift", PackageResources.Keys_swift),
    ("Layer.swift", PackageResources.Layer_swift),
    ("LayerNorm.swift", PackageResources.LayerNorm_swift),
    ("Linear.swift", PackageResources.Linear_swift),
    ("Losses.swift", PackageResources.Losses_swift),
    ("Metrics.swift", PackageResources.Metrics_swift),
    ("Optimizer.swift", PackageResources.Optimizer_swift),
    ("Rngs.swift", PackageResources.Rngs_swift),
    ("RngsDraws.swift", PackageResources.RngsDraws_swift),
    ("SGD.swift", PackageResources.SGD_swift),
    ("Scaling.swift", PackageResources.Scaling_swift),
    ("Schedules.swift", PackageResources.Schedules_swift),
    ("Softmax.swift", PackageResources.Softmax_swift),
  ].map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }
}
