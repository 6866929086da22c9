import CAdjoint

/// The namespace that generated twins of free entry points are added to: `Compiled.trainStep(…)`.
public enum Compiled {}
