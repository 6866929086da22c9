/// The layout of the states that one call returns, kept from step to step: reading it off the model again would take
/// an allocation for every variable.
public final class LayoutCache: @unchecked Sendable {
  // Guarded by `lock`.
  private weak var model: AnyObject?
  private var layout: StateLayout?
  private let lock = Lock()

  /// A cache that holds nothing yet.
  public init() {}

  /// The layout of all of a model's variables, or of those at some places.
  ///
  /// The caller has checked that the model has the structure its code is specialised for, so the layout is the one that
  /// the same model had the last time.
  public func layout<Model: Module>(of model: Model, selecting places: [Int]? = nil) -> StateLayout {
    if let known = lock.withLock({ self.model === model ? layout : nil }) { return known }
    let whole = GraphDef(of: model).layout
    let made = places.map(whole.selecting) ?? whole
    lock.withLock {
      self.model = model
      layout = made
    }
    return made
  }
}
